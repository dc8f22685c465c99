"""What is asked about who stands in for the holders of posts."""

import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.queries.organisation_days import overlaps
from db.tables.organisation import PostDeputy


def open_deputy(session: Session, post_id: uuid.UUID) -> PostDeputy | None:
    """The deputy of a post with no end in sight."""
    return session.scalars(
        select(PostDeputy).where(PostDeputy.post_id == post_id, PostDeputy.ended_on.is_(None))
    ).first()


def deputy_meanwhile(
    session: Session,
    post_id: uuid.UUID,
    began_on: date | None,
    ended_on: date | None,
    besides: uuid.UUID | None = None,
) -> PostDeputy | None:
    """A deputy of the post on any of these days."""
    return session.scalars(
        select(PostDeputy)
        .where(
            PostDeputy.post_id == post_id,
            overlaps(PostDeputy.began_on, PostDeputy.ended_on, began_on, ended_on),
            PostDeputy.id.is_distinct_from(besides),
        )
        .order_by(PostDeputy.began_on.nulls_first())
    ).first()


def deputies_of(session: Session, post_id: uuid.UUID) -> Sequence[PostDeputy]:
    """Everybody who stands, stood or will stand in for the holder of a post, in that order."""
    return session.scalars(
        select(PostDeputy)
        .where(PostDeputy.post_id == post_id)
        .order_by(PostDeputy.began_on.nulls_first(), PostDeputy.id)
    ).all()
