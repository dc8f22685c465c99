"""Dates as one extract writes them: in one form for the whole file, never guessed row by row."""

import re
from collections.abc import Callable
from datetime import date

from integrations.case_system.csv_cells import BadCell, clean
from usecases.extract_ports import BrokenExtract, DateForm

_TIME = r"(?:[T ]+(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?)?"
_UK = re.compile(rf"(\d{{1,2}})/(\d{{1,2}})/(\d{{4}}){_TIME}")
_ISO = re.compile(rf"(\d{{4}})-(\d{{2}})-(\d{{2}}){_TIME}")
# Case systems write "no end" as 31/12/9999 or 01/01/2300; nothing real is dated outside these years.
_EARLIEST_YEAR, _OPEN_ENDED_FROM = 1900, 2200
_REMEMBERED = 50_000

Kept = tuple[str | None, str | None]  # the date as ISO text or None, and the code of the fault or None


class DateCells:
    """Reads the date cells of one file, and says at its end which form they had.

    Without a stated form each cell is read by its shape, which no other form shares, and `settle` refuses the whole
    file unless all of it had one shape, and the day-first one was proven by a day after the 12th.
    """

    def __init__(self, stated: DateForm | None) -> None:
        self._stated = stated
        self._kept: dict[str, Kept] = {}
        self._first_cell: dict[DateForm, str] = {}
        self._is_day_first_for_certain = False
        self._month_first: str | None = None

    def begin(self, cell: str, column: str) -> str:
        """A date that must be there, as ISO text."""
        on = self._date(cell, column)
        if on is None:
            raise BadCell(column, cell, "no_date" if clean(cell) else "missing")
        return on

    def end(self, cell: str, column: str) -> str | None:
        """A date that may be missing: None for blank and for the far future that stands for "no end"."""
        return self._date(cell, column) if cell else None

    def settle(self) -> DateForm | None:
        """The form of the whole file; None when it holds no date. Raises BrokenExtract when that is uncertain."""
        if self._stated is not None or not self._first_cell:
            return self._stated if self._kept else None
        if len(self._first_cell) > 1:
            uk, iso = self._first_cell[DateForm.UK], self._first_cell[DateForm.ISO]
            raise BrokenExtract(
                f"The file writes dates in two forms ({uk} and {iso}). Nothing was loaded: state date_form as uk or "
                "iso; the rows in the other form are then reported one by one.",
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
        if not text:
            return None, None
        for form, pattern, parts in _FORMS:
            match = pattern.fullmatch(text)
            if match:
                if self._stated not in (None, form):
                    return None, "other_date_form"
                day = parts(match)
                self._note(form, text, day)
                return _kept(*day)
        return None, "no_date"

    def _note(self, form: DateForm, text: str, day: tuple[int, int, int]) -> None:
        self._first_cell.setdefault(form, text)
        _, month, day_of_month = day
        if form is DateForm.UK and day_of_month > 12 and month <= 12:
            self._is_day_first_for_certain = True
        if form is DateForm.UK and month > 12:
            self._month_first = self._month_first or text


def _kept(year: int, month: int, day: int) -> Kept:
    if year >= _OPEN_ENDED_FROM:
        return None, None
    try:
        on = date(year, month, day)
    except ValueError:
        return None, "impossible_date"
    return (on.isoformat(), None) if year >= _EARLIEST_YEAR else (None, "impossible_date")


def _day_first(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match[3]), int(match[2]), int(match[1])


def _year_first(match: re.Match[str]) -> tuple[int, int, int]:
    return int(match[1]), int(match[2]), int(match[3])


_FORMS: tuple[tuple[DateForm, re.Pattern[str], Callable[[re.Match[str]], tuple[int, int, int]]], ...] = (
    (DateForm.UK, _UK, _day_first),
    (DateForm.ISO, _ISO, _year_first),
)
