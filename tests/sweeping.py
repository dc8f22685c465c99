"""Duties of a small council, swept on days that the test sets."""

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from tests.sending import Means
from tests.usecases import council
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.delivery_results import Pace
from usecases.outbox import deliver_due
from usecases.sweep import Swept, sweep_due


@dataclass
class Duties:
    """A council with audits and what is owed for them."""

    sessions: sessionmaker[Session]
    people: dict[str, uuid.UUID]
    clock: HeldClock
    office: PostOffice
    audit_id: uuid.UUID
    policy: Policy = council.POLICY
    calendar: WorkingDayCalendar = council.CALENDAR

    def owe(
        self,
        due: str,
        *,
        rule: str = "L5",
        by: str = "auditor",
        role: str = "auditor",
        started: str = "2026-10-01",
        working_days: int | None = None,
        limit: str | None = None,
    ) -> uuid.UUID:
        """Starts a clock of the audit."""
        with self.sessions.begin() as session:
            duty = Deadline(
                time_limit=limit or f"time_limits.of_{rule}",
                audit_id=self.audit_id,
                owed_by_id=self.people[by],
                owed_by_role=role,
                started_on=date.fromisoformat(started),
                due_on=date.fromisoformat(due),
                rule=rule,
                clause="3.7",
                sentence="An audit graded Inadequate is discussed by then.",  # what no message may say
                edition_id=council.POLICY.edition.id,
                state="running",
                working_days=working_days,
            )
            session.add(duty)
            session.flush()
            return duty.id

    def change(self, duty: uuid.UUID, **values: object) -> None:
        with self.sessions.begin() as session:
            session.execute(update(Deadline).where(Deadline.id == duty).values(**values))

    def at(self, moment: str) -> "Duties":
        """The same at another moment, in London."""
        self.clock.at = datetime.fromisoformat(moment).astimezone(UTC)
        return self

    @property
    def means(self) -> Means:
        return Means(self.sessions, self.clock, self.office, policy=self.policy, calendar=self.calendar)

    def sweep(self, moment: str | None = None, batch: int = 1_000) -> Swept:
        if moment:
            self.at(moment)
        return sweep_due(self.means, batch)

    def deliver(self, moment: str | None = None) -> int:
        """Sends what may go out; answers how many letters went."""
        if moment:
            self.at(moment)
        before = len(self.office.letters)
        deliver_due(self.means, Pace(lanes=1))
        return len(self.office.letters) - before

    def told(self) -> list[tuple[str, str, str]]:
        """All notices of duties: the kind of crossing, to whom, and their state."""
        with self.sessions() as session:
            question = (
                select(Notice.content["kind"].astext, Person.name, Notice.state)
                .join(Person, Person.id == Notice.recipient_id)
                .where(Notice.deadline_id.is_not(None))
                .order_by(Notice.id)
            )
            return [(kind, name, state) for kind, name, state in session.execute(question)]

    def crossed(self) -> list[tuple[str, str]]:
        """What was said, with the day on which it was to be."""
        with self.sessions() as session:
            rows = session.scalars(
                select(DeadlineCrossing).order_by(DeadlineCrossing.crossed_on, DeadlineCrossing.kind)
            )
            return [(row.kind, f"{row.crossed_on:%m-%d}") for row in rows]

    def duty(self, duty: uuid.UUID) -> Deadline:
        with self.sessions() as session:
            return session.get_one(Deadline, duty)

    def audit(self) -> Audit:
        with self.sessions() as session:
            return session.get_one(Audit, self.audit_id)

    def under(self, policy: Policy) -> "Duties":
        return replace(self, policy=policy, calendar=WorkingDayCalendar.of_policy(policy.calendar))


def found(sessions: sessionmaker[Session]) -> Duties:
    """One audit of CART on the day of its allocation, with nothing owed for it."""
    with sessions.begin() as session:
        made = council.found(session)
        people = {name: person.id for name, person in made.people.items()}
        audit = made.audit("worker", "auditor")
    clock = HeldClock(datetime(2026, 10, 1, 8, tzinfo=UTC))
    return Duties(sessions, people, clock, PostOffice(), audit.id)
