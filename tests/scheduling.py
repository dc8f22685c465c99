"""A scheduler's means for tests: its own sessions, a clock set to a day, and mail that is kept in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from clock import Clock
from integrations.case_system.manual import ManualCaseSystem
from scheduler.jobs import JOBS, Errand, Job, Means
from tests.small_council import CALENDAR, POLICY
from usecases.case_system_reports import stored_report
from usecases.letters import Letterhead
from usecases.ports import ExportedRoot, Letter, Outcome, Sent


@dataclass
class KeptMail:
    """Takes every letter and keeps it."""

    letters: list[Letter] = field(default_factory=list)

    def send(self, letters: Iterable[Letter]) -> Iterator[tuple[UUID, Outcome]]:
        for letter in letters:
            self.letters.append(letter)
            yield letter.id, Sent()


@dataclass
class KeptRoots:
    """Keeps the trail's roots."""

    roots: list[ExportedRoot] = field(default_factory=list)

    def keep(self, root: ExportedRoot) -> None:
        self.roots.append(root)

    def kept(self) -> Iterator[ExportedRoot]:
        return iter(self.roots)


def clock_on(day: date, hour: int = 9) -> Clock:
    """A clock that shows that hour UTC on that day."""
    return Clock(ahead=datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - datetime.now(UTC))


def means_on(
    day: date, sessions: sessionmaker[Session], *, hour: int = 9, mail: KeptMail | None = None, settle: int = 0
) -> Means:
    return Means(
        sessions=sessions,
        clock=clock_on(day, hour),
        policy=POLICY,
        calendar=CALENDAR,
        mail=mail or KeptMail(),
        root_folder=KeptRoots(),
        case_system=ManualCaseSystem(),
        reports=stored_report,
        letterhead=Letterhead("audit@example.org", "http://127.0.0.1:8000"),
        settle=timedelta(minutes=settle),
        keep_answers=timedelta(days=7),
    )


def job(name: str) -> Job | Errand:
    return next(job for job in JOBS if job.name == name)
