"""Lengths of time in the framework's own words: working days and calendar months, never bare integers.

How long a working day lasts depends on a calendar, so `WorkingDays` only counts (rules/working_days.py adds them).
Calendar months need no calendar: their arithmetic is here, and it clamps to the end of a shorter month
(FRAMEWORK "Words": 31 January + 1 month = 28 February).
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from rules.errors import Refusal

_MONTHS_IN_A_YEAR = 12
_WRITTEN_LENGTH = re.compile(r"(?P<count>[0-9]{1,5}) (?P<unit>working days?|months?)")


class UnreadableLength(Refusal, ValueError):
    """A length of time that is neither working days nor calendar months."""

    code = "unreadable_length"

    def __init__(self, written: object, why: str) -> None:
        self.written = written
        super().__init__(
            f"{written!r} is not a length of time: {why}. "
            'Write a number and a unit, such as "5 working days", "1 month" or "12 months".'
        )


@dataclass(frozen=True, order=True, slots=True)
class WorkingDays:
    """A number of working days, 0 or more. `str()` gives the document's words: "5 working days"."""

    count: int

    def __post_init__(self) -> None:
        if type(self.count) is not int or self.count < 0:
            raise _no_count(self.count, "working days")

    def __str__(self) -> str:
        return f"{self.count} working day{_plural(self.count)}"


@dataclass(frozen=True, order=True, slots=True)
class CalendarMonths:
    """A number of calendar months, 0 or more. `str()` gives the document's words: "1 month", "12 months"."""

    count: int

    def __post_init__(self) -> None:
        if type(self.count) is not int or self.count < 0:
            raise _no_count(self.count, "months")

    def __str__(self) -> str:
        return f"{self.count} month{_plural(self.count)}"

    def after(self, start_on: date) -> date:
        """The same day so many months later, or the last day of a month that is too short to have it."""
        return _moved(start_on, self.count)

    def before(self, end_on: date) -> date:
        """The same day so many months earlier, or the last day of a month that is too short to have it."""
        return _moved(end_on, -self.count)


Length = WorkingDays | CalendarMonths


def parse_length(written: str) -> Length:
    """Read a length as the framework writes it: "5 working days", "1 month".

    Raises `UnreadableLength`, which says what is wrong and how a length is written.
    """
    if not isinstance(written, str):
        raise UnreadableLength(written, "it is not a text")
    match = _WRITTEN_LENGTH.fullmatch(" ".join(written.lower().split()))
    if match is None:
        raise UnreadableLength(written, _why_unreadable(written))
    count = int(match["count"])
    return WorkingDays(count) if match["unit"].startswith("working") else CalendarMonths(count)


def month_number(on: date) -> int:
    """The month that a date lies in as a number that grows by one each month; its day does not matter."""
    return on.year * _MONTHS_IN_A_YEAR + on.month


def months_between(earlier_on: date, later_on: date) -> int:
    """How many months the later date's month comes after the earlier's; the day of the month does not matter.

    History is compared like this (FRAMEWORK "Words"): 31 January and 1 February are one month apart.
    Negative when `later_on` lies in a month before `earlier_on`.
    """
    return month_number(later_on) - month_number(earlier_on)


def first_of_numbered_month(number: int) -> date:
    """The first day of the month with that `month_number`. Raises ValueError for a year that no date can have."""
    year, months = divmod(number - 1, _MONTHS_IN_A_YEAR)
    return date(year, months + 1, 1)


def last_day_of_month(on: date) -> date:
    """The last calendar day, working or not, of the month that `on` lies in."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def _moved(on: date, months: int) -> date:
    first_on = first_of_numbered_month(month_number(on) + months)
    return first_on.replace(day=min(on.day, last_day_of_month(first_on).day))


def _no_count(count: object, units: str) -> UnreadableLength:
    what = "0 or more" if isinstance(count, int) and not isinstance(count, bool) else "a whole number"
    return UnreadableLength(count, f"a number of {units} is {what}")


def _plural(count: int) -> str:
    return "" if count == 1 else "s"


def _why_unreadable(written: str) -> str:
    words = written.lower().split()
    if "working" not in words and words[-1:] in (["day"], ["days"]):
        return "days are counted as working days here, so say so"
    if words[-1:] in (["week"], ["weeks"]):
        return "the framework counts working days and months, not weeks"
    if words[-1:] in (["year"], ["years"]):
        return "a year is written as 12 months"
    if words[:1] and words[0].startswith("-"):
        return "a length is never negative"
    return "it has no number with one of the units working days or months"
