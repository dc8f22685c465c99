"""When a message may go out: at once, or in working hours of working days (L13).

Asked with the time that a clock on the wall shows in Europe/London, so that summer time is the caller's to know: eight
in the morning is eight in the morning all the year round.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rules.lengths import WorkingDays
from rules.policy.notice_shapes import SendWindow, WorkingHours
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The working hours of an edition, on the working days of a calendar."""

    hours: WorkingHours
    calendar: WorkingDayCalendar

    @classmethod
    def of_policy(cls, policy: Policy, calendar: WorkingDayCalendar) -> "OpeningHours":
        return cls(policy.notices.working_hours, calendar)

    def are_open(self, on_the_wall: datetime) -> bool:
        """Whether that moment lies in working hours. Raises OutsideCalendar beyond the calendar's years."""
        in_hours = self.hours.opens <= on_the_wall.time() < self.hours.closes
        return in_hours and self.calendar.is_working_day(on_the_wall.date())

    def open_at(self, on_the_wall: datetime) -> datetime:
        """That moment if it lies in working hours, else when they begin next."""
        if self.are_open(on_the_wall):
            return on_the_wall
        day = on_the_wall.date()
        if on_the_wall.time() >= self.hours.closes:
            day += timedelta(days=1)
        return self._beginning(self.calendar.nth_from(day, 1))

    def open_after(self, day: date) -> datetime:
        """When working hours begin on the next working day after a date."""
        return self._beginning(self.calendar.add(day, WorkingDays(1)))

    def _beginning(self, day: date) -> datetime:
        return datetime.combine(day, self.hours.opens)


def window_of(policy: Policy, event: str) -> SendWindow:
    """When messages about an event go out; one that the policy does not name goes at once: never lost, never late."""
    return policy.notices.send_windows.get(event, SendWindow.AT_ONCE)
