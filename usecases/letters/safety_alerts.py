"""What a letter says of a safety alert: its reference, its stage, what is asked by when, and the link (W1, W7, P4).

No case, no name and nothing of the concern stands in it. It always says what an alert does not replace.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from rules.dates_in_words import day_in_words
from rules.roles import Role
from usecases.letters.audit_letters import one_line, reading_content
from usecases.letters.calendar_entries import CalendarEntry

# What happened, for everybody who hears of it. What an edition adds is said in its own words.
_HAPPENED: Mapping[str, str] = {
    "alert_raised": "A safety alert was raised.",
    "acknowledged": "The safety alert was acknowledged.",
    "not_acknowledged": "Nobody acknowledged the safety alert in time.",
    "time_ran_out": "The time for an answer to the safety alert ran out.",
    "post_vacant": "Nobody can act at the stage of the safety alert before this one, so it moved up.",
    "not_referred": "The safety alert is unresolved, and nobody took it further in time.",
    "unresolved": "The safety alert was not resolved.",
    "referred": "The safety alert was taken further.",
    "resolved": "The safety alert was resolved.",
    "case_named": "The case that the safety alert is about is known now.",
    "team_named": "The team that the safety alert is about is known now.",
    "reminded": "The safety alert still waits for an answer.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyAlertLetter:
    """All that the templates ask for."""

    what: str
    reader: str
    is_asked: bool
    is_open: bool
    is_team_known: bool
    reference: str
    stage: str
    duty: str
    acknowledge_on: date | None
    due_on: date | None
    link: str
    says: str
    without_link: str
    standing_in: Sequence[str]
    vacancies: Sequence[str]
    passed_on_by: str | None
    documents: Sequence[tuple[str, str]] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "SafetyAlertLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content, address)

    @property
    def subject(self) -> str:
        """The reference, and whether the reader is to act now."""
        if self.is_open and self.is_asked:
            return f"Safety alert {self.reference}: please act now"
        return f"Safety alert {self.reference}: {self.stage if self.is_open else 'ended'}"

    @property
    def happened(self) -> str:
        return _HAPPENED.get(self.what, f"What happened to the safety alert: {self.what.replace('_', ' ')}.")

    @property
    def asked(self) -> str:
        """What is asked of whoever reads."""
        if not self.is_open:
            return "There is nothing more to do."
        if self.is_asked and not self.is_team_known:
            return f"Nobody knows the team of this case: name it; until then it is for you to {self.duty}."
        if self.is_asked:
            return f"It is now for you to {self.duty}."
        if self.reader == Role.AUDITOR and not self.is_team_known:
            return "You raised it. Nobody knows its team: tell the audit team which it is, or ring its manager."
        if self.reader == Role.AUDITOR:
            return "You raised it, and hear of each step."
        stage = self.stage if self.stage[-1:].isdigit() else f"the {self.stage} stage"
        return f"Those who act at {stage} are told. This is for you to know, and to step in where nobody does."

    @property
    def due(self) -> Sequence[str]:
        """By when, where the message starts a clock."""
        acknowledge = f"To be acknowledged by {day_in_words(self.acknowledge_on)}." if self.acknowledge_on else None
        outcome = f"An answer is due by {day_in_words(self.due_on)}." if self.due_on else None
        return [sentence for sentence in (acknowledge, outcome) if sentence] if self.is_open else []

    def calendar_entries(self) -> list[CalendarEntry]:
        """None: it is for now."""
        return []


def _letter(content: Mapping[str, Any], address: str) -> SafetyAlertLetter:
    return SafetyAlertLetter(
        what=content["what"],
        reader=content["as"],
        is_asked=bool(content["is_asked"]),
        is_open=content["state"] == "open",
        is_team_known=bool(content.get("is_team_known", True)),
        reference=one_line(content["reference"]),
        stage=one_line(content["stage"]),
        duty=one_line(content["duty"]),
        acknowledge_on=_day(content["acknowledge_on"]),
        due_on=_day(content["due_on"]),
        link=f"{address}/v1/safety-alerts/{quote(content['alert'], safe='')}",
        says=one_line(content["says"]),
        without_link=one_line(content.get("without_link", "")),
        standing_in=[one_line(sentence) for sentence in content["standing_in"]],
        vacancies=[one_line(sentence) for sentence in content["vacancies"]],
        passed_on_by=one_line(content["passed_on_by"]) if content["passed_on_by"] else None,
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
