"""Withdrawing a whole cycle on its first day (S9), cancelling one before it opens and planning it again (P2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words
from rules.decisions import Decision, Reason
from rules.matrix import NoticeEvent, roles_hearing
from rules.policy.shape import Policy
from rules.programme import cycle_name
from rules.working_days import WorkingDayCalendar

PLANNED, OPEN, CANCELLED = "planned", "open", "cancelled"
# Said of audits that were withdrawn with their whole cycle; not for anybody to give as the reason for a single one.
WITH_ITS_CYCLE = "cycle_withdrawn"
_NOT_BEGUN = ("allocated", "withdrawn")


@dataclass(frozen=True, slots=True)
class CycleStanding:
    """A cycle as it stands: the day on which it was opened, and how many of its audits are in which state."""

    month: str
    state: str
    opened_on: date | None
    audits_by_state: Mapping[str, int]

    @property
    def name(self) -> str:
        """ "October 2026"."""
        return cycle_name(self.month)


def cycle_withdrawal(policy: Policy, calendar: WorkingDayCalendar, cycle: CycleStanding, today: date) -> Decision:
    """Whether the whole cycle may be withdrawn today: on the day it opened, while no audit has begun."""
    name = cycle.name
    refused = _why_not_withdrawn(policy, calendar, cycle, today)
    if refused is not None:
        return Decision(cycle.state, (refused,), refused)
    because = policy.reason("S9", f"The cycle of {name} was withdrawn whole on {day_in_words(today)}.")
    ended = policy.reason("S9", f"Owed no more: {because.sentence}")
    return Decision(PLANNED, (because,), None, ended)


def cancellation(policy: Policy, month: str, state: str) -> Decision:
    """Whether a cycle may be cancelled: until it opens, with the director's reason."""
    name = cycle_name(month)
    if state in (PLANNED, CANCELLED):
        because = policy.reason("P2", f"The cycle of {name} is cancelled for the director's reason; it does not open.")
        return Decision(CANCELLED, (because,), None, None, roles_hearing(NoticeEvent.CYCLE_CANCELLED, policy))
    way_out = "its audits run on, or are withdrawn one by one"
    if state == OPEN:
        way_out = f"on the day on which it opened it can be withdrawn whole; after that {way_out}"
    refused = policy.reason(
        "P2", f"The cycle of {name} is {state}, and a cycle is cancelled before it opens: {way_out}."
    )
    return Decision(state, (refused,), refused)


def reinstatement(policy: Policy, month: str, state: str) -> Decision:
    """Whether a cancelled cycle may be planned again."""
    name = cycle_name(month)
    if state == CANCELLED:
        return Decision(PLANNED, (policy.reason("P2", f"The cycle of {name} is planned again."),))
    refused = policy.reason("P2", f"The cycle of {name} is {state}, not cancelled: there is nothing to reinstate.")
    return Decision(state, (refused,), refused)


def why_not_opened_when_cancelled(policy: Policy, month: str) -> Reason:
    """The refusal to open or to draw for a cancelled cycle."""
    name = cycle_name(month)
    return policy.reason("P2", f"The cycle of {name} is cancelled: reinstate it with a reason, then open it.")


def _why_not_withdrawn(
    policy: Policy, calendar: WorkingDayCalendar, cycle: CycleStanding, today: date
) -> Reason | None:
    name, opened_on = cycle.name, cycle.opened_on
    if cycle.state != OPEN or opened_on is None:
        return policy.reason("S9", f"The cycle of {name} is {cycle.state}, not open: there is nothing to withdraw.")
    within = policy.programme.cycle_withdrawn_within
    last_on = calendar.add(opened_on, within)
    if today > last_on:
        sentence = (
            f"The cycle of {name} opened on {day_in_words(opened_on)} and could be withdrawn whole until "
            f"{day_in_words(last_on)} ({within} later); today is {day_in_words(today)}: withdraw or replace single "
            "audits."
        )
        return policy.reason("S9", sentence)
    begun = sum(count for state, count in cycle.audits_by_state.items() if state not in _NOT_BEGUN)
    if begun:
        has_begun = "1 audit has begun" if begun == 1 else f"{begun} audits have begun"
        sentence = f"In the cycle of {name} {has_begun}, so it stays: withdraw or replace single audits."
        return policy.reason("S9", sentence)
    return None
