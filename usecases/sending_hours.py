"""Working hours as instants: rules/send_windows.py on the clock of Europe/London (L13)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from rules.policy.shape import Policy
from rules.send_windows import OpeningHours
from rules.working_days import WorkingDayCalendar
from usecases.work import LONDON


@dataclass(frozen=True, slots=True)
class SendingHours:
    """When messages that wait for working hours may go out. Asked and answered in aware instants."""

    opening: OpeningHours

    @classmethod
    def of_policy(cls, policy: Policy, calendar: WorkingDayCalendar) -> "SendingHours":
        return cls(OpeningHours.of_policy(policy, calendar))

    def are_open(self, now: datetime) -> bool:
        return self.opening.are_open(_on_the_wall(now))

    def open_at(self, now: datetime) -> datetime:
        """This moment in working hours, else when they begin next."""
        return now if self.are_open(now) else _instant(self.opening.open_at(_on_the_wall(now)))

    def open_next_day(self, now: datetime) -> datetime:
        """When they begin on the next working day."""
        return _instant(self.opening.open_after(_on_the_wall(now).date()))


def _on_the_wall(now: datetime) -> datetime:
    return now.astimezone(LONDON).replace(tzinfo=None)


def _instant(on_the_wall: datetime) -> datetime:
    """Of an hour that comes twice, when summer time ends, the first; of one that is left out, the one after it."""
    return on_the_wall.replace(tzinfo=LONDON).astimezone(UTC)
