"""Working days: Monday to Friday, without the bank holidays of England and the council's own days off.

"Within n working days" of an event: the event's day is day 0, the n-th working day after it is the last day on which
it is in time. An event on a non-working day counts from the next working day as day 1 (FRAMEWORK, Words).

Dates only, no instants: the hour, and so summer time, plays no part. Every question is answered from two tables made
once: the rank of each date (how many working days there are up to and including it) and the working days in order.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NoReturn

from rules.bank_holidays import bank_holidays_of_england
from rules.dates_in_words import WEEKDAYS, day_in_words
from rules.due_dates import DueDate, arithmetic_of, lengthened
from rules.errors import InvalidFacts, OutsideCalendar, Problem
from rules.lengths import WorkingDays, last_day_of_month
from rules.named_days import NamedDay
from rules.policy.draw_shapes import Calendar

_SATURDAY = 5


class WorkingDayCalendar:
    """Which days are working days, from the first day of one year to the last day of another.

    Never changes once made: a proclaimed day makes a new calendar. A date outside its years raises `OutsideCalendar`.
    """

    __slots__ = ("_day_off_dates", "_days_off", "_rank", "_working_days", "first_year", "last_year")

    def __init__(self, first_year: int, last_year: int, days_off: Iterable[NamedDay]) -> None:
        """Days off on a weekend change nothing; of two names for one day the first stands."""
        self.first_year = first_year
        self.last_year = last_year
        self._days_off = _on_weekdays(days_off, first_year, last_year)
        self._day_off_dates = list(self._days_off)
        self._working_days: list[date] = []
        self._rank: dict[date, int] = {}
        for on in _every_day(first_year, last_year):
            if on.weekday() < _SATURDAY and on not in self._days_off:
                self._working_days.append(on)
            self._rank[on] = len(self._working_days)

    @classmethod
    def of_england(
        cls, proclaimed_days: Iterable[NamedDay] = (), closure_days: Iterable[NamedDay] = ()
    ) -> "WorkingDayCalendar":
        """The bank holidays that come with the library, days proclaimed since, and a council's closure days."""
        return _calendar_of_england((*proclaimed_days, *closure_days))

    @classmethod
    def of_policy(cls, calendar: Calendar) -> "WorkingDayCalendar":
        """England's bank holidays with the days off that an edition of the framework names."""
        return cls.of_england(calendar.proclaimed_days, calendar.closure_days)

    def reaching(self, year: int) -> "WorkingDayCalendar":
        """The same on to the end of that year, without further bank holidays: for what cannot wait for a new list."""
        if year <= self.last_year:
            return self
        return WorkingDayCalendar(self.first_year, year, self._days_off.values())

    def covers(self, on: date) -> bool:
        """Whether that day lies in the calendar's years."""
        return on in self._rank

    def is_working_day(self, on: date) -> bool:
        """Whether that day counts."""
        return self._working_days[self._rank_of(on) - 1] == on

    def why_not_working(self, on: date) -> str | None:
        """The name of the day off, or the day of the weekend; None for a working day."""
        if self.is_working_day(on):
            return None
        day_off = self._days_off.get(on)
        return day_off.name if day_off else WEEKDAYS[on.weekday()]

    def add(self, start_on: date, length: WorkingDays) -> date:
        """The last day in time for what is due that many working days after an event on `start_on`.

        No working days at all give `start_on` itself, working day or not.
        """
        try:
            rank = self._rank[start_on]
            count = length.count
            return self._working_days[rank + count - 1] if count else start_on
        except (KeyError, IndexError):
            self._refuse_to_count(start_on, f"{length} from {start_on}")

    def subtract(self, end_on: date, length: WorkingDays) -> date:
        """The day that many working days before `end_on`; none at all give `end_on` itself."""
        if not length.count:
            self._rank_of(end_on)
            return end_on
        position = self._before(end_on) - length.count
        if position < 0:
            self._refuse_to_count(end_on, f"{length} before {end_on}")
        return self._working_days[position]

    def between(self, start_on: date, end_on: date) -> int:
        """How many working days there are after `start_on`, up to and including `end_on`.

        Raises `InvalidFacts` when the end lies before the start.
        """
        try:
            count = self._rank[end_on] - self._rank[start_on]
        except KeyError:
            self._refuse_to_count(start_on if start_on not in self._rank else end_on)
        if end_on < start_on:
            raise InvalidFacts([_end_before_start(start_on, end_on)])
        return count

    def count_both_ends(self, first_on: date, last_on: date) -> int:
        """How many working days there are from `first_on` to `last_on`, each of them counted if it is one."""
        return self.between(first_on, last_on) + self.is_working_day(first_on)

    def nth_from(self, first_on: date, nth: int) -> date:
        """The nth working day on or after a date: 1 is that day itself if it is a working day."""
        position = self._before(first_on) + nth - 1
        if nth < 1 or position >= len(self._working_days):
            self._refuse_to_count(first_on, f"working day {nth} from {first_on}")
        return self._working_days[position]

    def nth_back_from(self, last_on: date, nth: int) -> date:
        """The nth working day on or before a date, counted backwards: 1 is that day itself if it is a working day."""
        position = self._rank_of(last_on) - nth
        if nth < 1 or position < 0:
            self._refuse_to_count(last_on, f"working day {nth} back from {last_on}")
        return self._working_days[position]

    def nth_of_month(self, in_month: date, nth: int) -> date:
        """The nth working day of the month that `in_month` lies in (the reports of O1 are due on the 7th)."""
        self._rank_of(in_month)
        return self.nth_from(in_month.replace(day=1), nth)

    def first_of_month(self, in_month: date) -> date:
        """The first working day of the month that `in_month` lies in (P3)."""
        return self.nth_of_month(in_month, 1)

    def last_of_month(self, in_month: date) -> date:
        """The last working day of the month that `in_month` lies in (P3)."""
        self._rank_of(in_month)
        return self.nth_back_from(last_day_of_month(in_month), 1)

    def explain(self, start_on: date, length: WorkingDays) -> DueDate:
        """The same date as `add`, with the days off that were skipped and the arithmetic in a sentence."""
        due_on = self.add(start_on, length)
        skipped = tuple(
            self._days_off[on]
            for on in self._day_off_dates[
                bisect_right(self._day_off_dates, start_on) : bisect_right(self._day_off_dates, due_on)
            ]
        )
        counts_from = self.nth_from(start_on, 1) if length.count else start_on
        sentence = arithmetic_of(start_on, length, due_on, skipped, counts_from)
        return DueDate(start_on, length, due_on, skipped, sentence)

    def recount(self, standing: DueDate) -> DueDate:
        """A running clock on this calendar, after a day off was proclaimed: later and saying so, or as it was."""
        return lengthened(standing, self.explain(standing.start_on, standing.length))

    def _rank_of(self, on: date) -> int:
        try:
            return self._rank[on]
        except KeyError:
            self._refuse_to_count(on)

    def _before(self, on: date) -> int:
        """How many working days of the calendar lie before a date."""
        return self._rank_of(on) - self.is_working_day(on)

    def _refuse_to_count(self, on: date, asked: str | None = None) -> NoReturn:
        if isinstance(on, datetime):
            raise TypeError(f"working days are counted between dates, and {on!r} is an instant")
        what = str(on) if asked is None or on not in self._rank else asked
        raise OutsideCalendar(
            f"{what} lies outside the years {self.first_year} to {self.last_year}, for which the bank holidays of "
            "England are known: ask for a date in those years, or renew the dated list of bank holidays."
        )


@lru_cache(maxsize=8)
def _calendar_of_england(named_days: tuple[NamedDay, ...]) -> WorkingDayCalendar:
    """Made once for the days off of an edition: thousands of days are counted, and none ever changes."""
    known = bank_holidays_of_england()
    return WorkingDayCalendar(known.first_year, known.last_year, (*known.days, *named_days))


def _every_day(first_year: int, last_year: int) -> Iterable[date]:
    first_on, last_on = date(first_year, 1, 1), date(last_year, 12, 31)
    return (first_on + timedelta(days) for days in range((last_on - first_on).days + 1))


def _on_weekdays(days_off: Iterable[NamedDay], first_year: int, last_year: int) -> dict[date, NamedDay]:
    by_date: dict[date, NamedDay] = {}
    for day in days_off:
        if not first_year <= day.on.year <= last_year:
            raise OutsideCalendar(
                f"{day.name!r} on {day.on} lies outside the years {first_year} to {last_year} of the calendar: "
                "name days off within those years."
            )
        if day.on.weekday() < _SATURDAY:
            by_date.setdefault(day.on, day)
    return dict(sorted(by_date.items()))


def _end_before_start(start_on: date, end_on: date) -> Problem:
    return Problem(
        "/end_on",
        f"end_on ({day_in_words(end_on)}) lies before start_on ({day_in_words(start_on)}): "
        "give the earlier date as start_on.",
        str(end_on),
    )
