"""Many messages owed to many people, for tests in which sending goes wrong."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from db.queries.audits import AuditMade
from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.sending import form
from tests.usecases import council
from usecases.notices import owe_allocation_notices


def owe_many(sessions: sessionmaker[Session], practitioners: int) -> dict[str, str]:
    """The opening of a cycle with so many audits, owed now; each message's Message-ID by its address."""
    with sessions.begin() as session:
        home = council.found(session)
        people = [
            Person(reference=f"P{number}", name=f"Person {number}", email=f"p{number}@council.example")
            for number in range(practitioners)
        ]
        session.add_all(people)
        session.flush()
        auditor, team = home.people["auditor"].id, home.teams["CART"].id
        audits = [
            AuditMade(uuid4(), f"PA-2026-{number:04}", person.id, auditor, team, "home_first")
            for number, person in enumerate(people)
        ]
        owe_allocation_notices(council.work(session, Clock().now()), home.cycle, audits)
    return form(sessions, Clock())


def notices(sessions: sessionmaker[Session]) -> list[Notice]:
    with sessions() as session:
        return list(session.scalars(select(Notice).order_by(Notice.id)))


def states(sessions: sessionmaker[Session]) -> dict[str, int]:
    """How many notices are in each state."""
    with sessions() as session:
        rows = session.execute(select(Notice.state, func.count()).group_by(Notice.state))
        return dict(rows.all())


def clock_ahead(**by: float) -> Clock:
    """The real clock, so far ahead."""
    return Clock(ahead=timedelta(**by))
