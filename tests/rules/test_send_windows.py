"""When messages may go out: working hours of working days (L13)."""

from datetime import date, datetime, time
from pathlib import Path

import pytest

from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.policy.notice_shapes import SendWindow, WorkingHours
from rules.send_windows import OpeningHours, window_of
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
HOURS = OpeningHours.of_policy(POLICY, WorkingDayCalendar.of_england())
NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")

WHEN = [
    # asked at, may go out at
    ("in the middle of a working day", "2026-10-01 11:00", "2026-10-01 11:00"),
    ("at the stroke of the opening", "2026-10-01 08:00", "2026-10-01 08:00"),
    ("a minute before", "2026-10-01 07:59", "2026-10-01 08:00"),
    ("in the last minute", "2026-10-01 17:59", "2026-10-01 17:59"),
    ("at the stroke of the closing", "2026-10-01 18:00", "2026-10-02 08:00"),
    ("after midnight", "2026-10-01 00:30", "2026-10-01 08:00"),
    ("on Friday evening", "2026-10-02 19:00", "2026-10-05 08:00"),
    ("on Saturday noon", "2026-10-03 12:00", "2026-10-05 08:00"),
    ("on Sunday night", "2026-10-04 23:59", "2026-10-05 08:00"),
    ("on the evening before Christmas", "2026-12-24 18:00", "2026-12-29 08:00"),
    ("on the substitute day of Boxing Day", "2026-12-28 10:00", "2026-12-29 08:00"),
    ("on Maundy Thursday after work", "2026-04-02 20:00", "2026-04-07 08:00"),
    ("on New Year's Eve", "2026-12-31 18:30", "2027-01-04 08:00"),
]


def wall(clock: str) -> datetime:
    """What the clock on the wall shows: opening hours know no zone."""
    return datetime.fromisoformat(clock)


@pytest.mark.proves("L13", "notices.working_hours")
@pytest.mark.parametrize(("asked_at", "goes_at"), [row[1:] for row in WHEN], ids=[row[0] for row in WHEN])
def test_a_reminder_goes_out_in_the_next_working_hours(asked_at: str, goes_at: str) -> None:
    asked, goes = wall(asked_at), wall(goes_at)

    assert HOURS.open_at(asked) == goes
    assert HOURS.are_open(asked) == (asked == goes)
    assert HOURS.are_open(goes)


def test_a_proclaimed_holiday_and_a_closure_day_keep_messages_waiting() -> None:
    proclaimed, closed = NamedDay(date(2026, 10, 5), "A day of joy"), NamedDay(date(2026, 10, 6), "Moving house")
    hours = OpeningHours(POLICY.notices.working_hours, WorkingDayCalendar.of_england([proclaimed], [closed]))

    assert hours.open_at(wall("2026-10-05 10:00")) == wall("2026-10-07 08:00")
    assert hours.open_after(date(2026, 10, 2)) == wall("2026-10-07 08:00")


def test_another_council_works_other_hours() -> None:
    hours = OpeningHours.of_policy(NORTHMOOR, WorkingDayCalendar.of_policy(NORTHMOOR.calendar))

    assert hours.hours == WorkingHours(time(7, 30), time(16))
    assert hours.open_at(wall("2026-12-28 12:00")) == wall("2026-12-31 07:30")  # its winter closure too


@pytest.mark.proves("L13", "notices.send_windows")
def test_reminders_are_a_daily_digest_alerts_and_allocations_go_at_once_and_so_does_what_is_not_named() -> None:
    events = ("reminder", "allocation", "safety_alert", "an event of tomorrow")

    assert [window_of(POLICY, event).value for event in events] == ["daily_digest", "at_once", "at_once", "at_once"]
    assert window_of(NORTHMOOR, "reminder") is SendWindow.WORKING_HOURS
