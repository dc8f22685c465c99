"""A day off proclaimed while a clock runs lengthens it, never shortens it, and says so (FRAMEWORK, Words)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.lengthenings import RunningClock, lengthened
from rules.lengths import WorkingDays
from rules.named_days import NamedDay
from rules.policy.draw_shapes import Calendar
from rules.working_days import WorkingDayCalendar

BEFORE = WorkingDayCalendar.of_england()
JOY = NamedDay(date(2026, 10, 14), "A day of joy")  # a Wednesday
MOURNING = NamedDay(date(2026, 10, 15), "A day of mourning")

CLOCKS = [
    # started on, due on, counted working days, days off, due on then
    ("one that counts over the day", "2026-10-12", "2026-10-16", 4, [JOY], "2026-10-19"),
    ("over both days", "2026-10-12", "2026-10-16", 4, [JOY, MOURNING], "2026-10-20"),
    ("due on the day itself", "2026-10-12", "2026-10-14", 2, [JOY], "2026-10-15"),
    ("one that starts on the day", "2026-10-14", "2026-10-16", 2, [JOY], None),
    ("one that is due before it", "2026-10-12", "2026-10-13", 1, [JOY], None),
    ("one that starts after it", "2026-10-15", "2026-10-16", 1, [JOY], None),
    ("one that counts back from the close", "2026-10-01", "2026-10-29", None, [JOY], None),
    ("one that counts back to the day itself", "2026-10-01", "2026-10-14", None, [JOY, MOURNING], "2026-10-16"),
]


@pytest.mark.proves("P3", "calendar.proclaimed_days")
@pytest.mark.parametrize(
    ("started", "due", "count", "off", "later"), [row[1:] for row in CLOCKS], ids=[row[0] for row in CLOCKS]
)
def test_a_proclaimed_day_lengthens_the_clocks_that_count_over_it(
    started: str, due: str, count: int | None, off: list[NamedDay], later: str | None
) -> None:
    clock = RunningClock(date.fromisoformat(started), date.fromisoformat(due), count)

    found = lengthened(clock, Calendar((), tuple(off)), WorkingDayCalendar.of_england(off))

    assert (found and found.due_on) == (date.fromisoformat(later) if later else None)


def test_it_says_from_when_to_when_and_by_what() -> None:
    clock = RunningClock(date(2026, 10, 12), date(2026, 10, 16), 4)

    found = lengthened(clock, Calendar((), (JOY,)), WorkingDayCalendar.of_england([JOY]))

    assert found is not None
    assert found.sentence == "Lengthened from Friday 16 October 2026 by A day of joy: by Monday 19 October 2026."


@given(
    started_on=st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    count=st.integers(0, 40),
    off=st.lists(st.integers(-5, 80), max_size=6),
)
def test_no_day_off_ever_shortens_a_clock_and_it_is_lengthened_once(
    started_on: date, count: int, off: list[int]
) -> None:
    days = [NamedDay(started_on + timedelta(days=day), f"Day {day}") for day in off]
    calendar, named = WorkingDayCalendar.of_england(days), Calendar((), tuple(days))
    clock = RunningClock(started_on, BEFORE.add(started_on, WorkingDays(count)), count)

    found = lengthened(clock, named, calendar)

    assert (found.due_on if found else clock.due_on) == calendar.add(started_on, WorkingDays(count))
    if found:
        assert found.due_on > clock.due_on
        assert lengthened(RunningClock(started_on, found.due_on, count), named, calendar) is None
