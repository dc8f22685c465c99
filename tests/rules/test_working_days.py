"""Working days of England as an audit manager would count them on a wall calendar (FRAMEWORK, Words)."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from rules.errors import InvalidFacts, OutsideCalendar
from rules.lengths import WorkingDays
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar

ENGLAND = WorkingDayCalendar.of_england()
MOURNING = NamedDay(date(2026, 4, 8), "Day of mourning")
CHRISTMAS_CLOSURE = [NamedDay(date(2026, 12, day), "Christmas closure") for day in (29, 30, 31)]


@pytest.mark.parametrize(
    ("event_on", "working_days", "due_on"),
    [
        pytest.param(date(2026, 10, 5), 5, date(2026, 10, 12), id="Monday, a plain week: Monday after"),
        pytest.param(date(2026, 10, 5), 1, date(2026, 10, 6), id="the day of the event is day 0"),
        pytest.param(date(2026, 10, 9), 1, date(2026, 10, 12), id="Friday: over the weekend"),
        pytest.param(date(2026, 4, 2), 5, date(2026, 4, 13), id="Maundy Thursday: over Easter"),
        pytest.param(date(2027, 3, 25), 1, date(2027, 3, 30), id="Easter in March"),
        pytest.param(date(2026, 5, 22), 1, date(2026, 5, 26), id="over the spring bank holiday"),
        pytest.param(date(2026, 8, 28), 10, date(2026, 9, 14), id="clocks run in August, over its bank holiday"),
        pytest.param(date(2026, 12, 24), 1, date(2026, 12, 29), id="Christmas 2026: Boxing Day's substitute"),
        pytest.param(date(2026, 12, 24), 5, date(2027, 1, 5), id="clocks run in December, over the new year"),
        pytest.param(date(2027, 12, 24), 1, date(2027, 12, 29), id="Christmas 2027: two substitute days"),
        pytest.param(date(2026, 3, 27), 1, date(2026, 3, 30), id="summer time begins: nothing changes"),
        pytest.param(date(2026, 10, 23), 1, date(2026, 10, 26), id="summer time ends: nothing changes"),
        pytest.param(date(2028, 2, 28), 2, date(2028, 3, 1), id="a leap year's 29 February counts"),
        pytest.param(date(2020, 5, 1), 1, date(2020, 5, 4), id="2020: the early May Monday was worked"),
        pytest.param(date(2020, 5, 7), 1, date(2020, 5, 11), id="2020: the Friday of VE Day was not"),
        pytest.param(date(2022, 5, 27), 1, date(2022, 5, 30), id="2022: the late May Monday was worked"),
        pytest.param(date(2022, 6, 1), 1, date(2022, 6, 6), id="2022: two days for the Platinum Jubilee"),
        pytest.param(date(2022, 9, 16), 1, date(2022, 9, 20), id="2022: the State Funeral"),
        pytest.param(date(2023, 5, 5), 1, date(2023, 5, 9), id="2023: the coronation"),
        pytest.param(date(2026, 4, 4), 1, date(2026, 4, 7), id="event on a Saturday: the next working day is day 1"),
        pytest.param(date(2026, 4, 3), 5, date(2026, 4, 13), id="event on Good Friday: Tuesday is day 1"),
        pytest.param(date(2026, 10, 10), 5, date(2026, 10, 16), id="event on a Saturday: due on Friday"),
        pytest.param(date(2026, 10, 10), 0, date(2026, 10, 10), id="no working days: the day itself, even a Saturday"),
        pytest.param(date(2026, 10, 5), 0, date(2026, 10, 5), id="no working days: the day itself"),
    ],
)
def test_a_duty_is_in_time_up_to_the_nth_working_day_after_its_event(
    event_on: date, working_days: int, due_on: date
) -> None:
    assert ENGLAND.add(event_on, WorkingDays(working_days)) == due_on
    assert ENGLAND.explain(event_on, WorkingDays(working_days)).due_on == due_on


@pytest.mark.parametrize(
    ("end_on", "working_days", "start_on"),
    [
        pytest.param(date(2026, 10, 30), 1, date(2026, 10, 29), id="the working day before a Friday"),
        pytest.param(date(2026, 4, 7), 1, date(2026, 4, 2), id="the working day before Easter"),
        pytest.param(date(2026, 4, 7), 3, date(2026, 3, 31), id="three working days before"),
        pytest.param(date(2026, 10, 11), 1, date(2026, 10, 9), id="before a Sunday: Friday"),
        pytest.param(date(2026, 10, 11), 0, date(2026, 10, 11), id="no working days: the day itself"),
        pytest.param(date(2018, 1, 3), 1, date(2018, 1, 2), id="the first working day of the calendar"),
    ],
)
def test_a_reminder_is_sent_working_days_before(end_on: date, working_days: int, start_on: date) -> None:
    assert ENGLAND.subtract(end_on, WorkingDays(working_days)) == start_on


@pytest.mark.parametrize(
    ("start_on", "end_on", "working_days"),
    [
        pytest.param(date(2026, 4, 2), date(2026, 4, 13), 5, id="over Easter"),
        pytest.param(date(2026, 4, 2), date(2026, 4, 6), 0, id="Easter alone"),
        pytest.param(date(2026, 10, 5), date(2026, 10, 5), 0, id="the same day"),
        pytest.param(date(2026, 10, 3), date(2026, 10, 5), 1, id="from a Saturday to Monday"),
        pytest.param(date(2026, 1, 1), date(2026, 12, 31), 253, id="a whole year"),
    ],
)
def test_working_days_between_leave_out_the_start_and_count_the_end(
    start_on: date, end_on: date, working_days: int
) -> None:
    assert ENGLAND.between(start_on, end_on) == working_days


@pytest.mark.parametrize(
    ("first_on", "last_on", "working_days"),
    [
        pytest.param(date(2026, 10, 1), date(2026, 10, 30), 22, id="a cycle"),
        pytest.param(date(2026, 10, 5), date(2026, 10, 5), 1, id="one working day"),
        pytest.param(date(2026, 10, 3), date(2026, 10, 4), 0, id="a weekend"),
        pytest.param(date(2026, 10, 3), date(2026, 10, 5), 1, id="from a Saturday"),
    ],
)
def test_a_cycles_working_days_count_both_ends(first_on: date, last_on: date, working_days: int) -> None:
    assert ENGLAND.count_both_ends(first_on, last_on) == working_days


@pytest.mark.parametrize(
    ("in_month", "first_on", "last_on"),
    [
        (date(2026, 1, 15), date(2026, 1, 2), date(2026, 1, 30)),
        (date(2026, 5, 31), date(2026, 5, 1), date(2026, 5, 29)),
        (date(2026, 8, 1), date(2026, 8, 3), date(2026, 8, 28)),
        (date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 29)),
        (date(2027, 5, 1), date(2027, 5, 4), date(2027, 5, 28)),
        (date(2028, 2, 1), date(2028, 2, 1), date(2028, 2, 29)),
        (date(2018, 1, 31), date(2018, 1, 2), date(2018, 1, 31)),
        (date(2040, 12, 1), date(2040, 12, 3), date(2040, 12, 31)),
    ],
)
def test_a_month_has_a_first_and_a_last_working_day(in_month: date, first_on: date, last_on: date) -> None:
    assert ENGLAND.first_of_month(in_month) == first_on
    assert ENGLAND.last_of_month(in_month) == last_on


def test_the_nth_working_day_counts_the_day_itself() -> None:
    assert ENGLAND.nth_of_month(date(2026, 11, 1), 7) == date(2026, 11, 10)
    assert ENGLAND.nth_from(date(2026, 11, 2), 1) == date(2026, 11, 2)
    assert ENGLAND.nth_from(date(2026, 11, 1), 2) == date(2026, 11, 3)
    assert ENGLAND.nth_back_from(date(2026, 11, 30), 2) == date(2026, 11, 27)
    assert ENGLAND.nth_back_from(date(2026, 11, 29), 1) == date(2026, 11, 27)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 4, 2), None),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 4), "Saturday"),
        (date(2026, 4, 5), "Sunday"),
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
    ],
)
def test_a_day_off_says_why(on: date, why: str | None) -> None:
    assert ENGLAND.why_not_working(on) == why
    assert ENGLAND.is_working_day(on) is (why is None)


@pytest.mark.parametrize(
    ("event_on", "working_days", "sentence"),
    [
        (
            date(2026, 4, 2),
            5,
            "5 working days from Thursday 2 April 2026, skipping Good Friday and Easter Monday: Monday 13 April 2026",
        ),
        (date(2026, 10, 5), 1, "1 working day from Monday 5 October 2026: Tuesday 6 October 2026"),
        (
            date(2026, 4, 4),
            1,
            (
                "1 working day from Saturday 4 April 2026 (not a working day, so Tuesday 7 April 2026 is day 1), "
                "skipping Easter Monday: Tuesday 7 April 2026"
            ),
        ),
        (date(2026, 4, 4), 0, "0 working days from Saturday 4 April 2026: Saturday 4 April 2026"),
        (
            date(2026, 1, 2),
            260,
            ("260 working days from Friday 2 January 2026, skipping 8 bank holidays: Wednesday 13 January 2027"),
        ),
    ],
)
def test_a_due_date_shows_its_arithmetic(event_on: date, working_days: int, sentence: str) -> None:
    assert ENGLAND.explain(event_on, WorkingDays(working_days)).sentence == sentence


@pytest.mark.parametrize(
    ("closure_days", "working_days", "skipping"),
    [
        (CHRISTMAS_CLOSURE, 260, "skipping 8 bank holidays and 3 other days off: "),
        (CHRISTMAS_CLOSURE[:1], 260, "skipping 8 bank holidays and 1 other day off: "),
        ([NamedDay(date(2026, 10, day), "Works") for day in range(5, 10)], 10, "skipping 5 days off: "),
    ],
)
def test_many_days_off_are_counted_by_what_they_are(
    closure_days: list[NamedDay], working_days: int, skipping: str
) -> None:
    calendar = WorkingDayCalendar.of_england(closure_days=closure_days)
    starts_on = date(2026, 10, 2) if working_days < 100 else date(2026, 1, 2)

    assert skipping in calendar.explain(starts_on, WorkingDays(working_days)).sentence


def test_a_due_date_lists_the_days_off_that_it_skipped() -> None:
    due = ENGLAND.explain(date(2026, 4, 2), WorkingDays(5))

    assert due.skipped == (
        NamedDay(date(2026, 4, 3), "Good Friday"),
        NamedDay(date(2026, 4, 6), "Easter Monday"),
    )


def test_a_day_off_on_the_day_of_the_event_itself_is_not_skipped() -> None:
    assert ENGLAND.explain(date(2026, 4, 6), WorkingDays(1)).skipped == ()


@pytest.mark.proves("P3", "calendar.proclaimed_days", "calendar.closure_days")
def test_the_days_off_of_an_edition_are_left_out() -> None:
    edition = load_edition().calendar
    another = replace(edition, proclaimed_days=(MOURNING,), closure_days=tuple(CHRISTMAS_CLOSURE))
    calendar = WorkingDayCalendar.of_policy(another)

    assert calendar.why_not_working(date(2026, 4, 8)) == "Day of mourning"
    assert calendar.last_of_month(date(2026, 12, 1)) == date(2026, 12, 24)
    assert WorkingDayCalendar.of_policy(edition).last_of_month(date(2026, 12, 1)) == date(2026, 12, 31)


def test_a_closure_day_on_a_weekend_or_a_bank_holiday_changes_nothing() -> None:
    closure_days = [NamedDay(date(2026, 4, 4), "Closure"), NamedDay(date(2026, 4, 6), "Closure")]
    calendar = WorkingDayCalendar.of_england(closure_days=closure_days)

    assert calendar.explain(date(2026, 4, 2), WorkingDays(5)) == ENGLAND.explain(date(2026, 4, 2), WorkingDays(5))


def test_a_day_proclaimed_while_a_clock_runs_lengthens_it_and_says_so() -> None:
    standing = ENGLAND.explain(date(2026, 4, 2), WorkingDays(5))

    recounted = WorkingDayCalendar.of_england([MOURNING]).recount(standing)

    assert recounted.due_on == date(2026, 4, 14)
    assert recounted.sentence.endswith(
        "skipping Good Friday, Easter Monday and Day of mourning: Tuesday 14 April 2026 "
        "(lengthened from Monday 13 April 2026 by Day of mourning)"
    )


def test_a_day_proclaimed_after_a_clock_has_ended_leaves_it_as_it_was() -> None:
    standing = ENGLAND.explain(date(2026, 3, 2), WorkingDays(5))

    assert WorkingDayCalendar.of_england([MOURNING]).recount(standing) is standing


def test_a_day_off_taken_back_never_shortens_a_clock() -> None:
    standing = WorkingDayCalendar.of_england([MOURNING]).explain(date(2026, 4, 2), WorkingDays(5))

    assert ENGLAND.recount(standing) is standing


@pytest.mark.parametrize("on", [date(2017, 12, 31), date(2041, 1, 1)])
def test_a_date_outside_the_known_years_is_an_error_that_names_it_and_them(on: date) -> None:
    asked = (
        lambda: ENGLAND.add(on, WorkingDays(1)),
        lambda: ENGLAND.add(on, WorkingDays(0)),
        lambda: ENGLAND.subtract(on, WorkingDays(1)),
        lambda: ENGLAND.subtract(on, WorkingDays(0)),
        lambda: ENGLAND.between(on, on),
        lambda: ENGLAND.is_working_day(on),
        lambda: ENGLAND.why_not_working(on),
        lambda: ENGLAND.first_of_month(on),
        lambda: ENGLAND.last_of_month(on),
        lambda: ENGLAND.explain(on, WorkingDays(1)),
        lambda: WorkingDayCalendar.of_england([NamedDay(on, "Closure")]),
    )
    for ask in asked:
        with pytest.raises(OutsideCalendar) as refused:
            ask()
        assert str(on) in refused.value.sentence
        assert "2018 to 2040" in refused.value.sentence


@pytest.mark.parametrize(("start_on", "end_on"), [("2017-12-31", "2018-01-02"), ("2040-12-31", "2041-01-01")])
def test_a_span_that_leaves_the_known_years_names_the_end_that_does(start_on: str, end_on: str) -> None:
    outside = start_on if start_on < "2018" else end_on

    with pytest.raises(OutsideCalendar, match=outside):
        ENGLAND.between(date.fromisoformat(start_on), date.fromisoformat(end_on))


def test_a_count_that_runs_out_of_the_known_years_is_an_error_and_never_a_guess() -> None:
    with pytest.raises(OutsideCalendar, match="10000 working days from 2026-01-02"):
        ENGLAND.add(date(2026, 1, 2), WorkingDays(10_000))
    with pytest.raises(OutsideCalendar, match="1 working day from 2040-12-31"):
        ENGLAND.add(date(2040, 12, 31), WorkingDays(1))
    with pytest.raises(OutsideCalendar, match="1 working day before 2018-01-02"):
        ENGLAND.subtract(date(2018, 1, 2), WorkingDays(1))
    with pytest.raises(OutsideCalendar, match="working day 1 back from 2018-01-01"):
        ENGLAND.nth_back_from(date(2018, 1, 1), 1)
    with pytest.raises(OutsideCalendar, match="working day 0 from 2026-01-02"):
        ENGLAND.nth_from(date(2026, 1, 2), 0)


def test_an_end_before_the_start_is_refused_with_both_dates() -> None:
    with pytest.raises(InvalidFacts) as refused:
        ENGLAND.between(date(2026, 10, 6), date(2026, 10, 5))

    assert refused.value.problems[0].pointer == "/end_on"
    assert "Monday 5 October 2026" in refused.value.sentence
    assert "Tuesday 6 October 2026" in refused.value.sentence


def test_an_instant_is_not_a_date() -> None:
    with pytest.raises(TypeError, match="is an instant"):
        ENGLAND.add(datetime(2026, 4, 2), WorkingDays(5))  # noqa: DTZ001
