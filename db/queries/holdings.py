"""What somebody holds after a day: everything that a hand-over has to go through."""

import uuid
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, cast, or_, select, update
from sqlalchemy.orm import Session

from db.queries.audits_to_follow import UNFINISHED
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.moderation import ModeratedAudit
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
)


class OrganisationRows(NamedTuple):
    """Rows of the organisation that hold after the day: the person's own, and those of others that name them."""

    posts: list[Post]
    deputyships: list[tuple[PostDeputy, Post]]
    managed_by_them: list[LineManagement]
    stood_in_by_them: list[Absence]
    their_managers: list[LineManagement]
    memberships: list[TeamMembership]
    appointments: list[AuditorAppointment]
    absences: list[Absence]


def rows_after(session: Session, person_id: uuid.UUID, day: date) -> OrganisationRows:
    """What of the organisation somebody holds after that day, in the order in which it was recorded."""
    deputyships = session.execute(
        select(PostDeputy, Post)
        .join(Post, Post.id == PostDeputy.post_id)
        .where(
            PostDeputy.person_id == person_id,
            _after(PostDeputy, day),
            or_(Post.ended_on.is_(None), Post.ended_on > day),
        )
        .order_by(PostDeputy.id)
    )
    return OrganisationRows(
        posts=list(session.scalars(_dated(Post, Post.person_id, person_id, day))),
        deputyships=[(deputy, post) for deputy, post in deputyships],
        managed_by_them=list(session.scalars(_dated(LineManagement, LineManagement.manager_id, person_id, day))),
        stood_in_by_them=_absences(session, Absence.stands_in_id, person_id, day),
        their_managers=list(session.scalars(_dated(LineManagement, LineManagement.person_id, person_id, day))),
        memberships=list(session.scalars(_dated(TeamMembership, TeamMembership.person_id, person_id, day))),
        appointments=list(session.scalars(_dated(AuditorAppointment, AuditorAppointment.person_id, person_id, day))),
        absences=_absences(session, Absence.person_id, person_id, day),
    )


class UnfinishedAudit(NamedTuple):
    """An audit that somebody does or undergoes, and that is not issued yet."""

    id: uuid.UUID
    reference: str
    practitioner_id: uuid.UUID
    auditor_id: uuid.UUID | None
    report_due_on: date


class OwedDuty(NamedTuple):
    """A running duty that somebody owes and that is not the auditor's."""

    id: uuid.UUID
    time_limit: str
    audit: str | None
    practitioner_id: uuid.UUID | None
    auditor_id: uuid.UUID | None
    due_on: date


def unfinished_audits_of(session: Session, person_id: uuid.UUID) -> list[UnfinishedAudit]:
    """The audits that somebody does or undergoes, and that are not issued yet."""
    rows = session.execute(
        select(Audit.id, Audit.reference, Audit.practitioner_id, Audit.auditor_id, Audit.report_due_on)
        .where(
            or_(Audit.auditor_id == person_id, Audit.practitioner_id == person_id),
            Audit.state.in_(UNFINISHED),
            Audit.origin == "drawn",
        )
        .order_by(Audit.reference)
    )
    return [UnfinishedAudit(*row) for row in rows]


def duties_owed_by(session: Session, person_id: uuid.UUID) -> list[OwedDuty]:
    """The running duties that somebody owes, those as an auditor aside: these go with the audit (A4)."""
    rows = session.execute(
        select(
            Deadline.id,
            Deadline.time_limit,
            Audit.reference,
            Audit.practitioner_id,
            Audit.auditor_id,
            Deadline.due_on,
        )
        .outerjoin(Audit, Audit.id == Deadline.audit_id)
        .where(
            Deadline.owed_by_id == person_id,
            Deadline.moderated_audit_id.is_(None),  # these go with the moderation (M2)
            Deadline.state.in_(("running", "overdue")),
            Audit.auditor_id.is_distinct_from(person_id),
        )
        .order_by(Deadline.due_on, Deadline.id)
    )
    return [OwedDuty(*row) for row in rows]


class OpenModeration(NamedTuple):
    """A moderation that somebody has and that has no feedback yet."""

    id: uuid.UUID
    version: int
    audit: str
    practitioner_id: uuid.UUID
    auditor_id: uuid.UUID | None
    due_on: date


def open_moderations_of(session: Session, person_id: uuid.UUID) -> list[OpenModeration]:
    """What somebody moderates and has given no feedback on."""
    rows = session.execute(
        select(
            ModeratedAudit.id,
            ModeratedAudit.version,
            Audit.reference,
            Audit.practitioner_id,
            Audit.auditor_id,
            ModeratedAudit.due_on,
        )
        .join(Audit, Audit.id == ModeratedAudit.audit_id)
        .where(ModeratedAudit.moderator_id == person_id, ModeratedAudit.state == "allocated")
        .order_by(ModeratedAudit.due_on, ModeratedAudit.id)
    )
    return [OpenModeration(*row) for row in rows]


def names_of(session: Session) -> dict[str, str]:
    """The reference of everybody and of every team, and the name of every service, by id."""
    people = select(cast(Person.id, Text), Person.reference)
    teams = select(cast(Team.id, Text), Team.reference)
    named = session.execute(people.union_all(teams, select(Service.id, Service.name)))
    return dict(named.all())


def _after(table: Any, day: date) -> ColumnElement[bool]:
    return or_(table.ended_on.is_(None), table.ended_on > day)


def _dated(table: Any, of: Any, person_id: uuid.UUID, day: date) -> Select[Any]:
    return select(table).where(of == person_id, _after(table, day)).order_by(table.id)


def _absences(session: Session, of: Any, person_id: uuid.UUID, day: date) -> list[Absence]:
    return list(session.scalars(select(Absence).where(of == person_id, Absence.last_on > day).order_by(Absence.id)))


def owe_to(session: Session, deadline_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Somebody else owes this duty from now on; no date moves."""
    session.execute(update(Deadline).where(Deadline.id == deadline_id).values(owed_by_id=person_id))
