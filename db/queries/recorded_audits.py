"""What recording past audits asks for: who is meant, which team they were in, and what is recorded already (C5)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import UUID, func, insert, select
from sqlalchemy.orm import Session, aliased

from db.tables.audits import Audit
from db.tables.organisation import Person, Team, TeamMembership


class Membership(NamedTuple):
    """Somebody's time in a team."""

    person: str
    team_id: uuid.UUID
    service_id: str
    began_on: date | None
    ended_on: date | None

    def covers(self, on: date) -> bool:
        """Whether it holds on that day."""
        return (self.began_on is None or self.began_on <= on) and (self.ended_on is None or on <= self.ended_on)


class TeamRow(NamedTuple):
    """A team and its service."""

    team_id: uuid.UUID
    service_id: str


class AuditOnRecord(NamedTuple):
    """An audit that the database has, by practitioner and month."""

    id: uuid.UUID
    practitioner: str
    month: date
    case_reference: str
    auditor: str | None
    grade: str | None
    sequence: int


def people_by_reference(session: Session, references: Collection[str]) -> dict[str, uuid.UUID]:
    """The ids of those of these people who are known."""
    rows = session.execute(select(Person.reference, Person.id).where(Person.reference.in_(references)))
    return dict(rows.all())


def teams_by_reference(session: Session, references: Collection[str]) -> dict[str, TeamRow]:
    """Those of these teams that are known."""
    rows = session.execute(select(Team.reference, Team.id, Team.service_id).where(Team.reference.in_(references)))
    return {reference: TeamRow(team_id, service_id) for reference, team_id, service_id in rows}


def memberships_of(session: Session, references: Collection[str]) -> list[Membership]:
    """Every membership of these people, the newest first."""
    rows = session.execute(
        select(
            Person.reference,
            TeamMembership.team_id,
            Team.service_id,
            TeamMembership.began_on,
            TeamMembership.ended_on,
        )
        .join(Person, Person.id == TeamMembership.person_id)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(Person.reference.in_(references))
        .order_by(TeamMembership.began_on.desc().nulls_last(), TeamMembership.id.desc())
    )
    return [Membership(*row) for row in rows]


def audits_on_record(session: Session, practitioners: Collection[str]) -> list[AuditOnRecord]:
    """The audits of these practitioners, withdrawn ones aside."""
    practitioner, auditor = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Audit.id,
            practitioner.reference,
            Audit.month,
            Audit.case_reference,
            auditor.reference,
            Audit.overall_grade,
            Audit.sequence,
        )
        .join(practitioner, practitioner.id == Audit.practitioner_id)
        .outerjoin(auditor, auditor.id == Audit.auditor_id)
        .where(practitioner.reference.in_(practitioners), Audit.state != "withdrawn")
    )
    return [AuditOnRecord(*row) for row in rows]


def new_ids(session: Session, count: int) -> list[uuid.UUID]:
    """So many ids, in the order in which rows that get them are listed."""
    return list(session.scalars(select(func.uuidv7(type_=UUID)).select_from(func.generate_series(1, count))))


def save_recorded_audits(session: Session, audits: Sequence[Mapping[str, Any]]) -> None:
    """Saves audits whose ids were made beforehand, in one statement; one that follows another comes after it."""
    if audits:
        session.execute(insert(Audit), list(audits))
