"""The audit team's check list: of which issued reports the case note of the discussion is still to be seen (L11)."""

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session, aliased

from db.queries.page_sizes import at_most
from db.tables.audit_life import AuditStep, FindingsDiscussion, ReportCorrection
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.organisation import Person, Team
from rules.audit_events import Event
from rules.audit_facts import FINDINGS_DISCUSSIONS, MISSING_NOTE

NOT_DISCUSSED, TO_CHECK, MISSING = "not_discussed", "to_check", "missing"


def case_notes_to_check(
    session: Session, limit: int, *, after: uuid.UUID | None, what: str | None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """Issued audits whose findings are not discussed, or whose case note was not seen yet, the oldest first.

    What was discussed before a correction that asks for another discussion does not count. In one statement.
    """
    newest = _newest_steps().cte("newest")
    discussed = func.coalesce(newest.c.discussed, 0) > func.coalesce(newest.c.anew, 0)
    state = case(
        (~discussed, NOT_DISCUSSED), (func.coalesce(newest.c.missing, 0) > newest.c.discussed, MISSING), else_=TO_CHECK
    )
    step, practitioner = aliased(AuditStep), aliased(Person)
    question = (
        select(
            Audit.id,
            Audit.reference,
            Team.reference.label("team"),
            practitioner.reference.label("practitioner"),
            Audit.issued_on,
            state.label("what"),
            case((discussed, FindingsDiscussion.held_on)).label("discussed_on"),
            case((discussed, FindingsDiscussion.case_note_on)).label("case_note_on"),
            _due_on(),
        )
        .join(newest, newest.c.audit_id == Audit.id)
        .join(Team, Team.id == Audit.team_id)
        .join(practitioner, practitioner.id == Audit.practitioner_id)
        .outerjoin(step, (step.audit_id == Audit.id) & (step.version == newest.c.discussed))
        .outerjoin(FindingsDiscussion, FindingsDiscussion.step_id == step.id)
        .where(~(discussed & (func.coalesce(newest.c.seen, 0) > newest.c.discussed)))
        .order_by(Audit.id)
        .limit(at_most(limit))
    )
    if after is not None:
        question = question.where(Audit.id > after)
    if what is not None:
        question = question.where(state == what)
    return session.execute(question).all()


def _newest_steps() -> Any:
    """Of each issued audit with an overall grade, when each of these happened last, as the audit's version after it."""

    def last(*events: Event) -> Any:
        return func.max(AuditStep.version).filter(AuditStep.event.in_(events))

    return (
        select(
            AuditStep.audit_id,
            last(Event.FINDINGS_DISCUSSED).label("discussed"),
            last(Event.FINDINGS_NOTE_CHECKED).label("seen"),
            last(Event.FINDINGS_NOTE_MISSING).label("missing"),
            func.max(AuditStep.version).filter(ReportCorrection.is_discussed_anew).label("anew"),
        )
        .join(Audit, Audit.id == AuditStep.audit_id)
        .outerjoin(ReportCorrection, ReportCorrection.step_id == AuditStep.id)
        .where(Audit.state == "issued", Audit.overall_grade.is_not(None))
        .group_by(AuditStep.audit_id)
    )


def _due_on() -> Any:
    """The last day of the clock that runs for it, of the discussion or of a note that is missing."""
    return (
        select(func.min(Deadline.due_on))
        .where(
            Deadline.audit_id == Audit.id,
            Deadline.time_limit.in_((*FINDINGS_DISCUSSIONS, MISSING_NOTE)),
            Deadline.state.in_(("running", "overdue")),
        )
        .correlate(Audit)
        .scalar_subquery()
        .label("due_on")
    )
