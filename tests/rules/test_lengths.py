"""Lengths of time as the framework writes them, and month arithmetic that clamps (FRAMEWORK, Words)."""

from datetime import date

import pytest

from rules.errors import Refusal
from rules.lengths import (
    CalendarMonths,
    UnreadableLength,
    WorkingDays,
    first_of_numbered_month,
    last_day_of_month,
    month_number,
    months_between,
    parse_length,
)


@pytest.mark.parametrize(
    ("written", "length"),
    [
        ("5 working days", WorkingDays(5)),
        ("1 working day", WorkingDays(1)),
        ("0 working days", WorkingDays(0)),
        ("10  Working Days ", WorkingDays(10)),
        ("1 month", CalendarMonths(1)),
        ("12 months", CalendarMonths(12)),
    ],
)
def test_a_length_is_read_in_the_documents_words(written: str, length: WorkingDays | CalendarMonths) -> None:
    assert parse_length(written) == length


@pytest.mark.parametrize("words", ["5 working days", "1 working day", "0 working days", "1 month", "12 months"])
def test_a_length_says_itself_in_the_documents_words(words: str) -> None:
    assert str(parse_length(words)) == words


@pytest.mark.parametrize(
    ("written", "says_why"),
    [
        ("5 days", "days are counted as working days here"),
        ("2 weeks", "not weeks"),
        ("1 year", "a year is written as 12 months"),
        ("-1 month", "never negative"),
        ("5", "no number with one of the units"),
        ("", "no number with one of the units"),
        ("five working days", "no number with one of the units"),
        ("1.5 months", "no number with one of the units"),
        ("٣ months", "no number with one of the units"),
        ("5 working days or 1 month", "no number with one of the units"),
    ],
)
def test_an_unreadable_length_says_what_is_wrong_and_how_it_is_written(written: str, says_why: str) -> None:
    with pytest.raises(UnreadableLength) as refused:
        parse_length(written)

    assert repr(written) in refused.value.sentence
    assert says_why in refused.value.sentence
    assert '"5 working days"' in refused.value.sentence


def test_an_unreadable_length_is_a_refusal_and_a_value_error() -> None:
    with pytest.raises(Refusal):
        parse_length("soon")
    with pytest.raises(ValueError, match="soon"):
        parse_length("soon")


@pytest.mark.parametrize("wrong", [-1, 1.0, True, "5", None])
@pytest.mark.parametrize("length", [WorkingDays, CalendarMonths])
def test_a_length_counts_in_whole_numbers_from_0(length: type[WorkingDays | CalendarMonths], wrong: object) -> None:
    with pytest.raises(UnreadableLength):
        length(wrong)  # type: ignore[arg-type]


def test_working_days_and_months_are_never_equal() -> None:
    working_days: object = WorkingDays(1)

    assert working_days != CalendarMonths(1)


def test_lengths_of_one_kind_are_ordered() -> None:
    assert WorkingDays(5) < WorkingDays(10)
    assert CalendarMonths(12) > CalendarMonths(3)


@pytest.mark.parametrize(
    ("start_on", "months", "end_on"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 28), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 1, date(2026, 9, 30)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 10, 1), 12, date(2027, 10, 1)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
    ],
)
def test_months_are_added_and_clamp_to_the_end_of_a_shorter_month(start_on: date, months: int, end_on: date) -> None:
    assert CalendarMonths(months).after(start_on) == end_on


@pytest.mark.parametrize(
    ("end_on", "months", "start_on"),
    [
        (date(2026, 10, 1), 6, date(2026, 4, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 5), 1, date(2025, 12, 5)),
        (date(2028, 2, 29), 12, date(2027, 2, 28)),
        (date(2026, 10, 1), 0, date(2026, 10, 1)),
    ],
)
def test_months_are_taken_away_and_clamp_too(end_on: date, months: int, start_on: date) -> None:
    assert CalendarMonths(months).before(end_on) == start_on


@pytest.mark.parametrize(
    ("earlier_on", "later_on", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 1), 1),
        (date(2026, 2, 1), date(2026, 2, 28), 0),
        (date(2026, 7, 1), date(2026, 9, 30), 2),
        (date(2025, 11, 30), date(2026, 1, 2), 2),
        (date(2025, 10, 1), date(2026, 10, 31), 12),
        (date(2026, 3, 1), date(2026, 1, 31), -2),
    ],
)
def test_history_is_compared_by_calendar_month(earlier_on: date, later_on: date, months: int) -> None:
    assert months_between(earlier_on, later_on) == months


@pytest.mark.parametrize(
    ("in_month", "last_on"),
    [
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2028, 2, 10), date(2028, 2, 29)),
        (date(2026, 4, 30), date(2026, 4, 30)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_month_ends_on_its_last_calendar_day(in_month: date, last_on: date) -> None:
    assert last_day_of_month(in_month) == last_on


@pytest.mark.parametrize("on", [date(1, 1, 1), date(2026, 1, 31), date(2026, 12, 1), date(9999, 12, 31)])
def test_a_month_has_one_number_and_a_number_one_month(on: date) -> None:
    assert first_of_numbered_month(month_number(on)) == on.replace(day=1)


def test_months_are_numbered_without_a_gap_over_the_end_of_a_year() -> None:
    assert month_number(date(2027, 1, 31)) - month_number(date(2026, 12, 1)) == 1
