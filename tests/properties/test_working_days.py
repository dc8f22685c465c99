"""What holds for every date and every number of working days, whatever the days off."""

from datetime import date, timedelta

import holidays
from hypothesis import given
from hypothesis import strategies as st

from rules.lengths import CalendarMonths, WorkingDays, months_between
from rules.named_days import NamedDay
from rules.working_days import WorkingDayCalendar
from tests.rules.bank_holidays import FIRST_YEAR, LAST_YEAR

ENGLAND = WorkingDayCalendar.of_england()
PEER = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))
ANY_DAY = st.dates(date(2018, 1, 1), date(2040, 12, 31))
# A start that leaves room for the lengths below.
START = st.dates(date(2019, 1, 1), date(2038, 12, 31))
COUNT = st.integers(0, 250)
SOME = st.integers(1, 250)


def _few_days_off(near: date) -> st.SearchStrategy[list[NamedDay]]:
    days = st.integers(-10, 30).map(lambda days: NamedDay(near + timedelta(days), "Proclaimed day"))
    return st.lists(days, min_size=1, max_size=3)


@given(START, SOME)
def test_a_due_date_is_always_a_working_day(start_on: date, count: int) -> None:
    assert ENGLAND.is_working_day(ENGLAND.add(start_on, WorkingDays(count)))


@given(START, COUNT, COUNT)
def test_more_days_never_give_an_earlier_date(start_on: date, one: int, other: int) -> None:
    fewer, more = sorted((one, other))

    assert ENGLAND.add(start_on, WorkingDays(fewer)) <= ENGLAND.add(start_on, WorkingDays(more))


@given(START, START, COUNT)
def test_a_later_event_is_never_due_earlier(one_on: date, other_on: date, count: int) -> None:
    earlier_on, later_on = sorted((one_on, other_on))

    assert ENGLAND.add(earlier_on, WorkingDays(count)) <= ENGLAND.add(later_on, WorkingDays(count))


@given(START, COUNT)
def test_the_days_added_are_the_days_between(start_on: date, count: int) -> None:
    assert ENGLAND.between(start_on, ENGLAND.add(start_on, WorkingDays(count))) == count


@given(START, COUNT)
def test_from_a_working_day_subtracting_undoes_adding(start_on: date, count: int) -> None:
    start_on = ENGLAND.nth_from(start_on, 1)

    assert ENGLAND.subtract(ENGLAND.add(start_on, WorkingDays(count)), WorkingDays(count)) == start_on


@given(START, COUNT, SOME)
def test_two_lengths_one_after_the_other_are_their_sum(start_on: date, first: int, then: int) -> None:
    in_two_steps = ENGLAND.add(ENGLAND.nth_from(start_on, 1), WorkingDays(first))

    assert ENGLAND.add(in_two_steps, WorkingDays(then)) == ENGLAND.add(
        ENGLAND.nth_from(start_on, 1), WorkingDays(first + then)
    )


@given(st.data(), START, st.integers(0, 15))
def test_an_added_day_off_never_shortens_a_clock(data: st.DataObject, start_on: date, count: int) -> None:
    longer = WorkingDayCalendar.of_england(data.draw(_few_days_off(start_on)))
    standing = ENGLAND.explain(start_on, WorkingDays(count))

    assert longer.add(start_on, WorkingDays(count)) >= standing.due_on
    recounted = longer.recount(standing)
    assert recounted.due_on == longer.add(start_on, WorkingDays(count))
    assert ("lengthened" in recounted.sentence) == (recounted.due_on > standing.due_on)


@given(START, COUNT)
def test_the_skipped_days_and_the_weekends_make_up_the_rest(start_on: date, count: int) -> None:
    due = ENGLAND.explain(start_on, WorkingDays(count))
    days_after = [start_on + timedelta(day) for day in range(1, (due.due_on - start_on).days + 1)]

    weekdays = sum(on.weekday() < 5 for on in days_after)
    assert weekdays == count + len(due.skipped)
    assert all(start_on < day.on <= due.due_on and day.on.weekday() < 5 for day in due.skipped)


@given(ANY_DAY)
def test_the_holidays_package_calls_the_same_days_working_days(on: date) -> None:
    assert ENGLAND.is_working_day(on) == PEER.is_working_day(on)


@given(START, SOME)
def test_the_holidays_package_finds_the_same_due_date(start_on: date, count: int) -> None:
    assert ENGLAND.add(start_on, WorkingDays(count)) == PEER.get_nth_working_day(start_on, count)


@given(START, COUNT)
def test_the_holidays_package_counts_the_same_days_between(start_on: date, days: int) -> None:
    end_on = start_on + timedelta(days)
    # The package counts both ends, we leave out the start.
    both_ends = PEER.get_working_days_count(start_on, end_on)

    assert ENGLAND.count_both_ends(start_on, end_on) == both_ends
    assert ENGLAND.between(start_on, end_on) == both_ends - PEER.is_working_day(start_on)


def test_the_holidays_package_agrees_on_every_single_day_of_the_table() -> None:
    first_on, last_on = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    every_day = [first_on + timedelta(days) for days in range((last_on - first_on).days + 1)]

    assert [on for on in every_day if ENGLAND.is_working_day(on) != PEER.is_working_day(on)] == []


@given(ANY_DAY, st.integers(1, 20))
def test_the_nth_day_of_a_month_lies_in_order_and_agrees_from_both_ends(on: date, nth: int) -> None:
    first_on, last_on = ENGLAND.first_of_month(on), ENGLAND.last_of_month(on)
    of_month = ENGLAND.count_both_ends(first_on, last_on)

    if nth <= of_month:
        assert ENGLAND.nth_of_month(on, nth) == ENGLAND.nth_back_from(last_on, of_month - nth + 1)
        assert ENGLAND.nth_of_month(on, nth).month == on.month


@given(START, st.integers(0, 24))
def test_month_arithmetic_moves_by_whole_months_and_never_past_the_day(on: date, count: int) -> None:
    after, before = CalendarMonths(count).after(on), CalendarMonths(count).before(on)

    assert months_between(on, after) == months_between(before, on) == count
    assert after.day <= on.day
    assert before.day <= on.day
