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
    "drawn": "Moderation of practice audits, {}: drawn",
    "looked_at": "Moderation of practice audits, {}: audits of yours",
    "concerned": "Moderation of practice audits, {}: looked at again",
    "given": "Moderation of practice audits, {}",
    "taken": "Moderation of practice audits, {}: no longer yours",
    "feedback": "Moderation of a practice audit, {}: feedback",
}
_SENTENCES = {
    "drawn": "Drawn for moderation: {count}. Feedback is due by {due}.",
    "looked_at": "Senior leaders look again at what is listed here, which you audited, until {due}. They will meet "
    "you; nothing is asked of you until then.",
    "concerned": "Senior leaders look again at what is listed here, until {due}. Nothing is asked of you.",
    "given": "Please look at these audits again as a moderator, meet each auditor, and give written feedback by {due}.",
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
    notes: Sequence[str] = ()
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
        return _SENTENCES[self.what].format(due=self.due, count=_count(len(self.lines)))

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
        lines=[
            ModeratedLine(one_line(it["reference"]), _link(content["what"], it, address)) for it in content["audits"]
        ],
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
        notes=[one_line(sentence) for sentence in content.get("notes", ())],
    )


def _link(what: str, audit: Mapping[str, Any], address: str) -> str:
    """To what is moderated; for those who read nothing of that before the feedback, to the audit itself (M4)."""
    if what in ("looked_at", "concerned"):
        return f"{address}/v1/audits/{quote(audit['audit_id'], safe='')}"
    return f"{address}/v1/moderation-rounds/audits/{quote(audit['id'], safe='')}"


def _count(number: int) -> str:
    return "no audit" if number == 0 else "one audit" if number == 1 else f"{number} audits"
