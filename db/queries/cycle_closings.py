"""How the audits of a cycle stand to its dates: what is asked to report on it once it has closed (L12)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from db.queries.audits_to_follow import waits
from db.queries.deadlines import is_among
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.programme import AuditCycle
from rules.audit_events import Event
from rules.quality_checks import AMENDMENTS


def cycles_to_report(session: Session, today: date) -> Sequence[AuditCycle]:
    """Cycles that have closed, whose last day has passed, and that were not reported on yet: in order, and held."""
    question = (
        select(AuditCycle)
        .where(AuditCycle.state == "closed", AuditCycle.closes_on < today, AuditCycle.closing_report.is_(None))
        .order_by(AuditCycle.closes_on, AuditCycle.month)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(question, execution_options={"populate_existing": True}).all()


def audits_of_cycle(session: Session, cycle_id: uuid.UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """The audits of a cycle that were not withdrawn, each with the days by which it is judged."""
    return _with_days(session, Audit.cycle_id == cycle_id)


def audits_not_issued(session: Session, today: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Audits of every cycle whose last day has passed that were not issued, each with the same days."""
    unfinished = Audit.state.not_in(("issued", "closed"))
    return _with_days(session, unfinished & Audit.issued_on.is_(None) & (AuditCycle.closes_on < today))


def _with_days(session: Session, which: ColumnElement[bool]) -> Sequence[Row[*tuple[Any, ...]]]:
    amendment = select(func.max(Deadline.due_on)).where(
        Deadline.audit_id == Audit.id,
        is_among(AMENDMENTS),
        Deadline.state.in_(("running", "overdue")),
    )
    question = (
        select(
            Audit,
            AuditCycle.closes_on,
            waits().label("waits"),
            _day(func.min(AuditStep.happened_on), Event.REPORT_SUBMITTED).label("first_submitted_on"),
            amendment.scalar_subquery().label("amendment_due_on"),
            _day(func.min(AuditStep.happened_on), Event.NOT_ACCEPTED).label("not_accepted_on"),
            _day(func.max(AuditStep.happened_on), Event.REPORT_ACCEPTED).label("accepted_on"),
        )
        .join(AuditCycle, AuditCycle.id == Audit.cycle_id)
        .where(Audit.origin == "drawn", Audit.state != "withdrawn", which)
        .order_by(Audit.reference)
    )
    return session.execute(question).all()


def _day(which: ColumnElement[date | None], event: Event) -> ColumnElement[date | None]:
    return select(which).where(AuditStep.audit_id == Audit.id, AuditStep.event == event).scalar_subquery()
