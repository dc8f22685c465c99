"""What a first use asks for beside past audits: its imports, its counts, and the figures of the year (C5, O3)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, case, column, func, literal, select, tuple_, values
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.first_use import COUNTS, FirstUseImport, RecordedCount

_KEY = ("month", "service_id", "team_id", "auditor_id")


class Counted(NamedTuple):
    """Figures of one month, team and auditor, in the order of `COUNTS`. `team_id` is None for a whole service."""

    month: date
    service_id: str
    team_id: uuid.UUID | None
    auditor_id: uuid.UUID | None
    allocated: int
    completed_on_time: int
    completed_late: int
    not_completed: int
    not_accepted: int
    discussions_in_time: int
    discussions_late: int


def imports(session: Session, *, after: uuid.UUID | None, limit: int) -> Sequence[FirstUseImport]:
    """The lists that were recorded, in that order."""
    wanted = select(FirstUseImport).order_by(FirstUseImport.id).limit(limit)
    return session.scalars(wanted if after is None else wanted.where(FirstUseImport.id > after)).all()


def import_by_id(session: Session, import_id: uuid.UUID) -> FirstUseImport | None:
    """One of them."""
    return session.get(FirstUseImport, import_id)


def save_counts(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Saves counts; those of a month, team and auditor that are there already take the new figures."""
    if rows:
        new = insert(RecordedCount)
        session.execute(
            new.on_conflict_do_update(
                index_elements=list(_KEY),
                set_={name: new.excluded[name] for name in (*COUNTS, "import_id")},
            ),
            list(rows),
        )


def counts_recorded(session: Session, first_on: date, last_on: date) -> list[Counted]:
    """The council's own counts of these months."""
    rows = session.execute(
        select(*(getattr(RecordedCount, name) for name in Counted._fields))
        .where(RecordedCount.month.between(first_on, last_on))
        .order_by(*(getattr(RecordedCount, name) for name in _KEY))
    )
    return [Counted(*row) for row in rows]


def audits_counted(
    session: Session, closes_on: Mapping[date, date], today: date, *, origins: Sequence[str] = ("drawn", "recorded")
) -> list[Counted]:
    """What the audits on record come to, by month, service, team and auditor, withdrawn ones aside.

    `closes_on` names the months with the day on which each one's cycle closes: issued by then is on time, and what
    is not issued when that day has passed is not completed. Recorded audits of a month and service for which there
    are counts are left out, for they are in those.
    """
    if not closes_on:
        return []
    months = values(column("month", Date), column("closes_on", Date), name="closing").data(list(closes_on.items()))
    counted_apart = select(RecordedCount.month, RecordedCount.service_id)
    in_time, closed = Audit.issued_on <= months.c.closes_on, months.c.closes_on < literal(today, Date)
    rows = session.execute(
        select(
            Audit.month,
            Audit.service_id,
            Audit.team_id,
            Audit.auditor_id,
            func.count(),
            _number(in_time),
            _number(Audit.issued_on > months.c.closes_on),
            _number(and_(Audit.issued_on.is_(None), closed)),
            literal(0),
            literal(0),
            literal(0),
        )
        .join(months, months.c.month == Audit.month)
        .where(
            Audit.state != "withdrawn",
            Audit.origin.in_(origins),
            (Audit.origin == "drawn") | tuple_(Audit.month, Audit.service_id).not_in(counted_apart),
        )
        .group_by(Audit.month, Audit.service_id, Audit.team_id, Audit.auditor_id)
        .order_by(Audit.month, Audit.service_id, Audit.team_id, Audit.auditor_id)
    )
    return [Counted(*row) for row in rows]


def audits_recorded_in(session: Session, first_on: date, last_on: date) -> list[tuple[date, str, Any, Any, int]]:
    """How many past audits are recorded as issued, by month, service, team and auditor, counted apart or not."""
    key = (Audit.month, Audit.service_id, Audit.team_id, Audit.auditor_id)
    rows = session.execute(
        select(*key, func.count(Audit.issued_on))
        .where(Audit.origin == "recorded", Audit.state != "withdrawn", Audit.month.between(first_on, last_on))
        .group_by(*key)
    )
    return [(month, service_id, team_id, auditor_id, number) for month, service_id, team_id, auditor_id, number in rows]


def _number(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
