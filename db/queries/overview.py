"""What an installation holds, in a few figures: for whoever starts it and wants to know where it stands."""

import uuid
from datetime import date
from typing import NamedTuple

from sqlalchemy import exists, func, or_, select, text
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport, Involvement
from db.tables.notices import Notice
from db.tables.organisation import Person, Service, Team


class Holdings(NamedTuple):
    """How much there is of what; practitioners are people who hold an open case."""

    services: int
    teams: int
    people: int
    practitioners: int
    open_cases: int
    recorded_audits: int


def is_empty(session: Session) -> bool:
    """Whether nobody has put anything into this database yet."""
    anything = or_(exists(select(Service.id)), exists(select(Person.id)), exists(select(CaseloadImport.id)))
    return not session.scalar(select(anything))


def is_still_empty(session: Session) -> bool:
    """The same, for whoever is about to fill it: until this transaction ends nobody else can begin to."""
    session.execute(text("LOCK TABLE services IN SHARE ROW EXCLUSIVE MODE"))
    return is_empty(session)


def holdings(session: Session, on: date) -> Holdings:
    """What there is, with the cases that the newest extract has open on that day."""
    is_open = Involvement.gone_import_id.is_(None), or_(Involvement.ended_on.is_(None), Involvement.ended_on > on)
    count = func.count()
    row = session.execute(
        select(
            select(count).select_from(Service).scalar_subquery(),
            select(count).select_from(Team).scalar_subquery(),
            select(count).select_from(Person).scalar_subquery(),
            select(func.count(Involvement.person_id.distinct())).where(*is_open).scalar_subquery(),
            select(func.count(Involvement.case_reference.distinct())).where(*is_open).scalar_subquery(),
            select(count).select_from(Audit).where(Audit.origin == "recorded").scalar_subquery(),
        )
    ).one()
    return Holdings(*row)


def first_extract_of(session: Session, actor: str) -> date | None:
    """The day of the first extract of involvements that this actor loaded; None if they loaded none."""
    return session.scalar(
        select(CaseloadImport.extracted_on)
        .where(CaseloadImport.imported_by == actor, CaseloadImport.kind == "involvements")
        .order_by(CaseloadImport.imported_at, CaseloadImport.id)
        .limit(1)
    )


def audits_by_kind(session: Session, cycle_id: uuid.UUID) -> dict[str, int]:
    """How many audits of each kind a cycle has, withdrawn ones aside."""
    rows = session.execute(
        select(Audit.kind, func.count())
        .where(Audit.cycle_id == cycle_id, Audit.state != "withdrawn")
        .group_by(Audit.kind)
        .order_by(Audit.kind)
    )
    return dict(rows.all())


def notices_by_state(session: Session, cycle_id: uuid.UUID) -> dict[str, int]:
    """How many messages about a cycle are in which state."""
    rows = session.execute(select(Notice.state, func.count()).where(Notice.cycle_id == cycle_id).group_by(Notice.state))
    return dict(rows.all())
