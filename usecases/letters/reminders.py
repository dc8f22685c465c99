"""What a letter says about duties that are due or overdue (L13; P4: links, never a name, a grade or a finding)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from rules.dates_in_words import day_in_words
from usecases.letters.audit_letters import one_line, reading_content
from usecases.letters.calendar_entries import CalendarEntry

# What is to be done, by the rule that asks for it.
_DUTIES = {
    "L1": "Hold the meeting with the practitioner",
    "L4": "Do what the improvement plan asks of you, and record it",
    "L5": "Complete the report",
    "L6": "Check the quality of the report",
    "L7": "Issue the audit",
    "L10": "Hold the discussion that follows the report, and record it",
    "L11": "Record the discussion that followed the report",
    "Q1": "Amend the report that was returned",
    "Q3": "Complete the report",
    "R1": "Confirm the agreed actions",
}
_OTHER_DUTY = "Do what is still to be done"
# How long these take says how the audit went: their dates stay behind the links (P4).
_DATES_UNSAID = ("L10",)
# The headings, in the order in which they are read.
_HEADINGS = {
    "overdue": "Overdue: yours to do",
    "reminder": "Due soon: yours to do",
    "escalation": "Overdue: for you to know, and to see to it that it is done",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty in a list."""

    what: str
    reference: str
    link: str
    due: str | None


@dataclass(frozen=True, slots=True)
class DutySection:
    """A heading, and the duties that stand under it."""

    heading: str
    lines: Sequence[Duty]


@dataclass(frozen=True, slots=True)
class ReminderLetter:
    """All that the templates ask for."""

    sections: Sequence[DutySection]
    standing_in: Sequence[str]
    passed_on_by: str | None
    has_overdue: bool
    documents: Sequence[tuple[str, str]] = ()
    vacancies: Sequence[str] = ()

    @classmethod
    def of(cls, content: Mapping[str, Any], address: str) -> "ReminderLetter":
        """The letter of a notice's content; links begin with `address`. Raises UnreadableContent."""
        with reading_content():
            return _letter(content.get("duties") or [content], address)

    @property
    def subject(self) -> str:
        """What the letter is about, without saying anything about anybody."""
        return "Practice audits: what is overdue" if self.has_overdue else "Practice audits: what is due soon"

    def calendar_entries(self) -> list[CalendarEntry]:
        """None: the dates are in the calendar since the allocation."""
        return []


def gathered(duties: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The content of one letter about all these duties."""
    return {"letter": "reminder", "duties": list(duties)}


def _letter(duties: Sequence[Mapping[str, Any]], address: str) -> ReminderLetter:
    unknown = {duty["event"] for duty in duties} - _HEADINGS.keys()
    if unknown:
        raise ValueError(f"it says {min(unknown)!r} of a duty")
    standing_in = dict.fromkeys(one_line(sentence) for duty in duties for sentence in duty["standing_in"])
    passed_on_by = next((duty["passed_on_by"] for duty in duties if duty["passed_on_by"]), None)
    return ReminderLetter(
        sections=list(_sections(duties, address)),
        standing_in=list(standing_in),
        passed_on_by=one_line(passed_on_by) if passed_on_by else None,
        has_overdue=any(duty["event"] != "reminder" for duty in duties),
    )


def _sections(duties: Sequence[Mapping[str, Any]], address: str) -> Iterator[DutySection]:
    """Each duty once, under the first of its headings."""
    said: set[tuple[str, str, str]] = set()
    for event, heading in _HEADINGS.items():
        of_event = {
            key: duty
            for duty in sorted(duties, key=_place)
            if duty["event"] == event and (key := (duty["rule"], duty["audit_id"], duty["due_on"])) not in said
        }
        said.update(of_event)
        if of_event:
            yield DutySection(heading, [_duty(duty, address) for duty in of_event.values()])


def _place(duty: Mapping[str, Any]) -> tuple[str, str]:
    return duty["due_on"], duty["audit"]


def _duty(duty: Mapping[str, Any], address: str) -> Duty:
    return Duty(
        what=_DUTIES.get(duty["rule"], _OTHER_DUTY),
        reference=one_line(duty["audit"]),
        link=f"{address}/v1/audits/{quote(duty['audit_id'], safe='')}",
        due=None if duty["rule"] in _DATES_UNSAID else day_in_words(date.fromisoformat(duty["due_on"])),
    )
