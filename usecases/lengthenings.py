"""Lengthens the clocks that run over a day off which was proclaimed since they started (FRAMEWORK, Words).

A policy with another day off is read when a process starts. Asked again and again, a clock is lengthened once: its new
day is the one that the calendar gives.
"""

from db.queries import lengthenings
from rules.lengthenings import days_that_lengthen, lengthened
from usecases.trail import Entry, record
from usecases.work import Work


def lengthen_clocks(work: Work) -> str:
    """Recounts open clocks over the days off that the policy names; the sentence says how many are due later now."""
    days = days_that_lengthen(work.policy.calendar)
    if not days:
        return "No days off beside the bank holidays that are known."
    total = 0
    for clock in lengthenings.clocks_running_over(work.session, days[0].on, days[-1].on):
        later = lengthened(clock, work.policy.calendar, work.calendar)
        if later is None:
            continue
        count = lengthenings.lengthen(work.session, clock, lengthenings.Later(later.due_on, later.sentence, work.today))
        if count:
            details = {"from": clock.due_on.isoformat(), "to": later.due_on.isoformat(), "deadlines": count}
            record(work, Entry(("calendar", "days_off"), "deadlines_lengthened", rule="P3", details=details))
        total += count
    return f"Lengthened {total} deadlines."
