"""What is wanted of an audit, and the steps that are kept of what happened (L1 to L15)."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from db.queries import audit_life as life
from db.queries.reaches import Reach
from db.tables.audit_life import (
    AuditStep,
    CaseNoteCheck,
    FindingsDiscussion,
    PlannedMeeting,
    QualityCheck,
    ReAuditOrder,
    ReflectiveDiscussion,
    ReportCorrection,
)
from db.tables.audits import Audit as AuditRow
from rules.audit_events import CHANGES_OF_GRADES, Event
from rules.audit_facts import FINDINGS_DISCUSSIONS, Asked
from rules.decisions import Decision, Reason
from rules.roles import Role
from usecases.trail import Entry
from usecases.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What is to happen to an audit: asked by a person within reach, else `by` the scheduler or the case system.

    `written` has what they wrote, by name; `version` is the audit's that they read, None for what no person asks.
    `reaches` says how far they reach as each role that may make the move, where that differs by role.
    """

    event: Event
    by: str | None = None
    asked: Asked = field(default_factory=Asked)
    written: Mapping[str, str | None] = field(default_factory=dict)
    version: int | None = None
    case_note_on: date | None = None
    decided_by_id: uuid.UUID | None = None
    reaches: Mapping[Role, Reach] | None = None
    domain_grades: Mapping[str, str] = field(default_factory=dict)
    is_anyone_unsafe: bool | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An audit after a move: what happened, what the rules made of it, and who could not be told of it."""

    audit: AuditRow
    steps: tuple[AuditStep, ...]
    decision: Decision
    shortfalls: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Happened:
    """A move that the rules have allowed, of an audit that is ours."""

    wanted: Move
    row: AuditRow
    decision: Decision
    earlier_grade: str | None


def save_steps(
    work: Work, row: AuditRow, wanted: Move, decision: Decision, earlier_grade: str | None
) -> tuple[AuditStep, ...]:
    """One step for each thing that happened; what was asked and written stands with the one that was asked for."""
    row.state = decision.state
    happened = _Happened(wanted, row, decision, earlier_grade)
    return tuple(
        _save_step(work, happened, event, reason)
        for event, reason in zip(decision.events, decision.reasons, strict=False)
    )


def entry_of(row: AuditRow, step: AuditStep, wanted: Move) -> Entry:
    """The step in the trail: ids, codes and dates; what somebody wrote is hashed and kept apart."""
    details: dict[str, Any] = {"state": step.state, "version": step.version, "on": step.happened_on.isoformat()}
    if step.event in _WITH_GRADE:
        details["grade"] = row.overall_grade
    if step.event == wanted.event and wanted.is_anyone_unsafe is not None:
        details["is_anyone_unsafe"] = int(wanted.is_anyone_unsafe)
    if step.event == Event.FURTHER_RE_AUDIT_ORDERED and wanted.decided_by_id is not None:
        details["decided_by"] = str(wanted.decided_by_id)
    texts = wanted.written if step.event == wanted.event else {}
    return Entry(("audit", str(row.id)), step.event, rule=step.rule, details=details, texts=texts)


_WITH_GRADE = (Event.AUDIT_ISSUED, *CHANGES_OF_GRADES)


def _save_step(work: Work, happened: _Happened, event: str, reason: Reason) -> AuditStep:
    row, wanted = happened.row, happened.wanted
    row.version += 1
    is_asked = event == wanted.event
    step = AuditStep(
        audit_id=row.id,
        event=event,
        version=row.version,
        state=row.state,
        happened_on=(happened.decision.happened_on if is_asked else None) or work.today,
        recorded_at=work.now,
        recorded_by=work.actor,
        rule=reason.rule,
        clause=reason.clause,
        sentence=reason.sentence,
    )
    beside = _BESIDE.get(wanted.event) if is_asked else None
    facts = (beside(happened),) if beside else ()
    return life.add_step(work.session, step, wanted.written if is_asked else {}, *facts)


def _meeting(it: _Happened) -> PlannedMeeting:
    return PlannedMeeting(audit_id=it.row.id, meets_on=it.wanted.asked.on_day, meets_at=it.wanted.asked.at)


def _discussion(it: _Happened) -> ReflectiveDiscussion:
    asked = it.wanted.asked
    if it.wanted.event is Event.DISCUSSION_NOT_HELD:
        return ReflectiveDiscussion(audit_id=it.row.id, held_on=None, team_manager_attended=False)
    return ReflectiveDiscussion(
        audit_id=it.row.id, held_on=asked.on_day, team_manager_attended=asked.team_manager_attended
    )


def _check(it: _Happened) -> QualityCheck:
    is_accepted = it.wanted.event is Event.REPORT_ACCEPTED
    return QualityCheck(
        audit_id=it.row.id,
        outcome="accepted" if is_accepted else "returned",
        is_discussion_offered=it.wanted.asked.offers_discussion and not is_accepted,
    )


def _findings(it: _Happened) -> FindingsDiscussion:
    return FindingsDiscussion(audit_id=it.row.id, held_on=it.wanted.asked.on_day, case_note_on=it.wanted.case_note_on)


def _order(it: _Happened) -> ReAuditOrder:
    decided_on = it.decision.happened_on
    assert decided_on is not None, "what happened has its day"
    return ReAuditOrder(audit_id=it.row.id, decided_by_id=it.wanted.decided_by_id, decided_on=decided_on)


def _case_note(it: _Happened) -> CaseNoteCheck:
    return CaseNoteCheck(audit_id=it.row.id, is_there=it.wanted.event is Event.FINDINGS_NOTE_CHECKED)


def _correction(it: _Happened) -> ReportCorrection:
    started = {clock.time_limit for clock in it.decision.deadlines_start}
    return ReportCorrection(
        audit_id=it.row.id,
        grade_before=it.earlier_grade,
        grade_after=it.row.overall_grade,
        domain_grades=dict(it.wanted.domain_grades),
        is_anyone_unsafe=it.wanted.is_anyone_unsafe,
        is_discussed_anew=not started.isdisjoint(FINDINGS_DISCUSSIONS),
    )


_BESIDE: Mapping[Event, Callable[[_Happened], Any]] = {
    Event.MEETING_ARRANGED: _meeting,
    Event.MEETING_MOVED: _meeting,
    Event.DISCUSSION_HELD: _discussion,
    Event.DISCUSSION_NOT_HELD: _discussion,
    Event.REPORT_ACCEPTED: _check,
    Event.REPORT_RETURNED: _check,
    Event.FINDINGS_DISCUSSED: _findings,
    Event.FINDINGS_NOTE_CHECKED: _case_note,
    Event.FINDINGS_NOTE_MISSING: _case_note,
    Event.FURTHER_RE_AUDIT_ORDERED: _order,
    **dict.fromkeys(CHANGES_OF_GRADES, _correction),
}
