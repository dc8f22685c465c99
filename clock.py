"""The one clock. Only the doors hold it; what lies behind them is handed `now` and `today`."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
START_OF_OFFICE_HOURS = time(9, 0)


@dataclass(frozen=True, slots=True)
class Clock:
    """The operating system's time, or for trying things out the same time moved to another day."""

    ahead: timedelta = timedelta(0)

    @classmethod
    def set_to(cls, day: date) -> "Clock":
        """A clock that shows 09:00 in London on that day and ticks on from there."""
        start = datetime.combine(day, START_OF_OFFICE_HOURS, tzinfo=LONDON)
        return cls(ahead=start.astimezone(UTC) - datetime.now(UTC))

    def now(self) -> datetime:
        """This moment, in UTC."""
        return datetime.now(UTC) + self.ahead

    def today(self) -> date:
        """The day it is in London."""
        return self.now().astimezone(LONDON).date()

    @property
    def is_moved(self) -> bool:
        return self.ahead != timedelta(0)
