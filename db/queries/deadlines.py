"""Running clocks (DESIGN §5)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, and_, column, insert, literal, or_, select, values
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from rules.allocation_deadlines import AllocationDeadline

# What every audit of a cycle owes alike.
_ALIKE = ("time_limit", "due_on", "rule", "clause", "sentence")


def is_of_the_audit() -> ColumnElement[bool]:
    """Whether a clock is of the audit itself, and not of a dispute, an alert or a moderation about it."""
    others = (Deadline.dispute_id, Deadline.safety_alert_id, Deadline.moderated_audit_id)
    return and_(*(other.is_(None) for other in others))


def is_among(time_limits: Collection[str]) -> ColumnElement[bool]:
    """Whether a clock is one of these; a name that ends in a dot stands for all of that ladder's."""
    ladders = [name for name in time_limits if name.endswith(".")]
    named = Deadline.time_limit.in_([name for name in time_limits if name not in ladders])
    return or_(named, *(Deadline.time_limit.startswith(name, autoescape=True) for name in ladders))


def start_for_audits_of(
    session: Session, draw_id: uuid.UUID, edition_id: str, alike: Sequence[Mapping[str, Any]]
) -> None:
    """Starts each of these clocks for each audit of a draw, owed by its auditor, in one statement."""
    clocks = values(*(column(name, Date if name == "due_on" else Text) for name in _ALIKE), name="clocks").data(
        [tuple(clock[name] for name in _ALIKE) for clock in alike]
    )
    every = (
        select(
            Audit.id,
            Audit.auditor_id,
            Audit.allocated_on,
            *(clocks.c[name] for name in _ALIKE),
            literal(edition_id),
            literal("running"),
        )
        .join_from(Audit, clocks, literal(value=True))
        .where(Audit.draw_id == draw_id)
    )
    columns = ["audit_id", "owed_by_id", "started_on", *_ALIKE, "edition_id", "state"]
    session.execute(insert(Deadline).from_select(columns, every))


def start_for_audit(
    session: Session, audit: Audit, started_on: date, edition_id: str, clocks: Sequence[AllocationDeadline]
) -> None:
    """Starts these clocks for one audit, owed by its auditor."""
    session.add_all(
        Deadline(
            time_limit=clock.time_limit,
            audit_id=audit.id,
            owed_by_id=audit.auditor_id,
            started_on=started_on,
            due_on=clock.due_on,
            rule=clock.reason.rule,
            clause=clock.reason.clause,
            sentence=clock.reason.sentence,
            edition_id=edition_id,
            state="running",
        )
        for clock in clocks
    )
    session.flush()


def deadlines_of(session: Session, audit_id: uuid.UUID) -> Sequence[Deadline]:
    """The clocks of one audit, the next due first; those of a dispute, an alert or a moderation aside."""
    of_it = select(Deadline).where(Deadline.audit_id == audit_id, is_of_the_audit())
    question = of_it.order_by(Deadline.due_on, Deadline.rule)
    return session.scalars(question).all()
