"""An audit's facts after a move: the states and days that its steps, one after the other, leave behind."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from rules.audit_events import CHANGES_OF_GRADES, Event, State
from rules.audit_facts import FINDINGS_DISCUSSIONS, Asked, AuditFacts
from rules.decisions import Decision

# May be recorded after the day on which they were held or decided.
_HELD = (Event.DISCUSSION_HELD, Event.FINDINGS_DISCUSSED, Event.FURTHER_RE_AUDIT_ORDERED)


def happened_on(event: Event, asked: Asked, on: date) -> date:
    """The day on which an event recorded on that day happened."""
    return asked.on_day if event in _HELD and asked.on_day is not None else on


def facts_after(facts: AuditFacts, decision: Decision, asked: Asked) -> AuditFacts:
    """The facts once the decision is carried out. A refusal leaves them as they are.

    What is to be done again has no day any more: upload, discussion, case note and follow-up of a corrected report.
    """
    if decision.refused is not None or decision.happened_on is None:
        return facts
    for event in map(Event, decision.events):
        facts = replace(facts, **_CHANGES.get(event, _nothing)(facts, asked, decision.happened_on))
    facts = replace(facts, state=State(decision.state), open_deadlines=_open_after(facts.open_deadlines, decision))
    return _discussed_anew(facts, decision)


def _open_after(standing: Mapping[str, date], decision: Decision) -> Mapping[str, date]:
    ended = {*decision.deadlines_met, *(ended.time_limit for ended in decision.deadlines_withdrawn)}
    left = {limit: due_on for limit, due_on in standing.items() if limit not in ended}
    return MappingProxyType(left | {start.time_limit: start.due_on for start in decision.deadlines_start})


def _discussed_anew(facts: AuditFacts, decision: Decision) -> AuditFacts:
    started = {start.time_limit for start in decision.deadlines_start}
    if not set(CHANGES_OF_GRADES) & set(decision.events) or not started & set(FINDINGS_DISCUSSIONS):
        return facts
    return replace(facts, findings_discussed_on=None, findings_note_checked_on=None, findings_confirmed_on=None)


_Change = Callable[[AuditFacts, Asked, date], dict[str, Any]]


def _nothing(_facts: AuditFacts, _asked: Asked, _on: date) -> dict[str, Any]:
    return {}


def _submitted(facts: AuditFacts, _asked: Asked, on: date) -> dict[str, Any]:
    return {"submitted_on": on, "first_submitted_on": facts.first_submitted_on or on}


def _corrected(facts: AuditFacts, asked: Asked, _on: date) -> dict[str, Any]:
    """Whether a further re-audit is done without was decided of the grade that stood."""
    grade = asked.grade or facts.grade
    is_waived = facts.further_re_audit_waived and grade == facts.grade
    return {"grade": grade, "uploaded_on": None, "further_re_audit_waived": is_waived}


def _case_chosen(_facts: AuditFacts, asked: Asked, _on: date) -> dict[str, Any]:
    return {"re_audit_case": None if asked.case is None or asked.case.is_own else asked.case.reference}


_CHANGES: Mapping[Event, _Change] = {
    Event.MEETING_ARRANGED: lambda _facts, asked, _on: {"meeting_on": asked.on_day, "meeting_at": asked.at},
    Event.MEETING_MOVED: lambda _facts, asked, _on: {"meeting_on": asked.on_day, "meeting_at": asked.at},
    Event.DISCUSSION_HELD: lambda _facts, _asked, on: {"discussed_on": on},
    Event.REPORT_SUBMITTED: _submitted,
    Event.REPORT_AMENDED: _submitted,
    Event.REPORT_ACCEPTED: lambda facts, _asked, on: {"accepted_on": on, "grade": facts.grade_after},
    Event.REPORT_RETURNED: lambda _facts, asked, on: {
        "returned_on": on,
        "discussion_offered": asked.offers_discussion,
    },
    Event.NOT_ACCEPTED: lambda facts, _asked, on: {
        "not_accepted_on": facts.not_accepted_on or on,
        "carried_over_on": on,
    },
    Event.AUDIT_ISSUED: lambda _facts, _asked, on: {"issued_on": on},
    Event.REPORT_ACKNOWLEDGED: lambda _facts, _asked, on: {"acknowledged_on": on},
    Event.FINDINGS_DISCUSSED: lambda _facts, _asked, on: {"findings_discussed_on": on},
    Event.FINDINGS_NOTE_CHECKED: lambda _facts, _asked, on: {"findings_note_checked_on": on},
    Event.FINDINGS_CONFIRMED: lambda _facts, _asked, on: {"findings_confirmed_on": on},
    Event.FURTHER_RE_AUDIT_ADVISED_AGAINST: lambda _f, _a, _on: {"further_re_audit_advised_against": True},
    Event.FURTHER_RE_AUDIT_WAIVED: lambda _facts, _asked, _on: {"further_re_audit_waived": True},
    Event.FURTHER_RE_AUDIT_ORDERED: lambda _facts, _asked, _on: {"further_re_audit_ordered": True},
    Event.ANOTHER_CASE_CHOSEN: _case_chosen,
    **dict.fromkeys(CHANGES_OF_GRADES, _corrected),
}
