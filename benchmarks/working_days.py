"""Adding working days, and counting those between two dates, beside a bare table lookup and the usual libraries.

The target is at most 5 times the table lookup: two list reads without any check, which is the limit in Python. Each
line also says how many of its answers differ from ours, since a quick wrong date is of no use.
"""

import random
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, cast

import holidays
import numpy as np
import pandas as pd

from benchmarks.side_by_side import Contestant, medians, table
from rules.bank_holidays import bank_holidays_of_england
from rules.lengths import WorkingDays
from rules.working_days import WorkingDayCalendar

try:
    from workalendar.europe import UnitedKingdom
except ImportError:  # it needs a package that comes without a wheel, and the locked requirements are wheels only
    UnitedKingdom = None

ROUNDS = 9
QUESTIONS = 2_000
# The slow ones answer the first so many; all times are for one answer.
FEWER = 200
# Our two lines are short: they are repeated to last long enough to be measured.
REPEATED = 20

Answer = Callable[[date, Any], object]
Question = tuple[date, Any]

ENGLAND = WorkingDayCalendar.of_england()
FIRST = date(2018, 1, 1)
BASE = FIRST.toordinal()
DAYS = [FIRST + timedelta(days) for days in range((date(2040, 12, 31) - FIRST).days + 1)]
WORKING = [on for on in DAYS if ENGLAND.is_working_day(on)]
RANKS = [ENGLAND.between(FIRST, on) for on in DAYS]

HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2041))
WORKALENDAR: Any = UnitedKingdom and UnitedKingdom()
OFF = [day.on for day in bank_holidays_of_england().days]
NUMPY = np.busdaycalendar(holidays=OFF)
LENGTHS = [WorkingDays(count) for count in range(31)]


def table_add(start_on: date, count: int) -> date:
    return WORKING[RANKS[start_on.toordinal() - BASE] + count - 1]


def our_add(start_on: date, count: int) -> date:
    return ENGLAND.add(start_on, WorkingDays(count))


def holidays_add(start_on: date, count: int) -> date:
    return HOLIDAYS.get_nth_working_day(start_on, count)


def numpy_add(start_on: date, count: int) -> date:
    return cast(date, np.busday_offset(start_on, count, roll="backward", busdaycal=NUMPY).item())


def pandas_add(start_on: date, count: int) -> date:
    due_on: date = (pd.Timestamp(start_on) + pd.offsets.CustomBusinessDay(count, calendar=NUMPY)).date()
    return due_on


def workalendar_add(start_on: date, count: int) -> date:
    due_on: date = WORKALENDAR.add_working_days(start_on, count)
    return due_on


def table_between(start_on: date, end_on: date) -> int:
    return RANKS[end_on.toordinal() - BASE] - RANKS[start_on.toordinal() - BASE]


def holidays_between(start_on: date, end_on: date) -> int:
    return HOLIDAYS.get_working_days_count(start_on, end_on) - HOLIDAYS.is_working_day(start_on)


def numpy_between(start_on: date, end_on: date) -> int:
    one_day = timedelta(days=1)
    return int(np.busday_count(start_on + one_day, end_on + one_day, busdaycal=NUMPY))


def workalendar_between(start_on: date, end_on: date) -> int:
    days: int = WORKALENDAR.get_working_days_delta(start_on, end_on)
    return days


def main() -> None:
    """Prints both tables."""
    seeded = random.Random(2026)
    # Where all peers know the holidays, and no answer leaves the table.
    starts = [date(2019, 1, 1) + timedelta(seeded.randrange(365 * 20)) for _ in range(QUESTIONS)]
    counts = [seeded.randint(1, 30) for _ in starts]
    ends = [ENGLAND.add(start_on, WorkingDays(count)) for start_on, count in zip(starts, counts, strict=True)]
    _measure_add(starts, counts)
    print()
    _measure_between(starts, ends)
    if WORKALENDAR is None:
        print("(workalendar is not installed; `.venv/bin/python -m pip install workalendar` puts it beside the others)")


def _measure_add(starts: Sequence[date], counts: Sequence[int]) -> None:
    asked = list(zip(starts, counts, strict=True))
    lengths = [(start_on, LENGTHS[count]) for start_on, count in asked]
    peers: dict[str, Answer] = {"numpy busday_offset": numpy_add, "pandas CustomBusinessDay": pandas_add}
    peers |= {"holidays": holidays_add} | ({"workalendar": workalendar_add} if WORKALENDAR else {})
    contestants = [
        _quick("table lookup", table_add, asked),
        _quick("ours, length from the policy", ENGLAND.add, lengths),
        _quick("ours, length made each time", our_add, asked),
        _slow("ours, with its explanation", ENGLAND.explain, lengths),
        *(_slow(name, add, asked) for name, add in peers.items()),
    ]
    notes = {name: _differing(add, our_add, asked) for name, add in peers.items()}
    print(table("Add 1 to 30 working days", medians(contestants, ROUNDS), "table lookup", notes))


def _measure_between(starts: Sequence[date], ends: Sequence[date]) -> None:
    asked = list(zip(starts, ends, strict=True))
    peers: dict[str, Answer] = {"numpy busday_count": numpy_between, "holidays": holidays_between}
    peers |= {"workalendar": workalendar_between} if WORKALENDAR else {}
    contestants = [
        _quick("table lookup", table_between, asked),
        _quick("ours", ENGLAND.between, asked),
        *(_slow(name, between, asked) for name, between in peers.items()),
    ]
    notes = {name: _differing(between, ENGLAND.between, asked) for name, between in peers.items()}
    print(table("Working days between two dates", medians(contestants, ROUNDS), "table lookup", notes))


def _quick(name: str, answer: Answer, asked: Sequence[Question]) -> Contestant:
    return _contestant(name, answer, [*asked] * REPEATED)


def _slow(name: str, answer: Answer, asked: Sequence[Question]) -> Contestant:
    return _contestant(name, answer, asked[:FEWER])


def _contestant(name: str, answer: Answer, asked: Sequence[Question]) -> Contestant:
    def answer_all() -> None:
        for start_on, second in asked:
            answer(start_on, second)

    return Contestant(name, answer_all, len(asked))


def _differing(answer: Answer, ours: Answer, asked: Sequence[Question]) -> str:
    differ = sum(answer(*question) != ours(*question) for question in asked)
    return f"{differ} of {len(asked)} answers differ" if differ else f"same {len(asked)} answers"
