"""What is asked of the organisation: services, teams, people, and who holds which post on a day."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.queries.organisation_days import deputies_on, is_away, overlaps, runs_on, services_of_teams_on, stand_in
from db.queries.page_sizes import at_most
from db.queries.reaches import EVERYTHING, Reach
from db.queries.within_reach import people_within, posts_within, services_within, teams_within
from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Person,
    Post,
    PostDeputy,
    Service,
    Team,
    TeamMembership,
    TeamPlacement,
)


class Holder(NamedTuple):
    """Who holds a post, for what, the deputy and who the holder's absence names, and who of them is away that day."""

    post_id: uuid.UUID
    role: str
    team_id: uuid.UUID | None
    service_id: str | None
    person_id: uuid.UUID
    deputy_id: uuid.UUID | None
    is_away: bool
    deputy_is_away: bool
    stands_in_id: uuid.UUID | None = None


class PersonFile(NamedTuple):
    """A person with all that is on record about their work, newest last."""

    person: Person
    line_managers: list[LineManagement]
    memberships: list[TeamMembership]
    posts: list[Post]
    deputies: dict[uuid.UUID, list[PostDeputy]]
    appointments: list[AuditorAppointment]
    absences: list[Absence]


def service_titles(session: Session) -> dict[str, str]:
    """What the council calls each service, by its id."""
    return dict(session.execute(select(Service.id, Service.name)).all())


def services(session: Session, reach: Reach = EVERYTHING) -> Sequence[Service]:
    """The services within reach by id. There are few."""
    return session.scalars(select(Service).where(services_within(reach)).order_by(Service.id)).all()


def service(session: Session, service_id: str, reach: Reach = EVERYTHING) -> Service | None:
    if reach.is_all:
        return session.get(Service, service_id)
    return session.scalar(select(Service).where(Service.id == service_id, services_within(reach)))


def team(session: Session, team_id: uuid.UUID, reach: Reach = EVERYTHING) -> Team | None:
    if reach.is_all:
        return session.get(Team, team_id)
    return session.scalar(select(Team).where(Team.id == team_id, teams_within(reach)))


def team_by_reference(session: Session, reference: str) -> Team | None:
    return session.scalars(select(Team).where(Team.reference == reference)).first()


def has_moved(session: Session, team_id: uuid.UUID) -> bool:
    """Whether a team has moved between services, or will."""
    return session.scalars(select(TeamPlacement.id).where(TeamPlacement.team_id == team_id)).first() is not None


def person(session: Session, person_id: uuid.UUID, reach: Reach = EVERYTHING) -> Person | None:
    if reach.is_all:
        return session.get(Person, person_id)
    return session.scalar(select(Person).where(Person.id == person_id, people_within(reach)))


def person_by_reference(session: Session, reference: str) -> Person | None:
    return session.scalars(select(Person).where(Person.reference == reference)).first()


def teams(
    session: Session,
    *,
    service_id: str | None,
    on: date | None,
    after: uuid.UUID | None,
    limit: int,
    reach: Reach = EVERYTHING,
) -> Sequence[Team]:
    """Teams in the order in which they were made; with `on` those that there were, and where they were, on that day."""
    query = select(Team).where(teams_within(reach)).order_by(Team.id).limit(at_most(limit))
    if service_id is not None and on is not None:
        placed = services_of_teams_on(on)
        query = query.join(placed, placed.c.team_id == Team.id).where(placed.c.service_id == service_id)
    elif service_id is not None:
        query = query.where(Team.service_id == service_id)
    if on is not None:
        query = query.where(runs_on(Team, on))
    if after is not None:
        query = query.where(Team.id > after)
    return session.scalars(query).all()


def people(
    session: Session,
    *,
    on: date,
    reference: str | None = None,
    team_id: uuid.UUID | None = None,
    role: str | None = None,
    after: uuid.UUID | None,
    limit: int,
    reach: Reach = EVERYTHING,
) -> list[PersonFile]:
    """People in the order in which they were made: those in the team, or in a post of the role, on that day."""
    query = select(Person).where(people_within(reach)).order_by(Person.id).limit(at_most(limit))
    if reference is not None:
        query = query.where(Person.reference == reference)
    if team_id is not None:
        members = select(TeamMembership.person_id).where(TeamMembership.team_id == team_id, runs_on(TeamMembership, on))
        query = query.where(Person.id.in_(members))
    if role is not None:
        holders = select(Post.person_id).where(Post.role == role, runs_on(Post, on))
        query = query.where(Person.id.in_(holders))
    if after is not None:
        query = query.where(Person.id > after)
    return _files_of(session, session.scalars(query).all())


def person_file(session: Session, person_id: uuid.UUID, reach: Reach = EVERYTHING) -> PersonFile | None:
    """One person with all that is on record; None for one who is out of reach."""
    found = person(session, person_id, reach)
    return _files_of(session, [found])[0] if found else None


def holders_on(
    session: Session,
    day: date,
    *,
    role: str | None = None,
    team_id: uuid.UUID | None = None,
    service_id: str | None = None,
    after: uuid.UUID | None = None,
    limit: int | None = None,
    reach: Reach = EVERYTHING,
) -> list[Holder]:
    """Who holds which post on that day. Who takes a duty when somebody is away is for the rules to say."""
    asked = {Post.role: role, Post.team_id: team_id, Post.service_id: service_id}
    deputy = deputies_on(day)
    query = (
        select(
            Post.id,
            Post.role,
            Post.team_id,
            Post.service_id,
            Post.person_id,
            deputy.c.deputy_id,
            is_away(Post.person_id, day),
            is_away(deputy.c.deputy_id, day),
            stand_in(Post.person_id, day),
        )
        .outerjoin(deputy, deputy.c.post_id == Post.id)
        .where(runs_on(Post, day), posts_within(reach))
        .where(*(column == value for column, value in asked.items() if value is not None))
        .order_by(Post.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(Post.id > after)
    return [Holder(*row) for row in session.execute(query)]


def open_membership(session: Session, person_id: uuid.UUID) -> TeamMembership | None:
    """The team that somebody belongs to with no end in sight."""
    return session.scalars(
        select(TeamMembership).where(TeamMembership.person_id == person_id, TeamMembership.ended_on.is_(None))
    ).first()


def last_day_in_a_team(session: Session, person_id: uuid.UUID) -> date | None:
    """The last day of the memberships that have an end."""
    return session.scalar(select(func.max(TeamMembership.ended_on)).where(TeamMembership.person_id == person_id))


def post(session: Session, person_id: uuid.UUID, post_id: uuid.UUID) -> Post | None:
    return session.scalars(select(Post).where(Post.id == post_id, Post.person_id == person_id)).first()


def appointment(session: Session, person_id: uuid.UUID, appointment_id: uuid.UUID) -> AuditorAppointment | None:
    return session.scalars(
        select(AuditorAppointment).where(
            AuditorAppointment.id == appointment_id, AuditorAppointment.person_id == person_id
        )
    ).first()


def absence(session: Session, person_id: uuid.UUID, absence_id: uuid.UUID) -> Absence | None:
    return session.scalars(select(Absence).where(Absence.id == absence_id, Absence.person_id == person_id)).first()


def absence_on(session: Session, person_id: uuid.UUID, first_on: date, last_on: date) -> Absence | None:
    """The absence from exactly that day to exactly that day."""
    return session.scalars(
        select(Absence).where(Absence.person_id == person_id, Absence.first_on == first_on, Absence.last_on == last_on)
    ).first()


def same_post_meanwhile(
    session: Session,
    person_id: uuid.UUID,
    besides: uuid.UUID | None,
    *,
    role: str,
    team_id: uuid.UUID | None,
    service_id: str | None,
    began_on: date | None,
    ended_on: date | None,
) -> bool:
    """Whether somebody holds the same post, for the same team or service, on any of these days."""
    query = select(Post.id).where(
        Post.person_id == person_id,
        Post.role == role,
        Post.team_id.is_not_distinct_from(team_id),
        Post.service_id.is_not_distinct_from(service_id),
        overlaps(Post.began_on, Post.ended_on, began_on, ended_on),
        Post.id.is_distinct_from(besides),
    )
    return session.scalars(query).first() is not None


def appointment_meanwhile(
    session: Session,
    person_id: uuid.UUID,
    besides: uuid.UUID | None,
    *,
    began_on: date | None,
    ended_on: date | None,
) -> bool:
    """Whether somebody is appointed as auditor on any of these days."""
    query = select(AuditorAppointment.id).where(
        AuditorAppointment.person_id == person_id,
        overlaps(AuditorAppointment.began_on, AuditorAppointment.ended_on, began_on, ended_on),
        AuditorAppointment.id.is_distinct_from(besides),
    )
    return session.scalars(query).first() is not None


def _files_of(session: Session, found: Sequence[Person]) -> list[PersonFile]:
    """Six statements, however many people."""
    files = {who.id: PersonFile(who, [], [], [], {}, [], []) for who in found}
    ids = list(files)
    for managed in session.scalars(
        select(LineManagement)
        .where(LineManagement.person_id.in_(ids))
        .order_by(LineManagement.began_on.nulls_first(), LineManagement.id)
    ):
        files[managed.person_id].line_managers.append(managed)
    for deputy, person_id in session.execute(
        select(PostDeputy, Post.person_id)
        .join(Post, Post.id == PostDeputy.post_id)
        .where(Post.person_id.in_(ids))
        .order_by(PostDeputy.began_on.nulls_first(), PostDeputy.id)
    ):
        files[person_id].deputies.setdefault(deputy.post_id, []).append(deputy)
    for membership in session.scalars(
        select(TeamMembership)
        .where(TeamMembership.person_id.in_(ids))
        .order_by(TeamMembership.began_on.nulls_first(), TeamMembership.id)
    ):
        files[membership.person_id].memberships.append(membership)
    for held in session.scalars(select(Post).where(Post.person_id.in_(ids)).order_by(Post.id)):
        files[held.person_id].posts.append(held)
    for appointed in session.scalars(
        select(AuditorAppointment).where(AuditorAppointment.person_id.in_(ids)).order_by(AuditorAppointment.id)
    ):
        files[appointed.person_id].appointments.append(appointed)
    for away in session.scalars(
        select(Absence).where(Absence.person_id.in_(ids)).order_by(Absence.first_on, Absence.id)
    ):
        files[away.person_id].absences.append(away)
    return list(files.values())
