"""Clocks that have run out and by that alone change an audit (Q2)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.deadlines import is_among
from db.tables.audits import Audit
from db.tables.deadlines import Deadline


def audits_with_lapsed_clock(session: Session, time_limits: Collection[str], today: date) -> Sequence[uuid.UUID]:
    """The audits for which one of these clocks is still open after its last day, the longest overdue first."""
    question = (
        select(Audit.id)
        .join(Deadline, Deadline.audit_id == Audit.id)
        .where(
            (Deadline.state == "overdue") | (Deadline.state == "running"),
            Deadline.due_on < today,
            is_among(time_limits),
        )
        .order_by(Deadline.due_on, Deadline.id)
    )
    return session.scalars(question).all()
