"""Many duties that fall due on one day, and what became of them."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker

from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.notices import Notice
from tests.usecases.council import POLICY

DUE_ON = date(2026, 10, 29)
SWEPT_AT = datetime.fromisoformat("2026-10-26T09:00+00:00")

_OWE = text(
    """
    INSERT INTO deadlines (time_limit, audit_id, owed_by_id, started_on, due_on, rule, clause, sentence, edition_id,
        state)
    SELECT concat(CAST(:name AS text), '_', n), id, auditor_id, '2026-10-01', :due_on, 'L5', '3.7',
        'The report is completed in time.', :edition, 'running'
    FROM audits, generate_series(1, :count) n WHERE id = :audit
    """
)


def owe_many(sessions: sessionmaker[Session], audit_id: uuid.UUID, name: str, count: int) -> None:
    """So many duties of one audit, told apart by their names."""
    given = {"name": name, "audit": audit_id, "count": count, "due_on": DUE_ON, "edition": POLICY.edition.id}
    with sessions.begin() as session:
        session.execute(_OWE, given)


@dataclass(frozen=True)
class Became:
    """Of the duties of one name: how many were told, how many of them twice, and how many not wholly."""

    told: int
    twice: int
    half: int


def what_became(sessions: sessionmaker[Session], name: str) -> Became:
    of_name = select(Deadline.id).where(Deadline.time_limit.startswith(f"{name}_"))
    with sessions() as session:
        notices = list(session.scalars(select(Notice.deadline_id).where(Notice.deadline_id.in_(of_name))))
        crossed = select(DeadlineCrossing.deadline_id).where(DeadlineCrossing.deadline_id.in_(of_name))
        sayings = set(session.scalars(crossed))
        looked = set(session.scalars(of_name.where(Deadline.next_look_on > SWEPT_AT.date())))
    told = set(notices)
    return Became(len(told), len(notices) - len(told), len(sayings ^ looked) + len(sayings ^ told))
