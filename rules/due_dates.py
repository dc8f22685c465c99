"""A due date that explains itself: what was counted from when, and which days were left out."""

from dataclasses import dataclass, replace
from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.lengths import WorkingDays
from rules.named_days import NamedDay

# More names than this make a sentence that nobody reads; `skipped` has them all.
_MOST_NAMES = 4


@dataclass(frozen=True, slots=True)
class DueDate:
    """The last day on which something is in time, with its arithmetic.

    `skipped` lists the bank holidays, proclaimed days and closure days that fell on a Monday to Friday after
    `start_on` up to `due_on`; weekends go without saying.
    """

    start_on: date
    length: WorkingDays
    due_on: date
    skipped: tuple[NamedDay, ...]
    sentence: str


def arithmetic_of(
    start_on: date, length: WorkingDays, due_on: date, skipped: tuple[NamedDay, ...], counts_from: date
) -> str:
    """ "5 working days from Thursday 2 April 2026, skipping Good Friday and Easter Monday: Monday 13 April 2026".

    `counts_from` is day 0 or, when the start is no working day, the day that counts as day 1.
    """
    late_start = f" (not a working day, so {day_in_words(counts_from)} is day 1)" if counts_from != start_on else ""
    return f"{length} from {day_in_words(start_on)}{late_start}{_skipping(skipped)}: {day_in_words(due_on)}"


def lengthened(standing: DueDate, recounted: DueDate) -> DueDate:
    """The later of the two; if that is the recounted one, it says from when and by what it was lengthened.

    A day off proclaimed while a clock runs lengthens it and never shortens it (FRAMEWORK, Words).
    """
    if recounted.due_on <= standing.due_on:
        return standing
    known = {day.on for day in standing.skipped}
    new = tuple(day for day in recounted.skipped if day.on not in known)
    was = f"lengthened from {day_in_words(standing.due_on)} by {_named(new)}"
    return replace(recounted, sentence=f"{recounted.sentence} ({was})")


def _skipping(skipped: tuple[NamedDay, ...]) -> str:
    return f", skipping {_named(skipped)}" if skipped else ""


def _named(days: tuple[NamedDay, ...]) -> str:
    names = [day.name for day in days]
    if len(names) > _MOST_NAMES or len(set(names)) < len(names):
        return f"{len(names)} bank holidays and closure days"
    return listed(names)
