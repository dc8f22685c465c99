"""The dated list of England's bank holidays, compared with the `holidays` package day by day."""

from datetime import date

import pytest

from rules.bank_holidays import bank_holidays_of_england
from tests.rules.bank_holidays import FIRST_YEAR, LAST_YEAR, bank_holidays_on_weekdays

DATED = bank_holidays_of_england()
NAMES = {day.on: day.name for day in DATED.days}


def test_the_dated_list_agrees_with_the_holidays_package_on_every_day_and_name() -> None:
    assert bank_holidays_on_weekdays() == NAMES


def test_the_dated_list_covers_2018_to_2040() -> None:
    assert (DATED.first_year, DATED.last_year) == (FIRST_YEAR, LAST_YEAR) == (2018, 2040)
    assert {on.year for on in NAMES} == set(range(2018, 2041))


def test_no_day_is_listed_twice_or_on_a_weekend() -> None:
    assert len(NAMES) == len(DATED.days)
    assert all(on.weekday() < 5 for on in NAMES)


@pytest.mark.parametrize("year", range(2018, 2041))
def test_each_year_has_eight_bank_holidays_and_its_one_off_days(year: int) -> None:
    one_offs = {2022: 2, 2023: 1}

    assert sum(on.year == year for on in NAMES) == 8 + one_offs.get(year, 0)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2020, 5, 8), "Early May bank holiday (moved for VE Day)"),
        (date(2022, 6, 2), "Spring bank holiday (moved for the Platinum Jubilee)"),
        (date(2022, 6, 3), "Platinum Jubilee bank holiday"),
        (date(2022, 9, 19), "Bank holiday for the State Funeral of Queen Elizabeth II"),
        (date(2023, 5, 8), "Bank holiday for the coronation of King Charles III"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 4, 6), "Easter Monday"),
        (date(2026, 5, 4), "Early May bank holiday"),
        (date(2026, 12, 28), "Boxing Day (substitute day)"),
        (date(2027, 12, 27), "Christmas Day (substitute day)"),
        (date(2027, 12, 28), "Boxing Day (substitute day)"),
        (date(2028, 1, 3), "New Year's Day (substitute day)"),
    ],
)
def test_one_off_and_substitute_days_have_their_names(on: date, name: str) -> None:
    assert NAMES[on] == name


@pytest.mark.parametrize("on", [date(2020, 5, 4), date(2022, 5, 30)])
def test_the_monday_from_which_a_bank_holiday_was_moved_is_none(on: date) -> None:
    assert on not in NAMES
