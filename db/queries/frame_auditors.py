"""The auditors of a sampling frame: who is appointed, away, in which teams, and whom they met (A2, A3).

People and teams are named by their references; merged and renumbered ones by those of today (S10).
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    and_,
    case,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from db.queries.aliases import current_person
from db.queries.organisation_days import holds, services_of_teams_on
from db.tables.audits import Audit
from db.tables.organisation import Absence, AuditorAppointment, LineManagement, Person, Post, Team, TeamMembership
from rules.roles import Role


class AuditorRow(NamedTuple):
    reference: str
    service_id: str
    roles: list[str]
    capacity: int
    is_active: bool
    last_day_on: date | None
    began_on: date | None
    is_cleared_for_restricted: bool


def is_anybody_auditing(session: Session, on: date) -> bool:
    """Whether anybody is appointed to audit on that day."""
    appointed = select(AuditorAppointment.id).where(
        AuditorAppointment.capacity > 0, holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on)
    )
    return session.scalar(select(appointed.exists())) is True


def auditors(session: Session, on: date, until: date) -> list[AuditorRow]:
    """Everybody ever appointed to audit, by the newest appointment; `is_active` if it holds on that day.

    An appointment that another one follows is not at its end: whoever is appointed `until` that day goes on.
    """
    later = aliased(AuditorAppointment)
    goes_on = select(later.id).where(
        later.person_id == AuditorAppointment.person_id, holds(later.began_on, later.ended_on, until)
    )
    ends_on = case((goes_on.exists(), None), else_=AuditorAppointment.ended_on)
    last_day_on = func.least(ends_on, Person.left_on)
    rows = session.execute(
        select(
            Person.reference,
            AuditorAppointment.service_id,
            AuditorAppointment.roles,
            AuditorAppointment.capacity,
            and_(
                holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on),
                holds(Person.started_on, Person.left_on, on),
            ),
            last_day_on,
            func.greatest(AuditorAppointment.began_on, Person.started_on),
            AuditorAppointment.is_cleared_for_restricted,
        )
        .select_from(AuditorAppointment)
        .ext(distinct_on(Person.id))
        .join(Person, Person.id == current_person(AuditorAppointment.person_id))
        .order_by(
            Person.id,
            holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on).desc(),
            AuditorAppointment.began_on.desc().nulls_last(),
            AuditorAppointment.id.desc(),
        )
    )
    return [AuditorRow(*row) for row in rows]


def absences(session: Session, first_on: date, last_on: date) -> Sequence[tuple[str, date, date]]:
    """Who is absent on a day from `first_on` to `last_on`."""
    rows = session.execute(
        select(Person.reference, Absence.first_on, Absence.last_on)
        .select_from(Absence)
        .join(Person, Person.id == current_person(Absence.person_id))
        .where(Absence.first_on <= last_on, Absence.last_on >= first_on)
    )
    return [(reference, first, last) for reference, first, last in rows]


def teams_of_auditors(session: Session, on: date) -> list[tuple[str, str]]:
    """Auditor and team, for each team that an auditor belongs to or manages on that day (A2).

    A head of service and an assistant director manage all teams of their service.
    """
    auditor = select(current_person(AuditorAppointment.person_id))
    placed = services_of_teams_on(on)
    members = (
        select(Person.reference, Team.reference)
        .select_from(Person)
        .join(TeamMembership, current_person(TeamMembership.person_id) == Person.id)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(Person.id.in_(auditor), holds(TeamMembership.began_on, TeamMembership.ended_on, on))
    )
    managers = (
        select(Person.reference, Team.reference)
        .select_from(Person)
        .join(Post, current_person(Post.person_id) == Person.id)
        .join(placed, or_(placed.c.team_id == Post.team_id, placed.c.service_id == Post.service_id))
        .join(Team, Team.id == placed.c.team_id)
        .where(
            Person.id.in_(auditor),
            Post.role.in_((Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR)),
            holds(Post.began_on, Post.ended_on, on),
        )
    )
    return [(person, team) for person, team in session.execute(union(members, managers))]


def line_managed_by_auditors(session: Session, on: date) -> list[tuple[str, str]]:
    """Auditor and practitioner, for each person that an auditor line-manages on that day (A2)."""
    manager = aliased(Person)
    rows = session.execute(
        select(manager.reference, Person.reference)
        .select_from(Person)
        .join(LineManagement, current_person(LineManagement.person_id) == Person.id)
        .join(manager, manager.id == current_person(LineManagement.manager_id))
        .where(
            manager.id.in_(select(current_person(AuditorAppointment.person_id))),
            holds(LineManagement.began_on, LineManagement.ended_on, on),
        )
    )
    return [(auditor, practitioner) for auditor, practitioner in rows]


def pairings(session: Session, since: date) -> list[tuple[str, str, date]]:
    """Auditor, practitioner and month of each audit since then, withdrawn ones aside (A2)."""
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(auditor.reference, practitioner.reference, Audit.month)
        .select_from(Audit)
        .join(auditor, auditor.id == current_person(Audit.auditor_id))
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .where(Audit.month >= since, Audit.state != "withdrawn")
    )
    return [(one, other, month) for one, other, month in rows]
