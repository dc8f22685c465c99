"""A due date that explains itself: what was counted from when, and which days were left out."""

from dataclasses import dataclass, replace
from datetime import date

from rules.bank_holidays import bank_holidays_of_england
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
        return _counted(days)
    return listed(names)


def _counted(days: tuple[NamedDay, ...]) -> str:
    """Bank holidays apart from a council's closure days and days proclaimed since; only what there is of each."""
    known = {day.on for day in bank_holidays_of_england().days}
    bank_holidays = sum(day.on in known for day in days)
    others = len(days) - bank_holidays
    counted = []
    if bank_holidays:
        counted.append(f"{bank_holidays} bank holiday{'' if bank_holidays == 1 else 's'}")
    if others:
        counted.append(f"{others} {'other ' if bank_holidays else ''}day{'' if others == 1 else 's'} off")
    return listed(counted)
