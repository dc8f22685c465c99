"""What the scheduler does in transactions of its own, because it goes on for a while or waits for the outside."""

from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session, sessionmaker

from rules.audit_events import SCHEDULER
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.ports import Clock
from usecases.work import Work


class Means(Protocol):
    """What every errand works with. One that needs more of the outside says so in a Protocol of its own."""

    @property
    def sessions(self) -> sessionmaker[Session]: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def calendar(self) -> WorkingDayCalendar: ...


def work_of(means: Means, session: Session, now: datetime, run: str | None = None) -> Work:
    """The scheduler's work within one of its transactions; `run` names the run in the trail."""
    return Work(session, now, means.calendar, means.policy, SCHEDULER, correlation_id=run)
