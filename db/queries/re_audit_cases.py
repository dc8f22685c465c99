"""The cases that a re-audit could look at: whose they are, and which re-audits look at them already (S7, S6)."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from db.queries.aliases import current_person, in_force_from, leading_to
from db.queries.audits_to_follow import UNFINISHED, awaits_re_audit, has_step
from db.queries.sampling_frames import is_open
from db.tables.aliases import CaseAlias
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.organisation import Person
from rules.audit_events import Event


class CaseNames(NamedTuple):
    """The reference that a case has now, and all by which records may know it (S10)."""

    present: str
    every: tuple[str, ...]


class OpenCaseNow(NamedTuple):
    """An open case with its newest holder."""

    holder_id: uuid.UUID
    is_restricted: bool


class Practitioner(NamedTuple):
    """Who is meant by a practitioner now; `left_on` is their last day of work."""

    id: uuid.UUID
    left_on: date | None


def names_of_case(session: Session, reference: str) -> CaseNames:
    """A case by any of its references, also one that nobody knows."""
    alias = in_force_from(session, CaseAlias, reference)
    present = alias.current_reference if alias else reference
    return CaseNames(present, (present, *(it.from_reference for it in leading_to(session, CaseAlias, present))))


def open_case(session: Session, names: Collection[str], on: date) -> OpenCaseNow | None:
    """The case as the newest extract has it open on that day; None for one that is not."""
    row = session.execute(
        select(current_person(Involvement.person_id), Involvement.is_restricted)
        .join(Person, Person.id == current_person(Involvement.person_id))
        .where(Involvement.case_reference.in_(names), is_open(on))
        .order_by(Involvement.allocated_on.desc(), Person.reference)
        .limit(1)
    ).first()
    return OpenCaseNow(*row) if row else None


def practitioner_of(session: Session, audit_id: uuid.UUID) -> Practitioner:
    """Whose work an audit is of."""
    person_id = select(current_person(Audit.practitioner_id)).where(Audit.id == audit_id).scalar_subquery()
    return Practitioner(*session.execute(select(Person.id, Person.left_on).where(Person.id == person_id)).one())


def hold_choices_of(session: Session, person_id: uuid.UUID) -> None:
    """One choice of a case of this person at a time, until the transaction ends."""
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update(key_share=True))


def re_audit_looking_at(
    session: Session, names: Collection[str], but: uuid.UUID, grades: Collection[str], by_themselves: int
) -> str | None:
    """The audit, or re-audit under way, in whose open chain of re-audits this case is (S6)."""
    looked_at = func.coalesce(Audit.re_audit_case_reference, Audit.case_reference).in_(names)
    due = or_(Audit.sequence < by_themselves, has_step(Event.FURTHER_RE_AUDIT_ORDERED))
    under_way = and_(Audit.kind == "re_audit", Audit.state.in_(UNFINISHED), Audit.case_reference.in_(names))
    chains: ColumnElement[bool] = or_(and_(awaits_re_audit(grades), due, looked_at), under_way)
    return session.scalar(select(Audit.reference).where(Audit.id != but, chains).order_by(Audit.reference).limit(1))
