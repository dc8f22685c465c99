"""Who is away for most of a cycle (S9, A3)."""

from datetime import date

import pytest

from rules.absences import Absence, is_away, leaves_before_close, working_days_away
from rules.lengths import WorkingDays
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OCTOBER = cycle_of(POLICY, CALENDAR, "2026-10")  # Thursday 1 to Friday 30 October, 22 working days


def absent(first: int, last: int, month: int = 10) -> Absence:
    return Absence(date(2026, month, first), date(2026, month, last))


@pytest.mark.proves("S9", "selection.away_for_more_than")
def test_ten_working_days_of_the_cycle_are_not_most_of_it_but_eleven_are() -> None:
    assert not is_away(POLICY, CALENDAR, OCTOBER, [absent(1, 14)])
    assert is_away(POLICY, CALENDAR, OCTOBER, [absent(1, 15)])


def test_only_days_within_the_cycle_count() -> None:
    long_leave = Absence(date(2026, 1, 1), date(2026, 10, 2))

    assert working_days_away(CALENDAR, OCTOBER, [long_leave]) == WorkingDays(2)
    assert working_days_away(CALENDAR, OCTOBER, [absent(1, 30, month=9)]) == WorkingDays(0)


def test_a_day_in_two_absences_counts_once() -> None:
    assert working_days_away(CALENDAR, OCTOBER, [absent(5, 9), absent(7, 13), absent(8, 8)]) == WorkingDays(7)


def test_weekends_do_not_count() -> None:
    assert working_days_away(CALENDAR, OCTOBER, [absent(3, 4)]) == WorkingDays(0)


@pytest.mark.proves("S9")
def test_whoever_leaves_in_the_cycle_or_has_left_is_gone_before_its_close() -> None:
    assert leaves_before_close(OCTOBER, date(2026, 10, 30))
    assert leaves_before_close(OCTOBER, date(2020, 1, 1))
    assert not leaves_before_close(OCTOBER, date(2026, 10, 31))
    assert not leaves_before_close(OCTOBER, None)
