"""What a letter says of moderation: what is given to a moderator or taken back, and that feedback is there (M2, M4).

Links, never a name, a grade or a finding (P4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from rules.dates_in_words import day_in_words, month_in_words
from usecases.letters.audit_letters import one_line, reading_content
from usecases.letters.calendar_entries import CalendarEntry

_SUBJECTS = {
    "given": "Moderation of practice audits, {}",
    "taken": "Moderation of practice audits, {}: no longer yours",
    "feedback": "Moderation of a practice audit, {}: feedback",
}
_SENTENCES = {
    "given": "Please look at these audits again as a moderator, meet each auditor, and give written feedback by {}.",
    "taken": "Somebody else moderates this audit from now on. There is nothing more for you to do for it.",
    "feedback": "The moderator's feedback on this audit is ready for you to read.",
}


@dataclass(frozen=True, slots=True)
class ModeratedLine:
    """One audit in a list."""

    reference: str
    link: str


@dataclass(frozen=True, slots=True)
class ModerationLetter:
    """All that the templates ask for."""

    what: str
    month: str
    due: str
    lines: Sequence[ModeratedLine]
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None
    documents: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "ModerationLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        return _SUBJECTS[self.what].format(self.month)

    @property
    def sentence(self) -> str:
        """What happened, and what is to be done now by whoever reads."""
        return _SENTENCES[self.what].format(self.due)

    def calendar_entries(self) -> list[CalendarEntry]:
        """None: the day is said, and a month is no appointment."""
        return []


def _letter(content: Mapping[str, Any], address: str) -> ModerationLetter:
    if content["what"] not in _SENTENCES:
        raise ValueError(f"it says {content['what']!r} of a moderation")
    return ModerationLetter(
        what=content["what"],
        month=month_in_words(date.fromisoformat(content["month"])),
        due=day_in_words(date.fromisoformat(content["due_on"])),
        lines=[ModeratedLine(one_line(it["reference"]), _link(it["id"], address)) for it in content["audits"]],
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
    )


def _link(id_: str, address: str) -> str:
    return f"{address}/v1/moderation-rounds/audits/{quote(id_, safe='')}"
