"""Every way in which extracts write dates; one a file, stated or beyond doubt."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.case_system.csv_cells import BadCell
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.extract_mappings import DateMeanings, default_mapping
from usecases.extract_ports import BrokenExtract, DateForm

pytestmark = pytest.mark.proves("C1")

MEANINGS = default_mapping().dates
THIRD_OF_FEBRUARY = [
    (DateForm.UK, "03/02/2026"),
    (DateForm.UK, "3/2/2026"),
    (DateForm.UK, "03/02/2026 00:00:00"),
    (DateForm.UK, "03/02/2026 12:00 AM"),
    (DateForm.ISO, "2026-02-03"),
    (DateForm.ISO, "2026-02-03 00:00:00.000"),
    (DateForm.ISO, "2026-02-03T06:30:00.1234567"),
    (DateForm.ISO, "2026-02-03T00:00:00Z"),
    (DateForm.ISO, "2026-02-03T00:00:00+00:00"),
    (DateForm.NAMED_MONTH, "03-Feb-2026"),
    (DateForm.NAMED_MONTH, "3 February 2026"),
    (DateForm.NAMED_MONTH, "03/FEB/2026 00:00:00"),
    (DateForm.NAMED_MONTH, "Feb  3 2026 12:00AM"),
    (DateForm.NAMED_MONTH, "Feb  3 2026 12:00:00:000AM"),
    (DateForm.EXCEL, "46056"),
    (DateForm.EXCEL, "46056.0"),
    (DateForm.EXCEL, "46056.999988426"),
]


@pytest.mark.parametrize(("form", "cell"), THIRD_OF_FEBRUARY, ids=[cell for _, cell in THIRD_OF_FEBRUARY])
def test_date_is_read_in_the_form_that_is_stated_and_in_no_other(form: DateForm, cell: str) -> None:
    assert DateCells(form, MEANINGS).begin(cell, "start_date") == "2026-02-03"
    for other in set(DateForm) - {form}:
        with pytest.raises(BadCell) as refused:
            DateCells(other, MEANINGS).begin(cell, "start_date")
        assert refused.value.code in ("other_date_form", "no_date")


def test_moment_with_a_zone_is_the_day_in_london() -> None:
    """Half past eleven at night in Greenwich is the next day in a London summer."""
    cells = DateCells(DateForm.ISO, MEANINGS)
    assert cells.begin("2026-06-02T23:30:00Z", "start_date") == "2026-06-03"
    assert cells.begin("2026-12-02T23:30:00Z", "start_date") == "2026-12-02"


@given(days=st.lists(st.dates(date(1900, 3, 1), date(2199, 12, 31)), min_size=1))
def test_every_day_since_march_1900_is_its_spreadsheet_number(days: list[date]) -> None:
    cells = DateCells(DateForm.EXCEL, MEANINGS)
    numbers = [str((day - date(1899, 12, 30)).days) for day in days]
    assert [cells.begin(number, "start_date") for number in numbers] == [day.isoformat() for day in days]


def test_spreadsheets_believe_in_29_february_1900() -> None:
    cells = DateCells(DateForm.EXCEL, MEANINGS)
    assert cells.begin("59", "start_date") == "1900-02-28"
    assert cells.begin("61", "start_date") == "1900-03-01"
    for number in ("0", "60", "999999"):
        with pytest.raises(BadCell):
            cells.begin(number, "start_date")


@pytest.mark.parametrize("form", [None, *DateForm])
@pytest.mark.parametrize(
    "cell", ["04/25/2026", "2026-13-01", "32-Jan-2026", "3-Foo-2026", "03-02-2026", "03/02/26", "5"]
)
def test_what_is_no_day_is_never_turned_round(form: DateForm | None, cell: str) -> None:
    if (form, cell) == (DateForm.EXCEL, "5"):
        assert DateCells(form, MEANINGS).begin(cell, "start_date") == "1900-01-05"
    else:
        with pytest.raises(BadCell):
            DateCells(form, MEANINGS).begin(cell, "start_date")


def test_named_months_leave_no_doubt() -> None:
    cells = DateCells(None, MEANINGS)
    cells.begin("03-Feb-2026", "start_date")
    assert cells.settle() is DateForm.NAMED_MONTH


def test_numbers_are_never_taken_for_days_unless_that_is_stated() -> None:
    cells = DateCells(None, MEANINGS)
    with pytest.raises(BadCell):
        cells.begin("46056", "start_date")
    with pytest.raises(BrokenExtract, match=re.escape("such as 46056, which may be the days of a spreadsheet")):
        cells.settle()


@pytest.mark.parametrize("cell", ["", " ", "31/12/9999", "01/01/2300", "01/01/2200 00:00"])
def test_no_end_is_written_in_many_ways(cell: str) -> None:
    assert DateCells(DateForm.UK, MEANINGS).end(cell, "end_date") is None


def test_first_day_of_1900_is_a_fault_until_the_mapping_says_what_it_means() -> None:
    """A database makes it of an empty text; believed as it stands, it would be an end long past."""
    with pytest.raises(BadCell) as refused:
        DateCells(DateForm.UK, MEANINGS).end("01/01/1900", "end_date")
    assert refused.value.code == "empty_date"
    meant = DateMeanings(no_date=("1900-01-01", "n/a"), no_end_from_year=2200)
    cells = DateCells(DateForm.UK, meant)
    assert (cells.end("01/01/1900 00:00:00", "end_date"), cells.end("n/a", "end_date")) == (None, None)
    with pytest.raises(BadCell) as missing:
        cells.begin("n/a", "start_date")
    assert missing.value.code == "missing"


def test_mapping_says_from_which_year_on_a_date_stands_for_no_end() -> None:
    cells = DateCells(DateForm.ISO, DateMeanings(no_date=(), no_end_from_year=2099))
    assert cells.end("2099-12-31", "end_date") is None
    assert cells.end("2098-12-31", "end_date") == "2098-12-31"


def test_two_forms_in_one_file_are_never_sorted_out_row_by_row() -> None:
    cells = DateCells(None, MEANINGS)
    cells.begin("13/04/2026", "start_date")
    cells.begin((date(2026, 4, 13) + timedelta(1)).isoformat(), "start_date")
    with pytest.raises(BrokenExtract, match="two forms"):
        cells.settle()
