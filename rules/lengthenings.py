"""A day off that is proclaimed while clocks run lengthens those that count over it, and says so (FRAMEWORK, Words).

It never shortens one. A clock that counts back from a cycle's close keeps its day, unless that very day is off now.
"""

from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.lengths import WorkingDays
from rules.named_days import NamedDay
from rules.policy.draw_shapes import Calendar
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A clock as it stands. `working_days` were counted from `started_on`; None counts back from a close."""

    started_on: date
    due_on: date
    working_days: int | None


@dataclass(frozen=True, slots=True)
class Lengthened:
    """The later day on which it is due, and the sentence that says from when and by what it was lengthened."""

    due_on: date
    sentence: str


def lengthened(clock: RunningClock, days_off: Calendar, calendar: WorkingDayCalendar) -> Lengthened | None:
    """The clock on this calendar, if it is due later by it; None if it stands as it is. Raises OutsideCalendar."""
    if clock.working_days is None:
        due_on = calendar.nth_from(clock.due_on, 1)
    else:
        due_on = calendar.add(clock.started_on, WorkingDays(clock.working_days))
    if due_on <= clock.due_on:
        return None
    because = listed([day.name for day in _over(clock, due_on, days_off)]) or "days that are off now"
    old, new = day_in_words(clock.due_on), day_in_words(due_on)
    return Lengthened(due_on, f"Lengthened from {old} by {because}: by {new}.")


def days_that_lengthen(days_off: Calendar) -> tuple[NamedDay, ...]:
    """The days off that a policy names beside the dated list, in order; each may have come while clocks ran."""
    return tuple(sorted((*days_off.proclaimed_days, *days_off.closure_days), key=lambda day: day.on))


def _over(clock: RunningClock, due_on: date, days_off: Calendar) -> list[NamedDay]:
    first = clock.due_on if clock.working_days is None else clock.started_on
    return [day for day in days_that_lengthen(days_off) if first <= day.on <= due_on]
