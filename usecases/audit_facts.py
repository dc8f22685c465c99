"""An audit as the rules of its life ask for it, gathered from its rows (rules/audit_facts.py)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from db.queries import audit_life as life
from db.queries import clocks, disputes, re_audit_cases
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event, State
from rules.audit_facts import AuditFacts
from rules.waiting_re_audits import closes_on
from usecases.audit_actors import who_acts_as_team_manager
from usecases.audit_contents import AuditContents, contents_of
from usecases.held_audits import HeldAudit
from usecases.work import LONDON, Work


def facts_of(work: Work, held: HeldAudit, contents: AuditContents | None = None) -> AuditFacts:
    """The audit as it stands; `contents` where somebody has loaded them already."""
    row = held.row
    facts = AuditFacts(
        reference=row.reference,
        state=State(row.state),
        kind=row.kind,
        sequence=row.sequence,
        allocated_on=row.allocated_on,
        report_due_on=row.report_due_on,
        closes_on=_closes_on(work, held),
        open_deadlines=_open_deadlines(work, row),
        issued_on=row.issued_on,
        uploaded_on=_uploaded_on(work, row),
        case_note_is_owed=life.case_note_is_owed(work.session, row.id),
    )
    facts = _with_contents(work, row, facts, contents or contents_of(work, row))
    facts = _with_meetings(work, row, facts)
    return _with_re_audit(work, row, _with_what_happened(work, row, facts))


def _with_contents(work: Work, row: AuditRow, facts: AuditFacts, written: AuditContents) -> AuditFacts:
    earlier = life.earlier_audits(work.session, row.id)
    after = written.after.overall if written.after else None
    return replace(
        facts,
        is_graded=written.is_graded,
        grade_before=written.before.overall if written.before else None,
        grade_after=after,
        grade=_effective_grade(row, after),
        original_grade=earlier[-1].overall_grade if earlier else None,
        previous_grade=earlier[0].overall_grade if len(earlier) > 1 else None,
        missing_for_discussion=written.missing_for_discussion,
        missing=written.missing,
        plan_is_owed=written.plan_owed is not None,
        actions_agreed=written.actions_agreed,
    )


def _with_meetings(work: Work, row: AuditRow, facts: AuditFacts) -> AuditFacts:
    meeting = life.planned_meeting(work.session, row.id)
    discussion = life.reflective_discussion(work.session, row.id)
    return replace(
        facts,
        meeting_on=meeting.meets_on if meeting else None,
        meeting_at=meeting.meets_at if meeting else None,
        discussed_on=discussion.held_on if discussion else None,
        acts_as_team_manager=_who_attends_instead(work, row),
    )


def _with_what_happened(work: Work, row: AuditRow, facts: AuditFacts) -> AuditFacts:
    steps = life.steps_of(work.session, row.id)
    anew = {it.step_id for it in life.corrections(work.session, row.id) if it.is_discussed_anew}
    newest = newest_of(steps, anew)
    checks = life.quality_checks(work.session, row.id)
    return replace(
        facts,
        first_submitted_on=_first(steps, Event.REPORT_SUBMITTED),
        submitted_on=_later(newest, Event.REPORT_SUBMITTED, Event.REPORT_AMENDED),
        returned_on=newest.get(Event.REPORT_RETURNED),
        discussion_offered=next((it.is_discussion_offered for it in checks if it.outcome == "returned"), False),
        not_accepted_on=_first(steps, Event.NOT_ACCEPTED),
        carried_over_on=newest.get(Event.NOT_ACCEPTED),
        accepted_on=newest.get(Event.REPORT_ACCEPTED),
        acknowledged_on=newest.get(Event.REPORT_ACKNOWLEDGED),
        findings_discussed_on=newest.get(Event.FINDINGS_DISCUSSED),
        findings_note_checked_on=newest.get(Event.FINDINGS_NOTE_CHECKED),
        findings_confirmed_on=newest.get(Event.FINDINGS_CONFIRMED),
        further_re_audit_advised_against=Event.FURTHER_RE_AUDIT_ADVISED_AGAINST in newest,
        dispute_open=disputes.is_disputed(work.session, row.id),
        waits_for=disputes.dispute_waited_for(work.session, row.id) if row.state == State.ALLOCATED else None,
        further_re_audit_ordered=Event.FURTHER_RE_AUDIT_ORDERED in newest,
    )


def _with_re_audit(work: Work, row: AuditRow, facts: AuditFacts) -> AuditFacts:
    """With its case and practitioner as they are today, asked where a re-audit may be awaited (S7)."""
    facts = replace(
        facts,
        re_audit_allocated_on=life.re_audit_allocated_on(work.session, row.id),
        further_re_audit_waived=row.re_audit_waived_because is not None,
    )
    if row.issued_on is None or row.overall_grade not in work.policy.gradings.re_audit_grades:
        return facts
    names = re_audit_cases.names_of_case(work.session, row.case_reference)
    return replace(
        facts,
        case_is_open=re_audit_cases.open_case(work.session, names.every, work.today) is not None,
        re_audit_case=row.re_audit_case_reference,
        practitioner_left_on=re_audit_cases.practitioner_of(work.session, row.id).left_on,
    )


def newest_of(steps: Sequence[AuditStep], discussed_anew: Collection[uuid.UUID]) -> Mapping[str, date]:
    """By event the day of the newest time that it happened to the report as it stands.

    The corrections `discussed_anew` ask for another discussion of the findings.
    """
    newest: dict[str, date] = {}
    for step in steps:
        newest[step.event] = step.happened_on
        if step.id in discussed_anew:
            for event in _OF_THE_FINDINGS:
                newest.pop(event, None)
    return newest


_OF_THE_FINDINGS = (Event.FINDINGS_DISCUSSED, Event.FINDINGS_NOTE_CHECKED, Event.FINDINGS_CONFIRMED)


def _first(steps: Sequence[AuditStep], event: Event) -> date | None:
    """The day of the first time that it happened."""
    return next((step.happened_on for step in steps if step.event == event), None)


def _effective_grade(row: AuditRow, after: str | None) -> str | None:
    """The second grading as accepted, or as it was corrected since."""
    if row.state not in (State.ACCEPTED, State.ISSUED, State.CLOSED):
        return None
    return row.overall_grade or (after if row.issued_on is None else None)


def _who_attends_instead(work: Work, row: AuditRow) -> str | None:
    """Who attends the reflective discussion in the team manager's place, asked where they have to and it is to come."""
    is_to_come = row.state in (State.ALLOCATED, State.UNDER_WAY, State.DISCUSSED)
    if not is_to_come or row.sequence < work.policy.lifecycle.team_manager_attends_from:
        return None
    return who_acts_as_team_manager(work, row)


def _later(newest: Mapping[str, date], *events: Event) -> date | None:
    return max((newest[event] for event in events if event in newest), default=None)


def _closes_on(work: Work, held: HeldAudit) -> date:
    if held.cycle is None or held.row.re_audit_of is None:
        return held.cycle.closes_on if held.cycle else held.row.report_due_on
    return closes_on(held.cycle.closes_on, held.row.report_due_on, work.policy, work.calendar)


def _open_deadlines(work: Work, row: AuditRow) -> dict[str, date]:
    found: dict[str, date] = {}
    for clock in clocks.running(work.session, clocks.of_audit(row.id)):
        found.setdefault(clock.time_limit, clock.due_on)
    return found


def _uploaded_on(work: Work, row: AuditRow) -> date | None:
    """When the case system had the report as it stands: by what it, or whoever did it by hand, said (C2)."""
    uploaded_at = life.uploaded_at(work.session, row.id)
    return uploaded_at.astimezone(LONDON).date() if uploaded_at else None
