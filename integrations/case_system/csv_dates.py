"""Dates as one extract writes them: in one form for the whole file, never guessed row by row."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from integrations.case_system.csv_cells import BadCell, clean
from integrations.case_system.extract_mappings import DateMeanings
from usecases.extract_ports import BrokenExtract, DateForm

_CLOCK = r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.:]\d+)?)?(?: ?[AaPp][Mm])?"
_TIME = rf"(?:[T ]+{_CLOCK})?"
_MONTH_NAMES = (
    *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august"),
    *("sep sept september", "oct october", "nov november", "dec december"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_UK = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_TIME}")
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_TIME}(Z|[+-]\d\d:?\d\d)?")
_NAMED = re.compile(rf"(\d{{1,2}})[- /]([A-Za-z]{{3,9}})[- /](\d{{4}}){_TIME}")
_NAME_FIRST = re.compile(rf"([A-Za-z]{{3,9}}) +(\d{{1,2}}),? +(\d{{4}}){_TIME}")
_SERIAL = re.compile(r"(\d{1,6})(?:\.\d+)?")
_SERIAL_UNSTATED = re.compile(r"\d{4,6}(?:\.\d+)?")
_LONDON = ZoneInfo("Europe/London")
# Nothing real is dated before; the first day itself is what SQL Server makes of an empty text.
_EARLIEST_YEAR = 1900
_EMPTY_TEXT = "1900-01-01"
# Spreadsheets count 29 February 1900, a day that never was, so their day 0 moves by one from March 1900 on.
_FALSE_LEAP_DAY = 60
_DAY_0_BEFORE, _DAY_0 = date(1899, 12, 31), date(1899, 12, 30)
_REMEMBERED = 50_000

Kept = tuple[str | None, str | None]  # the date as ISO text or None, and the code of the fault or None
Day = tuple[int, int, int]


class DateCells:
    """Reads the date cells of one file, and says at its end which form they had.

    Without a stated form each cell is read by its shape, which no other form shares, and `settle` refuses the whole
    file unless all of it had one shape, and the day-first one was proven by a day after the 12th.
    """

    def __init__(self, stated: DateForm | None, meanings: DateMeanings) -> None:
        self._stated = stated
        self._no_date = frozenset(meanings.no_date)
        self._no_end_from_year = meanings.no_end_from_year
        self._kept: dict[str, Kept] = {}
        self._first_cell: dict[DateForm, str] = {}
        self._is_day_first_for_certain = False
        self._month_first: str | None = None
        self._serial: str | None = None

    def begin(self, cell: str, column: str) -> str:
        """A date that must be there, as ISO text."""
        on = self._date(cell, column)
        if on is None:
            text = clean(cell)
            raise BadCell(column, cell, "no_date" if text and text not in self._no_date else "missing")
        return on

    def end(self, cell: str, column: str) -> str | None:
        """A date that may be missing: None for blank and for the far future that stands for "no end"."""
        return self._date(cell, column) if cell else None

    def settle(self) -> DateForm | None:
        """The form of the whole file; None when it holds no date. Raises BrokenExtract when that is uncertain."""
        if self._stated is not None or not self._first_cell:
            if self._serial is not None and not self._first_cell:
                raise _unstated_numbers(self._serial)
            return self._stated if self._kept else None
        if len(self._first_cell) > 1:
            one, other, *_ = self._first_cell.values()
            raise BrokenExtract(
                f"The file writes dates in two forms ({one} and {other}). Nothing was loaded: state date_form as "
                f"{' or '.join(self._first_cell)}; the rows in the other form are then reported one by one.",
                rule="C1",
            )
        form = next(iter(self._first_cell))
        if form is DateForm.UK and not self._is_day_first_for_certain:
            cell = self._month_first or self._first_cell[form]
            raise BrokenExtract(
                f"Nothing in the file shows whether {cell} has the day or the month first. Nothing was loaded: state "
                "date_form=uk if the day comes first.",
                rule="C1",
            )
        return form

    def _date(self, cell: str, column: str) -> str | None:
        kept = self._kept.get(cell)
        if kept is None:
            if len(self._kept) >= _REMEMBERED:
                self._kept.clear()
            kept = self._kept[cell] = self._read(clean(cell))
        on, code = kept
        if code is not None:
            raise BadCell(column, cell, code)
        return on

    def _read(self, text: str) -> Kept:
        if not text or text in self._no_date:
            return None, None
        if self._stated is DateForm.EXCEL:
            return self._serial_day(text)
        for form, pattern, parts in _FORMS:
            match = pattern.fullmatch(text)
            day = parts(match) if match else None
            if day is not None:
                if self._stated not in (None, form):
                    return None, "other_date_form"
                self._note(form, text, day)
                return self._meant(*day)
        if self._stated is None and _SERIAL_UNSTATED.fullmatch(text):
            self._serial = text
        return None, "no_date"

    def _serial_day(self, text: str) -> Kept:
        match = _SERIAL.fullmatch(text)
        if match is None:
            is_date = any(pattern.fullmatch(text) for _, pattern, _ in _FORMS)
            return None, "other_date_form" if is_date else "no_date"
        return self._meant_number(int(match[1]))

    def _meant_number(self, number: int) -> Kept:
        try:
            on = (_DAY_0_BEFORE if number < _FALSE_LEAP_DAY else _DAY_0) + timedelta(number)
        except OverflowError:
            return None, "impossible_date"
        is_false = number in (0, _FALSE_LEAP_DAY)
        return (None, "impossible_date") if is_false else self._meant(on.year, on.month, on.day)

    def _note(self, form: DateForm, text: str, day: Day) -> None:
        self._first_cell.setdefault(form, text)
        _, month, day_of_month = day
        if form is DateForm.UK and day_of_month > 12 and month <= 12:
            self._is_day_first_for_certain = True
        if form is DateForm.UK and month > 12:
            self._month_first = self._month_first or text

    def _meant(self, year: int, month: int, day: int) -> Kept:
        if year >= self._no_end_from_year:
            return None, None
        try:
            on = date(year, month, day).isoformat()
        except ValueError:
            return None, "impossible_date"
        if on in self._no_date:
            return None, None
        if on == _EMPTY_TEXT:
            return None, "empty_date"
        return (on, None) if year >= _EARLIEST_YEAR else (None, "impossible_date")


def day_stated(cell: str, form: DateForm | None) -> str | None:
    """The day in a column that only says when the extract was made: ISO text, or None where it can't be told."""
    text = clean(cell)
    if form is DateForm.EXCEL and (serial := _SERIAL.fullmatch(text)):
        return (_DAY_0 + timedelta(int(serial[1]))).isoformat()
    for known, pattern, parts in _FORMS:
        match = pattern.fullmatch(text)
        day = parts(match) if match else None
        if day is not None and (known is not DateForm.UK or form is DateForm.UK or day[2] > 12):
            try:
                return date(*day).isoformat()
            except ValueError:
                return None
    return None


def _unstated_numbers(cell: str) -> BrokenExtract:
    return BrokenExtract(
        f"The file writes dates as numbers, such as {cell}, which may be the days of a spreadsheet. Nothing was "
        "loaded: state date_form=excel if they are.",
        rule="C1",
    )


def _day_first(match: re.Match[str]) -> Day:
    return int(match[3]), int(match[2]), int(match[1])


def _year_first(match: re.Match[str]) -> Day | None:
    """The day as written; one with a zone is the day in London at that moment."""
    if match[4] is None:
        return int(match[1]), int(match[2]), int(match[3])
    try:
        on = datetime.fromisoformat(match[0].strip()).astimezone(_LONDON)
    except (ValueError, OverflowError):
        return None
    return on.year, on.month, on.day


def _month_named(match: re.Match[str]) -> Day | None:
    month = _MONTHS.get(match[2].lower())
    return None if month is None else (int(match[3]), month, int(match[1]))


def _month_named_first(match: re.Match[str]) -> Day | None:
    month = _MONTHS.get(match[1].lower())
    return None if month is None else (int(match[3]), month, int(match[2]))


_FORMS: tuple[tuple[DateForm, re.Pattern[str], Callable[[re.Match[str]], Day | None]], ...] = (
    (DateForm.UK, _UK, _day_first),
    (DateForm.ISO, _ISO, _year_first),
    (DateForm.NAMED_MONTH, _NAMED, _month_named),
    (DateForm.NAMED_MONTH, _NAME_FIRST, _month_named_first),
)
