"""Who is away for most of a cycle, and so is neither drawn nor given an audit (S9, A3)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.lengths import WorkingDays
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.working_days import WorkingDayCalendar

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True, slots=True)
class Absence:
    """Somebody is away from one day to another, both included."""

    first_on: date
    last_on: date


def is_away(policy: Policy, calendar: WorkingDayCalendar, cycle: AuditCycle, absences: Iterable[Absence]) -> bool:
    """Whether somebody is absent on more working days of the cycle than the policy allows (S9)."""
    return working_days_away(calendar, cycle, absences) > policy.selection.away_for_more_than


def working_days_away(calendar: WorkingDayCalendar, cycle: AuditCycle, absences: Iterable[Absence]) -> WorkingDays:
    """On how many working days of the cycle somebody is absent; a day in two absences counts once."""
    days, counted_to = 0, cycle.opens_on - _ONE_DAY
    for absence in sorted(absences):
        first_on = max(absence.first_on, counted_to + _ONE_DAY)
        last_on = min(absence.last_on, cycle.closes_on)
        if first_on <= last_on:
            days += calendar.count_both_ends(first_on, last_on)
            counted_to = last_on
    return WorkingDays(days)


def is_away_for_the_rest(
    calendar: WorkingDayCalendar, cycle: AuditCycle, on: date, absences: Iterable[Absence]
) -> bool:
    """Whether somebody is absent on every working day that is left of the cycle on that day, this day included."""
    rest = replace(cycle, opens_on=max(on, cycle.opens_on))
    if rest.opens_on > rest.closes_on:
        return False
    left = WorkingDays(calendar.count_both_ends(rest.opens_on, rest.closes_on))
    return left > WorkingDays(0) and working_days_away(calendar, rest, absences) >= left


def leaves_before_close(cycle: AuditCycle, last_day_on: date | None) -> bool:
    """Whether somebody's last day falls before the end of the cycle, or lies behind it already (S9)."""
    return last_day_on is not None and last_day_on <= cycle.closes_on
