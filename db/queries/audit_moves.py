"""Audits that change hands or are withdrawn: held while they change, and what is asked to decide (S9, A4)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ARRAY, Row, Select, Uuid, any_, bindparam, func, select, update
from sqlalchemy.orm import Session, aliased

from db.queries.aliases import current_person
from db.queries.deadlines import is_of_the_audit
from db.queries.organisation_days import runs_on, services_of_teams_on
from db.queries.reaches import Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit, AuditorChange
from db.tables.deadlines import Deadline
from db.tables.organisation import Person, Team, TeamMembership
from db.tables.programme import AuditCycle
from rules.programme import month_of
from rules.roles import Role


class Named(NamedTuple):
    """An audit's people and team by the references that rules and answers use."""

    practitioner: str
    auditor: str | None
    team: str
    first_auditor: str | None


def cycles_of(session: Session, audit_ids: Collection[uuid.UUID], reach: Reach) -> dict[uuid.UUID, uuid.UUID | None]:
    """The cycle of each of these audits that is there and within reach."""
    found = session.execute(_cycles_of(reach.counting), {"audit_ids": list(audit_ids), **reach.told})
    return {row[0]: row[1] for row in found}


@cache
def _cycles_of(counting: frozenset[Relation]) -> Select[Any, Any]:
    """Made once for each kind of reach, because making it costs more than sending it."""
    asked = Audit.id == any_(bindparam("audit_ids", type_=ARRAY(Uuid)))
    return select(Audit.id, Audit.cycle_id).where(asked, audits_within(reach_of_asker(counting)))


def cycles_held(session: Session, cycle_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, AuditCycle]:
    """These cycles, held until the transaction ends, in an order in which no two wait for each other.

    What names one of them, as a message does, is saved meanwhile: nobody who holds other rows waits for these.
    """
    held = (
        select(AuditCycle).where(AuditCycle.id.in_(cycle_ids)).order_by(AuditCycle.id).with_for_update(key_share=True)
    )
    return {row.id: row for row in session.scalars(held, execution_options={"populate_existing": True})}


def audits_held(session: Session, audit_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Audit]:
    """These audits, held until the transaction ends; what names one of them is saved meanwhile."""
    held = select(Audit).where(Audit.id.in_(audit_ids)).order_by(Audit.id).with_for_update(key_share=True)
    return {row.id: row for row in session.scalars(held, execution_options={"populate_existing": True})}


def audit_seen(session: Session, audit_id: uuid.UUID, reach: Reach) -> tuple[Audit, AuditCycle | None] | None:
    """One audit within reach with its cycle, held by nobody."""
    row = session.execute(_seen(reach.counting), {"audit_id": audit_id, **reach.told}).first()
    return (row[0], row[1]) if row else None


@cache
def _seen(counting: frozenset[Relation]) -> Select[Audit, AuditCycle]:
    return (
        select(Audit, AuditCycle)
        .outerjoin(AuditCycle, AuditCycle.id == Audit.cycle_id)
        .where(Audit.id == bindparam("audit_id", type_=Uuid), audits_within(reach_of_asker(counting)))
    )


def named(session: Session, audit_id: uuid.UUID) -> Named:
    """Who is concerned by an audit, and who did the audit that it follows."""
    practitioner, auditor, first, previous = aliased(Person), aliased(Person), aliased(Person), aliased(Audit)
    row = session.execute(
        select(practitioner.reference, auditor.reference, Team.reference, first.reference)
        .select_from(Audit)
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .join(Team, Team.id == Audit.team_id)
        .outerjoin(auditor, auditor.id == current_person(Audit.auditor_id))
        .outerjoin(previous, previous.id == Audit.re_audit_of)
        .outerjoin(first, first.id == current_person(previous.auditor_id))
        .where(Audit.id == audit_id)
    ).one()
    return Named(*row)


def team_on(session: Session, person: str, on: date) -> str | None:
    """The team that somebody belongs to on that day; of two on the day of a move the later."""
    return session.scalar(
        select(Team.reference)
        .select_from(Person)
        .join(TeamMembership, current_person(TeamMembership.person_id) == Person.id)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(Person.reference == person, runs_on(TeamMembership, on))
        .order_by(TeamMembership.began_on.desc().nulls_last())
        .limit(1)
    )


def names_of(session: Session, references: Collection[str]) -> dict[str, tuple[uuid.UUID, str]]:
    """Id and name of each of these people, by reference."""
    rows = session.execute(select(Person.reference, Person.id, Person.name).where(Person.reference.in_(references)))
    return {row[0]: (row[1], row[2]) for row in rows}


def team_and_service(session: Session, reference: str, on: date) -> tuple[uuid.UUID, str] | None:
    """A team's id and the service that it belongs to on that day."""
    placed = services_of_teams_on(on)
    row = session.execute(
        select(Team.id, placed.c.service_id)
        .join(placed, placed.c.team_id == Team.id)
        .where(Team.reference == reference)
    ).first()
    return (row[0], row[1]) if row else None


def who_met(session: Session, practitioner: str, since: date, besides: uuid.UUID) -> set[str]:
    """Auditors of that practitioner's audits since then, withdrawn ones and one more aside (A2)."""
    auditor, person = aliased(Person), aliased(Person)
    return set(
        session.scalars(
            select(auditor.reference)
            .select_from(Audit)
            .join(person, person.id == current_person(Audit.practitioner_id))
            .join(auditor, auditor.id == current_person(Audit.auditor_id))
            .where(
                person.reference == practitioner,
                Audit.month >= since,
                Audit.state != "withdrawn",
                Audit.id != besides,
            )
        )
    )


def who_gave_it_up(session: Session, audit_id: uuid.UUID, because: Collection[str]) -> set[str]:
    """Who had this audit and gave it up for one of these reasons."""
    return set(
        session.scalars(
            select(Person.reference)
            .select_from(Person)
            .join(AuditorChange, current_person(AuditorChange.from_id) == Person.id)
            .where(AuditorChange.audit_id == audit_id, AuditorChange.because.in_(because))
        )
    )


def loads_in(session: Session, month: date) -> dict[str, int]:
    """How many audits of that month's cycles, extra ones too, each auditor has, withdrawn ones aside (A3, P2)."""
    of_month = select(AuditCycle.id).where(AuditCycle.month.startswith(month_of(month)))
    rows = session.execute(
        select(Person.reference, func.count())
        .select_from(Person)
        .join(Audit, current_person(Audit.auditor_id) == Person.id)
        .where(Audit.cycle_id.in_(of_month), Audit.state != "withdrawn")
        .group_by(Person.reference)
    )
    return dict(rows.all())


def hand_over_deadlines(session: Session, audit_id: uuid.UUID, to_id: uuid.UUID) -> None:
    """What the auditor owes is owed by somebody else from now on; no date moves, and others owe what they owe."""
    session.execute(
        update(Deadline)
        .where(
            Deadline.audit_id == audit_id,
            Deadline.owed_by_role == Role.AUDITOR,
            Deadline.state.in_(("running", "overdue")),
            is_of_the_audit(),
        )
        .values(owed_by_id=to_id)
    )


def withdraw_deadlines(session: Session, audit_ids: Collection[uuid.UUID], because: str, on: date) -> None:
    """What was still to be done for these audits is owed no more, with the sentence that says why.

    An alert about one of them, or a dispute, goes on.
    """
    session.execute(
        update(Deadline)
        .where(Deadline.audit_id.in_(audit_ids), Deadline.state.in_(("running", "overdue")), is_of_the_audit())
        .values(state="withdrawn", withdrawn_on=on, withdrawn_because=because)
    )


def changes_of(session: Session, audit_id: uuid.UUID) -> Sequence[Row[*tuple[Any, ...]]]:
    """Each change of an audit's auditor, the oldest first."""
    before, after = aliased(Person), aliased(Person)
    return session.execute(
        select(
            before.reference.label("earlier"),
            after.reference.label("later"),
            AuditorChange.changed_at,
            AuditorChange.changed_by,
            AuditorChange.because,
            AuditorChange.is_widened,
        )
        .join(after, after.id == AuditorChange.to_id)
        .outerjoin(before, before.id == AuditorChange.from_id)
        .where(AuditorChange.audit_id == audit_id)
        .order_by(AuditorChange.id)
    ).all()
