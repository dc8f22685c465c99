"""What is asked about who line-manages whom."""

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.organisation_days import overlaps
from db.tables.organisation import LineManagement


def open_management(session: Session, person_id: uuid.UUID) -> LineManagement | None:
    """The line manager whom somebody has with no end in sight."""
    return session.scalars(
        select(LineManagement).where(LineManagement.person_id == person_id, LineManagement.ended_on.is_(None))
    ).first()


def management_meanwhile(
    session: Session,
    person_id: uuid.UUID,
    began_on: date | None,
    ended_on: date | None,
    besides: uuid.UUID | None = None,
) -> LineManagement | None:
    """A line manager of somebody on any of these days."""
    return session.scalars(
        select(LineManagement)
        .where(
            LineManagement.person_id == person_id,
            overlaps(LineManagement.began_on, LineManagement.ended_on, began_on, ended_on),
            LineManagement.id.is_distinct_from(besides),
        )
        .order_by(LineManagement.began_on.nulls_first())
    ).first()
