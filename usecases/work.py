"""What every use case is handed: the transaction, the moment, the calendar, the policy and who asks."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Work:
    """One request's or job's unit of work. `now` is an aware instant; the door that made it asked the clock once."""

    session: Session
    now: datetime
    calendar: WorkingDayCalendar
    policy: Policy
    actor: str
    correlation_id: str | None = None  # names the request, or the run of a job, in answers, logs and trail

    @property
    def today(self) -> date:
        """The day in Europe/London on which this happens."""
        return self.now.astimezone(LONDON).date()
