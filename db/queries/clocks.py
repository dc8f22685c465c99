"""The clocks of one subject, be it an audit, a dispute, a safety alert or a moderation: started, passed on, ended."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, insert, select, update
from sqlalchemy.orm import Session

from db.queries.deadlines import is_of_the_audit
from db.tables.deadlines import LOOK_AT_ONCE, Deadline, DeadlineCrossing

RUNNING = ("running", "overdue")
Whose = ColumnElement[bool]  # one of the conditions below


def of_audit(audit_id: uuid.UUID) -> Whose:
    """Those of the audit itself, and not of what is about it."""
    return and_(Deadline.audit_id == audit_id, is_of_the_audit())


def of_dispute(dispute_id: uuid.UUID) -> Whose:
    return Deadline.dispute_id == dispute_id


def of_alert(alert_id: uuid.UUID) -> Whose:
    return Deadline.safety_alert_id == alert_id


def of_moderation(moderated_audit_id: uuid.UUID) -> Whose:
    return Deadline.moderated_audit_id == moderated_audit_id


def clocks(session: Session, whose: Whose) -> Sequence[Deadline]:
    """Every clock, the next due first."""
    return session.scalars(select(Deadline).where(whose).order_by(Deadline.due_on, Deadline.id)).all()


def running(session: Session, whose: Whose) -> Sequence[Deadline]:
    """What is still owed, the next due first."""
    return clocks(session, and_(whose, Deadline.state.in_(RUNNING)))


def crossings(session: Session, whose: Whose) -> Sequence[Row[*tuple[DeadlineCrossing, Deadline]]]:
    """Each reminder, and each time that a duty was found overdue or taken further, with its clock."""
    question = select(DeadlineCrossing, Deadline).join(Deadline, Deadline.id == DeadlineCrossing.deadline_id)
    return session.execute(question.where(whose).order_by(DeadlineCrossing.id)).all()


def start(session: Session, new: Sequence[Mapping[str, Any]]) -> None:
    """Starts clocks in one statement."""
    if new:
        session.execute(insert(Deadline), [{**clock, "state": "running"} for clock in new])


def meet(session: Session, whose: Whose, time_limits: Collection[str], on: date) -> None:
    """What these clocks ran for was done on that day, in time or late."""
    _change(session, whose, time_limits, state="met", met_on=on, next_look_on=None)


def withdraw(
    session: Session,
    whose: Whose,
    time_limits: Collection[str],
    because: str,
    on: date,
    *,
    waited_for: uuid.UUID | None = None,
) -> None:
    """These clocks are owed no more, with the sentence that says why; or stopped until that dispute is over (S7)."""
    ended = {"state": "withdrawn", "withdrawn_on": on, "withdrawn_because": because, "next_look_on": None}
    ended["waited_for_id"] = waited_for
    _change(session, whose, time_limits, **ended)


def pass_on(
    session: Session, whose: Whose, time_limits: Collection[str], to: uuid.UUID, *, role: str | None = None
) -> None:
    """Somebody else owes these clocks from now on, or those owed in one role, by the same day."""
    owed = whose if role is None else and_(whose, Deadline.owed_by_role == role)
    _change(session, owed, time_limits, owed_by_id=to, next_look_on=LOOK_AT_ONCE)


def _change(session: Session, whose: Whose, time_limits: Collection[str], **values: object) -> None:
    if time_limits:
        of_these = update(Deadline).where(whose, Deadline.time_limit.in_(time_limits), Deadline.state.in_(RUNNING))
        session.execute(of_these.values(**values))
