"""Safety alerts raised in a small council on a Saturday, and what is left to people of them."""

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.tasks import Task
from tests.scheduling import clock_on
from tests.usecases import council
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.work import Work

SATURDAY = date(2026, 10, 3)


def work_on(session: Session, day: date = SATURDAY, actor: str = "an administrator") -> Work:
    return Work(session, clock_on(day).now(), council.CALENDAR, council.POLICY, actor)


def raised(sessions: sessionmaker[Session], audit_id: uuid.UUID, day: date = SATURDAY) -> uuid.UUID:
    with sessions.begin() as session:
        return raise_alert(work_on(session, day), NewAlert(concern="Alone.", audit_id=audit_id)).alert.id


def tasks(sessions: sessionmaker[Session]) -> set[str]:
    with sessions() as session:
        return set(session.scalars(select(Task.kind).where(Task.state == "open")))
