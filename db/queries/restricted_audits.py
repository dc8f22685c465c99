"""Audits whose record is restricted by the newest extract, and whether their auditor is cleared for it (S10)."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select, union_all
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import Subquery

from db.queries.aliases import current_case, current_person
from db.queries.audits_to_follow import UNFINISHED
from db.queries.organisation_days import runs_on
from db.tables.aliases import CaseAlias
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.organisation import AuditorAppointment, Person

# By what the newest extract says; of a case that it lacks by what was ever said.
_IS_RESTRICTED = func.coalesce(
    func.bool_or(Involvement.is_restricted).filter(Involvement.gone_import_id.is_(None)),
    func.bool_or(Involvement.is_restricted),
)


def is_restricted(session: Session, audit_id: uuid.UUID) -> bool:
    """Whether the record of an audit's case is restricted."""
    called = _called(Audit.id == audit_id)
    question = select(_IS_RESTRICTED).join(called, called.c.reference == Involvement.case_reference)
    return session.scalar(question) is True


def restricted_among(session: Session, cases: Collection[str]) -> set[str]:
    """Those of these cases, by what they are called today, that the newest extract has as restricted."""
    before = select(CaseAlias.from_reference).where(
        CaseAlias.current_reference.in_(cases), CaseAlias.undone_at.is_(None)
    )
    marked = select(current_case(Involvement.case_reference)).where(
        Involvement.case_reference.in_(cases) | Involvement.case_reference.in_(before),
        Involvement.gone_import_id.is_(None),
        Involvement.is_restricted,
    )
    return set(session.scalars(marked))


def cleared_on(session: Session, on: date) -> set[str]:
    """Auditors whose appointment of that day clears them for restricted records."""
    return set(session.scalars(select(Person.reference).where(Person.id.in_(_cleared(on)))))


def unfinished_with_the_uncleared(session: Session, on: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """Unfinished audits of restricted records whose auditor's appointment of that day does not clear them for it."""
    called = _called(Audit.state.in_(UNFINISHED))
    restricted = (
        select(called.c.id)
        .join(Involvement, Involvement.case_reference == called.c.reference)
        .group_by(called.c.id)
        .having(_IS_RESTRICTED)
    )
    auditor = current_person(Audit.auditor_id)
    return session.execute(
        select(Audit.id, Audit.reference, Person.reference.label("auditor"))
        .join(Person, Person.id == auditor)
        .where(Audit.id.in_(restricted), auditor.not_in(_cleared(on)))
        .order_by(Audit.id)
    ).all()


def _cleared(on: date) -> Select[uuid.UUID]:
    return select(current_person(AuditorAppointment.person_id)).where(
        AuditorAppointment.is_cleared_for_restricted, runs_on(AuditorAppointment, on)
    )


def _called(which: Any) -> Subquery:
    """Each of these audits with everything that its case is called or was: what an index of involvements answers."""
    asked = select(Audit.id, current_case(Audit.case_reference).label("reference")).where(which).cte("asked")
    before = select(asked.c.id, CaseAlias.from_reference).join(
        CaseAlias, (CaseAlias.current_reference == asked.c.reference) & CaseAlias.undone_at.is_(None)
    )
    return union_all(select(asked.c.id, asked.c.reference), before).subquery()
