"""The life of an audit, move by move: held, decided by the rules, and saved with all that follows (L1 to L15, R1, R2).

`rules/lifecycles.py` says who may do what when, and what comes of it. Here the facts are loaded and the effects saved.
"""

import uuid

from db.queries import audit_life as life
from db.queries.reaches import Relation
from db.tables.audits import Audit as AuditRow
from rules.audit_events import SCHEDULER, Event
from rules.audit_facts import Actor, AuditFacts
from rules.decisions import Decision
from rules.lifecycle_roles import roles_that_may
from rules.lifecycles import decide
from rules.roles import Role
from usecases.audit_actors import actor_over
from usecases.audit_contents import fix_first_grading, fix_second_grading
from usecases.audit_effects import keep_and_file_report, owe_messages, save_clocks
from usecases.audit_facts import facts_of
from usecases.audit_notices import AuditNews
from usecases.audit_steps import Move, Moved, entry_of, save_steps
from usecases.earlier_feedback import give_the_rest
from usecases.errors import refused_for
from usecases.held_audits import HeldAudit, hold_audit
from usecases.improvement_plans import confirm_plan
from usecases.re_audits_to_decide import settle
from usecases.trail import record
from usecases.work import Work

__all__ = ["Move", "Moved", "hold_for", "move", "roles_for"]

# Whose moves are in a matter of their own by their nature.
_OWN = {Role.AUDITOR: Relation.AS_AUDITOR, Role.PRACTITIONER: Relation.AS_PRACTITIONER}
AS_RE_AUDITOR_ADVISED = "re_auditor_advised_against"


def move(work: Work, audit_id: uuid.UUID, wanted: Move) -> Moved:
    """Makes one move with all its effects, or raises and changes nothing.

    Raises NotFound, AlreadyDifferent for an audit that changed since `version` was read, and NotAllowedNow with every
    reason against it, also in a matter of one's own but for what is the auditor's or the practitioner's to do.
    """
    held = hold_for(work, audit_id, wanted.event, wanted.version)
    facts = facts_of(work, held)
    actor = _actor(work, held.row, wanted)
    decision = decide(
        wanted.event, facts, actor, on=work.today, policy=work.policy, calendar=work.calendar, asked=wanted.asked
    )
    _refuse(decision)
    return _make(work, held.row, facts, wanted, decision)


def hold_for(work: Work, audit_id: uuid.UUID, event: Event, version: int | None = None) -> HeldAudit:
    """One audit for such a move, ours until the transaction ends. Raises as `move`."""
    own = {_OWN[role] for role in roles_for(work, event) if role in _OWN}
    return hold_audit(work, audit_id, version, as_own=own)


def roles_for(work: Work, event: Event) -> tuple[Role, ...]:
    """The roles that may make such a move, by the policy."""
    return tuple(Role(role) for role in roles_that_may(event, work.policy) if role != SCHEDULER)


def _actor(work: Work, row: AuditRow, wanted: Move) -> Actor:
    if wanted.by is not None:
        return Actor.of(wanted.by)
    roles = roles_for(work, wanted.event)
    reaches = dict.fromkeys(roles, work.reach) if wanted.reaches is None else wanted.reaches
    return actor_over(work, row, {role: reach for role, reach in reaches.items() if role in roles})


def _refuse(decision: Decision) -> None:
    """Raises with every reason that the rules give against a move."""
    if decision.refused is not None:
        raise refused_for(decision.reasons)


def _make(work: Work, row: AuditRow, facts: AuditFacts, wanted: Move, decision: Decision) -> Moved:
    earlier_grade = row.overall_grade
    _set_facts(work, row, facts, wanted)
    untold = _give_feedback(work, row, wanted)
    steps = save_steps(work, row, wanted, decision, earlier_grade)
    save_clocks(work, row, decision)
    record(work, *(entry_of(row, step, wanted) for step in steps))
    settle(work, row, wanted.event, steps[-1].sentence)
    keep_and_file_report(work, row, decision)
    untold += owe_messages(work, row, decision, _news(work, row, wanted))
    return Moved(row, steps, decision, tuple(each for place, each in enumerate(untold) if each not in untold[:place]))


def _give_feedback(work: Work, row: AuditRow, wanted: Move) -> list[dict[str, str]]:
    """What is said to earlier practitioners and teams goes with the issue (L8); answers who could not be told of it."""
    return give_the_rest(work, row) if wanted.event is Event.AUDIT_ISSUED else []


def _set_facts(work: Work, row: AuditRow, facts: AuditFacts, wanted: Move) -> None:
    """What the move changes of the audit itself beside its state."""
    match wanted.event:
        case Event.DISCUSSION_HELD | Event.DISCUSSION_NOT_HELD:
            fix_first_grading(work, row)
        case Event.REPORT_ACCEPTED:
            fix_second_grading(work, row)
        case Event.AUDIT_ISSUED:
            row.issued_on, row.overall_grade = work.today, facts.grade
        case Event.REPORT_CORRECTED | Event.DISPUTE_RESOLVED | Event.MODERATED_GRADE_RECORDED:
            row.overall_grade = wanted.asked.grade or facts.grade
            if row.overall_grade != facts.grade:
                row.re_audit_waived_because = None  # that was decided of another grade
        case Event.FINDINGS_CONFIRMED:
            confirm_plan(work, row)
        case _:
            _set_re_audit(row, wanted)


def _set_re_audit(row: AuditRow, wanted: Move) -> None:
    """What is decided of the re-audit that follows: whether there is one, and at which case it looks (S7, R2)."""
    match wanted.event:
        case Event.FURTHER_RE_AUDIT_WAIVED:
            row.re_audit_waived_because = AS_RE_AUDITOR_ADVISED
        case Event.FURTHER_RE_AUDIT_ORDERED:
            row.re_audit_waived_because = None
        case Event.ANOTHER_CASE_CHOSEN:
            case = wanted.asked.case
            row.re_audit_case_reference = case.reference if case is not None and not case.is_own else None
        case Event.AUDIT_CLOSED:
            row.re_audit_waived_because = row.re_audit_waived_because or wanted.asked.reason


def _news(work: Work, row: AuditRow, wanted: Move) -> AuditNews:
    """What those who are told need beside the audit itself."""
    match wanted.event:
        case Event.MEETING_ARRANGED | Event.MEETING_MOVED:
            return AuditNews(meets_on=wanted.asked.on_day, meets_at=wanted.asked.at)
        case Event.DISCUSSION_HELD | Event.DISCUSSION_NOT_HELD:
            meeting = life.planned_meeting(work.session, row.id)
            return AuditNews(meets_on=meeting.meets_on, meets_at=meeting.meets_at) if meeting else AuditNews()
        case Event.REPORT_CORRECTED | Event.DISPUTE_RESOLVED | Event.MODERATED_GRADE_RECORDED:
            return AuditNews(earlier_grades=life.grades_issued_before(work.session, row.id))
        case _:
            return AuditNews()
