"""Cycles that were never opened though their last day has passed: reported, and not opened any more (P3)."""

from collections.abc import Sequence
from datetime import date

from db.queries import programme, sampling_frames
from rules.dates_in_words import month_in_words
from rules.decisions import Reason
from rules.programme import AuditCycle, audit_year, first_day_of
from usecases.work import LONDON, Work


def missed_cycles(work: Work) -> Sequence[AuditCycle]:
    """In order, since the first extract was loaded: before that there was nothing to open a cycle from."""
    since = _began_here_on(work)
    if since is None:
        return []
    past = [
        cycle
        for year in range(since.year, work.today.year + 1)
        for cycle in audit_year(work.policy, work.calendar, year)
        if cycle.opens_on >= since and cycle.closes_on < work.today
    ]
    opened = programme.months_not_planned(work.session, [cycle.month for cycle in past])
    return [cycle for cycle in past if cycle.month not in opened]


def began_elsewhere(work: Work, cycle: AuditCycle) -> bool:
    """Whether the cycle began before the first extract was loaded: its audits may be under way by the old ways (C5)."""
    since = _began_here_on(work)
    return since is None or cycle.opens_on < since


def why_missed(work: Work, year: int) -> list[Reason]:
    """One warning for each cycle of that year that was never opened."""
    return [
        work.policy.reason("P3", never_opened(cycle))
        for cycle in missed_cycles(work)
        if first_day_of(cycle.month).year == year
    ]


def never_opened(cycle: AuditCycle) -> str:
    """That nobody opened it in time, in a sentence."""
    return f"The cycle of {name_of(cycle)} was never opened, and its last day has passed."


def name_of(cycle: AuditCycle) -> str:
    """A cycle by its month: "October 2026"."""
    return month_in_words(first_day_of(cycle.month))


def _began_here_on(work: Work) -> date | None:
    """The day of the council's first extract of open cases here, if there is one."""
    first_at = sampling_frames.first_extract_at(work.session)
    return None if first_at is None else first_at.astimezone(LONDON).date()
