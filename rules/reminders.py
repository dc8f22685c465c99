"""When somebody is reminded of what they owe, when it is overdue, and who hears of it then (L13, L6, L11).

A duty is overdue when the day has passed on which it is due. What was to be said on a day without a sweep is said by
the next one, once: of several reminders the last, and none when it is overdue by then.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from rules.errors import OutsideCalendar
from rules.ladders_of_audits import rungs_between, waiting_for_amendment
from rules.lengths import WorkingDays
from rules.policy.notice_shapes import Escalation
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

REMINDER, OVERDUE, ESCALATION, RUNG = "reminder", "overdue", "escalation", "rung"


@dataclass(frozen=True, slots=True)
class Crossing:
    """One thing that is said of a duty, once: its kind, which event of `notices.send_windows` it is, and its day.

    `rule` is why it is said; it is said to whoever owes the duty, an `escalation` to the recipients of its event.
    """

    kind: str
    event: str
    on: date
    rule: str
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands on a day: what is to be said now, whether it is overdue, and when to look again, if ever."""

    to_say: tuple[Crossing, ...]
    is_overdue: bool
    next_look_on: date | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A running clock: the rule that it is owed by, the role that owes it, and its days."""

    rule: str
    by_role: str
    started_on: date
    due_on: date


def crossings_of(duty: Duty, policy: Policy, calendar: WorkingDayCalendar) -> tuple[Crossing, ...]:
    """All that is said of a duty while nothing is done about it, in the order of its days.

    A reminder that would come on the day on which the clock starts, or before, is left out: whoever owes the duty is
    told of it that day.
    """
    reminders = _reminders(duty, policy, calendar)
    overdue = Crossing(OVERDUE, OVERDUE, duty.due_on + timedelta(days=1), "L13")
    escalations = _escalations(duty, policy, calendar)
    rungs = _rungs(duty, policy, calendar)
    return tuple(sorted((*reminders, *rungs, overdue, *escalations), key=lambda crossing: crossing.on))


def standing_on(today: date, due_on: date, crossings: Collection[Crossing], said: Collection[str]) -> Standing:
    """How a duty stands today; `said` are the kinds of what was said of it before."""
    is_overdue = today > due_on
    reached = [crossing for crossing in crossings if crossing.on <= today]
    reminders = [crossing for crossing in reached if crossing.event == REMINDER]
    others = [crossing for crossing in reached if crossing.event != REMINDER]
    newest = [] if is_overdue else reminders[-1:]
    to_say = tuple(crossing for crossing in (*newest, *others) if crossing.kind not in said)
    return Standing(to_say, is_overdue, min((it.on for it in crossings if it.on > today), default=None))


def _reminders(duty: Duty, policy: Policy, calendar: WorkingDayCalendar) -> Iterator[Crossing]:
    for before in policy.reminders.before_due:
        try:
            on = calendar.subtract(duty.due_on, before)
        except OutsideCalendar:
            continue
        if on > duty.started_on:
            yield Crossing(f"{REMINDER}_{before.count}", REMINDER, on, "L13")


def _escalations(duty: Duty, policy: Policy, calendar: WorkingDayCalendar) -> Iterator[Crossing]:
    """Counted from the first working day on which the duty is overdue."""
    for escalation in policy.reminders.escalations:
        if (escalation.of, escalation.by) == (duty.rule, duty.by_role):
            on = _overdue_for(escalation.after, duty.due_on, calendar)
            yield Crossing(f"{ESCALATION}_{escalation.after.count}", ESCALATION, on, escalation.rule, escalation)


def _rungs(duty: Duty, policy: Policy, calendar: WorkingDayCalendar) -> Iterator[Crossing]:
    """The rungs that a returned report passes by the clock before it is not accepted, each telling its own people."""
    ladder = policy.ladders.quality_of_reports
    if duty.rule != ladder.rungs[0].rule or duty.by_role not in ladder.rungs[0].owed_by or not rungs_between(policy):
        return
    ways = [waiting_for_amendment(duty.started_on, offered, policy, calendar) for offered in (True, False)]
    stages = next((way for way in ways if way[-1].due_on == duty.due_on), ways[-1])
    for before, stage in pairwise(stages):
        rung, last = stage.rung, before.due_on
        if last is not None and last <= duty.due_on:
            told_of = rung.told_of or ladder.told_of
            of_rung = Escalation(duty.rule, duty.by_role, told_of, rung.rule, WorkingDays(0))
            yield Crossing(f"{RUNG}_{rung.id}", ESCALATION, last + timedelta(days=1), rung.rule, of_rung)


def _overdue_for(length: WorkingDays, due_on: date, calendar: WorkingDayCalendar) -> date:
    """Beyond the calendar's years at once: nobody waits for want of a list of bank holidays."""
    try:
        return calendar.add(due_on, WorkingDays(length.count + 1))
    except OutsideCalendar:
        return due_on + timedelta(days=1)
