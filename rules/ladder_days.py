"""A ladder day by day: who is told what on which day, and why, with the reminders of what is due (L13, D7, W6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rules.dates_in_words import day_in_words
from rules.ladder_facts import LadderFacts, Standing, Step
from rules.ladders import LadderState, walk
from rules.matrix import RoleTold
from rules.policy.ladder_shapes import in_words
from rules.policy.shape import Policy
from rules.reminders import REMINDER, Duty, crossings_of
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

_NO_FACTS = LadderFacts()


@dataclass(frozen=True, slots=True)
class DayTold:
    """One thing that is said on a day: at which rung, to whom, and why."""

    on: date
    rung: str
    what: str
    told: tuple[Role, ...]
    why: str

    def __str__(self) -> str:
        return f"{day_in_words(self.on)}  {self.rung}  {self.what}\n    told: {_listed(self.told)}\n    why: {self.why}"


def day_by_day(
    name: str,
    started_on: date,
    steps: tuple[Step, ...],
    *,
    until: date,
    policy: Policy,
    calendar: WorkingDayCalendar,
    facts: LadderFacts = _NO_FACTS,
) -> Iterator[DayTold]:
    """Everything that is said from the first day to that one, in order. Raises as `walk` does."""
    on, written = started_on, 0
    while on <= until:
        known = tuple(step for step in steps if step.on <= on)
        standing = walk(name, started_on, known, as_of=on, policy=policy, calendar=calendar, facts=facts)
        for happening in standing.history[written:]:
            why = " ".join(reason.sentence for reason in happening.reasons)
            starts = dict.fromkeys(clock.reason.sentence for clock in happening.deadlines_start)
            what = in_words(happening.event)
            waits = [] if standing.deadlines or happening is not standing.history[-1] else [_how_it_waits(standing)]
            why = " ".join(dict.fromkeys([why, *starts, *filter(None, waits)]))
            yield DayTold(happening.on, happening.rung, what, _roles(happening.told), why)
        written = len(standing.history)
        yield from _reminders(standing, on, policy, calendar)
        on += timedelta(days=1)


def _how_it_waits(standing: Standing) -> str:
    """Of a rung without a clock: what it waits for."""
    return standing.reasons[-1].sentence if standing.state is LadderState.OPEN else ""


def _reminders(standing: Standing, on: date, policy: Policy, calendar: WorkingDayCalendar) -> Iterator[DayTold]:
    for clock in standing.deadlines:
        duty = Duty(clock.reason.rule, clock.owed_by, clock.started_on, clock.due_on)
        for crossing in crossings_of(duty, policy, calendar):
            if crossing.event == REMINDER and crossing.on == on:
                why = f"It is due on {day_in_words(clock.due_on)}."
                yield DayTold(on, standing.rung.id, "reminder", (Role(clock.owed_by),), why)
    if standing.last_reminder_on == on:
        waits = "There is no clock at" if standing.due_on is None else "Nobody has answered in time at"
        why = f"{waits} {standing.rung.id}: a reminder comes every {standing.rung.reminder_every}."
        yield DayTold(on, standing.rung.id, "reminder", tuple(map(Role, standing.owed_by)), why)


def _roles(told: tuple[RoleTold, ...]) -> tuple[Role, ...]:
    return tuple(dict.fromkeys(one.role for one in told))


def _listed(roles: tuple[Role, ...]) -> str:
    return ", ".join(map(in_words, roles))
