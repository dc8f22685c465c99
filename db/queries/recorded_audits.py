"""What recording past audits asks for: who is meant, which team they were in, and what is recorded already (C5).

People are named as the council's list names them; who was merged or renumbered since is found by the old id too (S10).
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, UUID, ColumnElement, Text, any_, func, insert, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.draws import Draw
from db.tables.first_use import RecordedAudit
from db.tables.organisation import AuditorAppointment, Person, Team, TeamMembership


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
    state: str
    reference: str
    is_followed_up: bool


class Appointment(NamedTuple):
    """For which service somebody audits, or once audited, and as what."""

    person: str
    service_id: str
    roles: tuple[str, ...]


def _one_of(column: InstrumentedAttribute[str], references: Collection[str]) -> ColumnElement[bool]:
    """As one array: a list of years of audits names more than a statement can have parameters."""
    return column == any_(literal(list(references), ARRAY(Text)))


def current_people(session: Session, references: Collection[str]) -> dict[str, str]:
    """The reference that took the place of each of these which is no more (S10)."""
    rows = session.execute(
        select(PersonAlias.from_reference, PersonAlias.current_reference).where(
            PersonAlias.undone_at.is_(None), _one_of(PersonAlias.from_reference, references)
        )
    )
    return dict(rows.all())


def current_cases(session: Session, references: Collection[str]) -> dict[str, str]:
    """The same for references of cases."""
    rows = session.execute(
        select(CaseAlias.from_reference, CaseAlias.current_reference).where(
            CaseAlias.undone_at.is_(None), _one_of(CaseAlias.from_reference, references)
        )
    )
    return dict(rows.all())


def cases_in_caseload(session: Session, references: Collection[str]) -> set[str]:
    """Those of these cases that somebody holds or held as far as an extract told."""
    rows = session.scalars(
        select(Involvement.case_reference).where(_one_of(Involvement.case_reference, references)).distinct()
    )
    return set(rows)


def appointments_of(session: Session, references: Collection[str]) -> list[Appointment]:
    """For what these people are or were appointed to audit."""
    rows = session.execute(
        select(Person.reference, AuditorAppointment.service_id, AuditorAppointment.roles)
        .join(Person, Person.id == AuditorAppointment.person_id)
        .where(_one_of(Person.reference, references))
    )
    return [Appointment(person, service_id, tuple(roles)) for person, service_id, roles in rows]


def people_by_reference(session: Session, references: Collection[str]) -> dict[str, uuid.UUID]:
    """The ids of those of these people who are known."""
    rows = session.execute(select(Person.reference, Person.id).where(_one_of(Person.reference, references)))
    return dict(rows.all())


def teams_by_reference(session: Session, references: Collection[str]) -> dict[str, TeamRow]:
    """Those of these teams that are known."""
    rows = session.execute(select(Team.reference, Team.id, Team.service_id).where(_one_of(Team.reference, references)))
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
        .where(_one_of(Person.reference, references))
        .order_by(TeamMembership.began_on.desc().nulls_last(), TeamMembership.id.desc())
    )
    return [Membership(*row) for row in rows]


def audits_on_record(session: Session, practitioners: Collection[str]) -> list[AuditOnRecord]:
    """The audits of these practitioners, withdrawn ones aside."""
    practitioner, auditor, follower = aliased(Person), aliased(Person), aliased(Audit)
    rows = session.execute(
        select(
            Audit.id,
            practitioner.reference,
            Audit.month,
            Audit.case_reference,
            auditor.reference,
            Audit.overall_grade,
            Audit.sequence,
            Audit.state,
            Audit.reference,
            select(follower.id).where(follower.re_audit_of == Audit.id, follower.state != "withdrawn").exists(),
        )
        .join(practitioner, practitioner.id == Audit.practitioner_id)
        .outerjoin(auditor, auditor.id == Audit.auditor_id)
        .where(_one_of(practitioner.reference, practitioners), Audit.state != "withdrawn")
    )
    return list(map(AuditOnRecord._make, rows))


def new_ids(session: Session, count: int) -> list[uuid.UUID]:
    """So many ids, in the order in which rows that get them are listed."""
    return list(session.scalars(select(func.uuidv7(type_=UUID)).select_from(func.generate_series(1, count))))


def save_recorded_audits(
    session: Session, audits: Sequence[Mapping[str, Any]], records: Sequence[Mapping[str, Any]]
) -> None:
    """Saves audits whose ids were made beforehand, and since when they are on record.

    In one statement each; an audit that follows another comes after it.
    """
    if audits:
        session.execute(insert(Audit), list(audits))
        session.execute(insert(RecordedAudit), list(records))


def record_of(session: Session, audit_id: uuid.UUID) -> RecordedAudit | None:
    """Since when an audit is on record; None for one that was drawn."""
    return session.get(RecordedAudit, audit_id)


def is_draw_issued_since(session: Session, at: datetime) -> bool:
    """Whether a draw was issued at that moment or later, which saw whatever was on record then."""
    return session.scalar(select(select(Draw.id).where(Draw.issued_at >= at).exists())) or False


def followers_of(session: Session, audit_id: uuid.UUID) -> list[str]:
    """The references of the re-audits that follow an audit, withdrawn ones aside."""
    return list(
        session.scalars(
            select(Audit.reference).where(Audit.re_audit_of == audit_id, Audit.state != "withdrawn").order_by(Audit.id)
        )
    )


class AuditListed(NamedTuple):
    """An audit on record with the names of everybody concerned."""

    audit: Audit
    practitioner: str
    team: str
    auditor: str | None
    re_audit_of: str | None
    recorded_at: datetime
    recorded_by: str
    import_id: uuid.UUID | None


def audits_recorded(
    session: Session,
    *,
    practitioner: str | None = None,
    month: date | None = None,
    audit_id: uuid.UUID | None = None,
    after: uuid.UUID | None = None,
    limit: int = 1,
) -> list[AuditListed]:
    """Audits from before the product, in the order in which they were recorded, withdrawn ones too."""
    who, auditor, before = aliased(Person), aliased(Person), aliased(Audit)
    wanted = (
        select(
            Audit,
            who.reference,
            Team.reference,
            auditor.reference,
            before.reference,
            RecordedAudit.recorded_at,
            RecordedAudit.recorded_by,
            RecordedAudit.import_id,
        )
        .join(RecordedAudit, RecordedAudit.audit_id == Audit.id)
        .join(who, who.id == Audit.practitioner_id)
        .join(Team, Team.id == Audit.team_id)
        .outerjoin(auditor, auditor.id == Audit.auditor_id)
        .outerjoin(before, before.id == Audit.re_audit_of)
        .order_by(Audit.id)
        .limit(limit)
    )
    if practitioner is not None:
        wanted = wanted.where(who.reference == practitioner)
    if month is not None:
        wanted = wanted.where(Audit.month == month)
    if audit_id is not None:
        wanted = wanted.where(Audit.id == audit_id)
    if after is not None:
        wanted = wanted.where(Audit.id > after)
    return [AuditListed(*row) for row in session.execute(wanted)]
