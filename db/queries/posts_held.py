"""What somebody has charge of on a day: posts, own or stood in for, people line-managed, teams of a service."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.queries.organisation_days import deputies_on, is_away, runs_on, services_of_teams_on, stand_in
from db.tables.organisation import LineManagement, Post


class PostHeld(NamedTuple):
    """A post whose duties somebody has on a day: their own, or one whose holder is away and for whom they stand in."""

    post_id: uuid.UUID
    role: str
    team_id: uuid.UUID | None
    service_id: str | None
    as_deputy: bool


def posts_held(session: Session, person_id: uuid.UUID, on: date) -> list[PostHeld]:
    """The posts that somebody holds on that day, and those for whose absent holders they stand in."""
    deputy = deputies_on(on)
    is_holder = Post.person_id == person_id
    acts = is_away(Post.person_id, on) & or_(deputy.c.deputy_id == person_id, stand_in(Post.person_id, on) == person_id)
    rows = session.execute(
        select(Post.id, Post.role, Post.team_id, Post.service_id, ~is_holder)
        .outerjoin(deputy, deputy.c.post_id == Post.id)
        .where(runs_on(Post, on), or_(is_holder, acts))
        .order_by(Post.id)
    )
    return [PostHeld(*row) for row in rows]


def line_managed_by(session: Session, manager_id: uuid.UUID, on: date) -> Sequence[uuid.UUID]:
    """The people whose line manager on record somebody is on that day."""
    return session.scalars(
        select(LineManagement.person_id)
        .where(LineManagement.manager_id == manager_id, runs_on(LineManagement, on))
        .order_by(LineManagement.id)
    ).all()


def teams_of_services(session: Session, services_asked: Collection[str], on: date) -> Sequence[uuid.UUID]:
    """The teams that belong to these services on that day."""
    placed = services_of_teams_on(on)
    return session.scalars(select(placed.c.team_id).where(placed.c.service_id.in_(services_asked))).all()
