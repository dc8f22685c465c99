"""Cycles that were never opened though their last day has passed: reported, and not opened any more (P3)."""

from collections.abc import Sequence
from datetime import date

from db.queries import programme
from db.queries.newest_extract import first_extract_at
from rules.decisions import Reason
from rules.programme import AuditCycle, audit_year, cycle_with_id
from usecases.work import LONDON, Work


def missed_cycles(work: Work) -> Sequence[AuditCycle]:
    """Those of the programme since the first extract was loaded: before that there was nothing to open one from.

    Then extra ones, which were arranged here. Each kind in order.
    """
    extra = programme.extra_cycles_missed(work.session, work.today)
    return [*_missed_of_programme(work), *(cycle_with_id(work.policy, work.calendar, cycle) for cycle in extra)]


def _missed_of_programme(work: Work) -> Sequence[AuditCycle]:
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
        work.policy.reason("P3", never_opened(cycle)) for cycle in missed_cycles(work) if cycle.first_on.year == year
    ]


def never_opened(cycle: AuditCycle) -> str:
    """That nobody opened it in time, in a sentence."""
    return f"The cycle of {cycle.name} was never opened, and its last day has passed."


def _began_here_on(work: Work) -> date | None:
    """The day of the council's first extract of open cases here, if there is one."""
    first_at = first_extract_at(work.session)
    return None if first_at is None else first_at.astimezone(LONDON).date()
