"""Everybody and everything by reference, as lists name them; and what is on record about one of them."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.tables.organisation import Absence, AuditorAppointment, Person, Post, Service, Team, TeamMembership


def tell_planner(session: Session) -> None:
    """Lets the planner know how many rows there are by now: a statement that was planned while a table was empty
    reads all of it for each row of a long list."""
    session.execute(text(f"ANALYZE {', '.join(_GROWING)}"))


_GROWING = (
    "people",
    "teams",
    "team_memberships",
    "line_managements",
    "posts",
    "post_deputies",
    "auditor_appointments",
    "absences",
    "trail_heads",
)


def people(session: Session) -> dict[str, uuid.UUID]:
    """The id of each person by their reference."""
    return dict(session.execute(select(Person.reference, Person.id)).all())


def teams(session: Session) -> dict[str, uuid.UUID]:
    """The id of each team by its reference."""
    return dict(session.execute(select(Team.reference, Team.id)).all())


def services(session: Session) -> set[str]:
    """The ids of all services."""
    return set(session.scalars(select(Service.id)))


def memberships_of(session: Session, person_id: uuid.UUID) -> Sequence[TeamMembership]:
    """The teams of somebody over time, the last one last."""
    return session.scalars(
        select(TeamMembership)
        .where(TeamMembership.person_id == person_id)
        .order_by(TeamMembership.began_on.nulls_first())
    ).all()


def posts_of(
    session: Session, person_id: uuid.UUID, role: str, team_id: uuid.UUID | None, service_id: str | None
) -> Sequence[Post]:
    """When somebody held that post, the last time last."""
    return session.scalars(
        select(Post)
        .where(
            Post.person_id == person_id,
            Post.role == role,
            Post.team_id.is_not_distinct_from(team_id),
            Post.service_id.is_not_distinct_from(service_id),
        )
        .order_by(Post.began_on.nulls_first())
    ).all()


def appointments_of(session: Session, person_id: uuid.UUID) -> Sequence[AuditorAppointment]:
    """Somebody's appointments as auditor, the last one last."""
    return session.scalars(
        select(AuditorAppointment)
        .where(AuditorAppointment.person_id == person_id)
        .order_by(AuditorAppointment.began_on.nulls_first())
    ).all()


def absences_of(session: Session, person_id: uuid.UUID) -> Sequence[Absence]:
    """When somebody is away, the first time first."""
    return session.scalars(
        select(Absence).where(Absence.person_id == person_id).order_by(Absence.first_on, Absence.last_on)
    ).all()
