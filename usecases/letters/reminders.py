"""What a letter says about duties that are due or overdue (L13; P4: links, never a name, a grade or a finding)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from rules.dates_in_words import day_in_words, month_in_words
from rules.duties_asked import DATES_UNSAID
from rules.roles import Role
from usecases.letters.audit_letters import one_line, reading_content
from usecases.letters.calendar_entries import CalendarEntry

# What is to be done, by the rule that asks for it, as whoever owes it reads it.
_DUTIES = {
    "L1": "Hold the meeting with the practitioner",
    "L4": "Do what was agreed after the report, and record it",
    "L5": "Complete the report",
    "L6": "Check the report, and accept or return it",
    "L7": "Issue the report",
    "L10": "Discuss the report with the practitioner, and record that in a case note",
    "L11": "Put the case note of the discussion on record",
    "D1": "Hold the meeting about the dispute",
    "D2": "Share what came of the meeting about the dispute",
    "D3": "Discuss the dispute, and settle what is done",
    "D4": "Answer the dispute in writing",
    "D5": "Discuss the dispute",
    "D8": "Take the dispute further, or leave it",
    "M3": "Moderate the audit, and give written feedback",
    "Q1": "Change the report that was returned",
    "Q3": "Complete the report that was not accepted",
    "R1": "Confirm the actions that were agreed after the report",
    "R2": "Say whether the work is audited once more",
    "R4": "Say whether the work is audited once more",
    "W1": "Acknowledge the safety alert and discuss it, and say what came of it",
    "W2": "Answer the safety alert",
    "W3": "Answer the safety alert",
    "W4": "Say whether the safety alert goes to the director",
}
_OF_ROLES: Mapping[tuple[str, str | None], str] = {("L10", Role.PRACTITIONER): "Discuss the report with your manager"}
# The same as somebody reads it whom it is taken further to.
_OF_OTHERS = {
    "L1": "The auditor's meeting with the practitioner",
    "L4": "What was agreed after the report",
    "L5": "The auditor's report",
    "L6": "The audit team's check of the report",
    "L7": "The issue of the report by its auditor",
    "L10": "The discussion of the report by team manager and practitioner",
    "L11": "The team manager's case note of the discussion",
    "M3": "The moderation of the audit",
    "Q1": "The auditor's changes to the report",
    "Q3": "The auditor's report, which was not accepted",
    "R1": "The head of service's word on what was agreed",
}
_OTHER_DUTY = "What is still to be done"
# The headings, in the order in which they are read.
_HEADINGS = {
    "overdue": "Overdue: yours to do",
    "reminder": "Due soon: yours to do",
    "escalation": "Overdue: please see to it that it is done",
    "for_you_to_know": "Overdue: for you to know",
}
# Who hears of what others owe and sees to nothing: whoever answers for it hears too.
_ONLY_KNOW = (Role.PRACTITIONER, Role.AUDITOR, Role.AUDIT_TEAM)


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty in a list."""

    what: str
    reference: str
    month: str | None
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
    unknown = {duty["event"] for duty in duties} - _EVENTS
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


_EVENTS = {"overdue", "reminder", "escalation"}


def _sections(duties: Sequence[Mapping[str, Any]], address: str) -> Iterator[DutySection]:
    """Each duty once, under the first of its headings."""
    said: set[tuple[str, str, str, str]] = set()
    for event, heading in _HEADINGS.items():
        of_event = {
            key: duty
            for duty in sorted(duties, key=_place)
            if _place_of(duty) == event and (key := (duty["rule"], *_subject(duty), duty["due_on"])) not in said
        }
        said.update(of_event)
        if of_event:
            yield DutySection(heading, [_duty(duty, address) for duty in of_event.values()])


def _place_of(duty: Mapping[str, Any]) -> str:
    """The heading that a duty stands under."""
    return "for_you_to_know" if duty["event"] == "escalation" and duty.get("as") in _ONLY_KNOW else duty["event"]


def _place(duty: Mapping[str, Any]) -> tuple[str, str]:
    return duty["due_on"], duty["audit"] or ""


# What a duty may be of beside an audit, by the id that its content has then, and where that is found.
_SUBJECTS = {
    "dispute_id": "disputes",
    "safety_alert_id": "safety-alerts",
    "moderated_audit_id": "moderation-rounds/audits",
}


def _subject(duty: Mapping[str, Any]) -> tuple[str, str]:
    """Where what the duty is of is found, and its id."""
    found = ((place, duty[name]) for name, place in _SUBJECTS.items() if duty.get(name))
    return next(found, ("audits", duty["audit_id"]))


def _duty(duty: Mapping[str, Any], address: str) -> Duty:
    place, subject = _subject(duty)
    return Duty(
        what=_what(duty),
        reference=one_line(duty["audit"] or "safety alert"),
        month=month_in_words(date.fromisoformat(duty["month"])) if duty.get("month") else None,
        link=f"{address}/v1/{place}/{quote(subject, safe='')}",
        due=None if duty["rule"] in DATES_UNSAID else day_in_words(date.fromisoformat(duty["due_on"])),
    )


def _what(duty: Mapping[str, Any]) -> str:
    rule = duty["rule"]
    if duty["event"] == "escalation":
        return _OF_OTHERS.get(rule, _OTHER_DUTY)
    return _OF_ROLES.get((rule, duty.get("as")), _DUTIES.get(rule, _OTHER_DUTY))
