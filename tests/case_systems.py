"""Case systems in tests: commands that are owed, means to carry them out at a set time, and what came of it."""

import uuid
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from tests.usecases import council
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.case_system_contents import Rendering, Reports
from usecases.case_system_ports import CaseSystem
from usecases.work import Work

PDF = b"%PDF-1.7 the report of "
CAPACITY_OF_A_MONTH = 12


@dataclass(slots=True)
class SetClock:
    """Shows what it is set to."""

    shows: datetime = council.OPENING

    def now(self) -> datetime:
        return self.shows

    def wait(self, **length: float) -> None:
        self.shows += timedelta(**length)


def report_of(work: Work, audit_id: uuid.UUID, version: int) -> Rendering:
    """The same bytes each time."""
    return Rendering(f"version-{version}.pdf", "application/pdf", PDF + f"{audit_id} {version}".encode())


@dataclass(slots=True)
class Means:
    """What carrying out works with."""

    sessions: sessionmaker[Session]
    case_system: CaseSystem | None
    clock: SetClock = field(default_factory=SetClock)
    policy: Policy = council.POLICY
    calendar: WorkingDayCalendar = council.CALENDAR
    reports: Reports = report_of

    def work(self, session: Session, actor: str = "scheduler") -> Work:
        return Work(session, self.clock.now(), self.calendar, self.policy, actor)


def owe_many(sessions: sessionmaker[Session], reports: int, grade: str = "good") -> None:
    """A council whose audits of a year each have a report to go on the record: two commands each."""
    with sessions.begin() as session:
        found = council.found(session)
        for number in range(reports):
            audit = session.get_one(Audit, _audit(found, number).id)
            audit.overall_grade = grade
            session.flush()
            owe_commands(council.work(session), audit, [ReportToFile(1, Occasion.ISSUED)])


def _audit(found: council.Council, number: int) -> Audit:
    """One a month and practitioner, as the database asks for (S2)."""
    month = council.OPENING.date().replace(day=1, year=2000 + number // CAPACITY_OF_A_MONTH)
    audit = Audit(
        reference=f"PA-2026-{number + 1:04}",
        origin="drawn",
        kind="ordinary",
        sequence=0,
        state="issued",
        cycle_id=found.cycle.id,
        month=month.replace(month=number % CAPACITY_OF_A_MONTH + 1),
        case_reference=f"CASE-{number + 1}",
        practitioner_id=found.people["worker"].id,
        auditor_id=found.people["auditor"].id,
        team_id=found.teams["CART"].id,
        service_id=found.teams["CART"].service_id,
        allocated_on=found.cycle.opens_on,
        window_from=found.cycle.opens_on,
        window_to=found.cycle.closes_on,
        report_due_on=found.cycle.report_due_on,
        reasons=[],
    )
    found.session.add(audit)
    found.session.flush()
    return audit


def commands(sessions: sessionmaker[Session]) -> list[CaseSystemCommand]:
    with sessions() as session:
        return list(session.scalars(select(CaseSystemCommand).order_by(CaseSystemCommand.id)))


def states(sessions: sessionmaker[Session]) -> dict[str, int]:
    return dict(Counter(command.state for command in commands(sessions)))
