"""What every use case is handed: the transaction, the moment, calendar, policy, who asks and how far they reach."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.queries.reaches import EVERYTHING, Reach
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Work:
    """One request's or job's unit of work. `now` is an aware instant; the door that made it asked the clock once.

    `reach` is how far the permission goes that let the request in: queries narrow by it (db/queries/reaches.py). The
    scheduler and the command line reach everything.
    """

    session: Session
    now: datetime
    calendar: WorkingDayCalendar
    policy: Policy
    actor: str
    correlation_id: str | None = None  # names the request, or the run of a job, in answers, logs and trail
    reach: Reach = EVERYTHING

    @property
    def today(self) -> date:
        """The day in Europe/London on which this happens."""
        return self.now.astimezone(LONDON).date()
