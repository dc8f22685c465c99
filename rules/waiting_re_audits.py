"""A re-audit that waits: allocated and not begun, while a dispute about the report before it is open (S7, D7)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rules.audit_facts import Asking
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.lengths import WorkingDays
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class GoingOn:
    """Until when something is due once it goes on, and the sentence that says so."""

    due_on: date
    sentence: str


def no_dispute_is_waited_for(asking: Asking) -> Iterator[Reason]:
    """no dispute is open about the report that a re-audit follows, unless the re-audit has begun"""
    dispute = asking.facts.waits_for
    if dispute is not None:
        sentence = f"it waits while the dispute {dispute} about the report before it is open, and nobody begins it."
        yield asking.reason("S7", sentence)


def why_it_waits(dispute: str, audit: str, policy: Policy) -> Reason:
    """Why its clocks are owed no more for now; `dispute` and `audit` by their references."""
    return policy.reason("S7", f"It waits while the dispute {dispute} about the report of {audit} is open.")


def goes_on(due_on: date, waits_since: date, on: date, calendar: WorkingDayCalendar) -> GoingOn:
    """A clock has as many working days left as when it began to wait. Raises OutsideCalendar."""
    waited = WorkingDays(calendar.between(waits_since, on))
    later_on = calendar.add(due_on, waited) if waited.count else due_on
    return GoingOn(later_on, f"It waited {waited} for a dispute, so it is due by {day_in_words(later_on)}.")


def closes_on(cycle_closes_on: date, report_due_on: date, policy: Policy, calendar: WorkingDayCalendar) -> date:
    """By when it counts as issued in time: its cycle's close, or as long after its report is due if that is later.

    Of one that never waited it is its cycle's close, for its report is due before that. Raises OutsideCalendar.
    """
    return max(cycle_closes_on, calendar.add(report_due_on, policy.programme.report_due_before_close))
