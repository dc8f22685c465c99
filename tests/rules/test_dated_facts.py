"""Which changes of what holds from day to day rewrite days gone by (P4). Today is Thursday 1 October 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.dated_facts import Period, rewrites_the_past

TODAY = date(2026, 10, 1)
SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 12)

ROWS = [
    # what happened, before, after, only the days differ, whether it rewrites the past
    ("begun today", None, Period(TODAY), False, False),
    ("begun later", None, Period(OCTOBER), False, False),
    ("begun last month", None, Period(SEPTEMBER), False, True),
    ("begun nobody knows when", None, Period(), False, True),
    ("ends today", Period(SEPTEMBER), Period(SEPTEMBER, TODAY), True, False),
    ("ended yesterday", Period(SEPTEMBER), Period(SEPTEMBER, date(2026, 9, 30)), True, False),
    ("ended the day before yesterday", Period(SEPTEMBER), Period(SEPTEMBER, date(2026, 9, 29)), True, True),
    ("ends later than was thought", Period(SEPTEMBER, TODAY), Period(SEPTEMBER, OCTOBER), True, False),
    ("began earlier than was thought", Period(SEPTEMBER), Period(date(2026, 8, 3)), True, True),
    ("will begin earlier than was thought", Period(OCTOBER), Period(TODAY), True, False),
    ("was somebody else all along", Period(SEPTEMBER), Period(SEPTEMBER), False, True),
    ("will be somebody else", Period(OCTOBER), Period(OCTOBER), False, False),
    ("never was", Period(SEPTEMBER), None, False, True),
    ("will not be", Period(OCTOBER), None, False, False),
]


@pytest.mark.proves("P4")
@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_a_correction_alters_what_is_on_record_for_a_day_before_today(
    row: tuple[str, Period | None, Period | None, bool, bool],
) -> None:
    _, before, after, says_the_same, expected = row
    assert rewrites_the_past(before, after, says_the_same=says_the_same, today=TODAY) is expected


days = st.none() | st.dates(date(2026, 8, 1), date(2026, 12, 31))
periods = st.builds(Period, days, days).filter(lambda it: (it.began_on or date.min) <= (it.ended_on or date.max))


@given(periods, periods, st.booleans())
def test_it_is_a_correction_exactly_when_a_day_gone_by_is_told_otherwise(
    before: Period, after: Period, says_the_same: bool
) -> None:
    """Day by day, over more days than any of the periods names."""
    gone_by = [TODAY - timedelta(days=number) for number in range(1, 100)]
    told_otherwise = any(
        before.holds_on(day) != after.holds_on(day) or (before.holds_on(day) and not says_the_same) for day in gone_by
    )
    assert rewrites_the_past(before, after, says_the_same=says_the_same, today=TODAY) is told_otherwise


@given(periods, periods)
def test_two_periods_overlap_exactly_when_they_share_a_day(one: Period, other: Period) -> None:
    every = [date(2026, 7, 31) + timedelta(days=number) for number in range(156)]
    assert one.overlaps(other) is any(one.holds_on(day) and other.holds_on(day) for day in every)
    assert one.overlaps(other) is other.overlaps(one)
