"""The clocks of a rung, what they say by themselves and when, and who is told there (D7, D8, W1, W6, section 9)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.dates_in_words import day_in_words
from rules.decisions import DeadlineStart, Reason
from rules.ladder_facts import LAPSED, NOT_ACKNOWLEDGED, NOT_REFERRED, POST_VACANT, TIME_RAN_OUT, LadderFacts
from rules.lengths import WorkingDays
from rules.matrix import EventFacts, NoticeEvent, RoleTold, roles_told
from rules.policy.ladder_shapes import (
    ACKNOWLEDGEMENT,
    REFERRAL,
    Acknowledgement,
    Ladder,
    Referral,
    Rung,
    When,
    roles_in_words,
)
from rules.policy.shape import Policy
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

_RE_AUDIT = "re_audit"


@dataclass(frozen=True, slots=True)
class NamedLadder:
    """A ladder of an edition, by the name under which the policy has it, with all that its clocks need."""

    name: str
    ladder: Ladder
    policy: Policy
    calendar: WorkingDayCalendar
    facts: LadderFacts

    def counted_by(self, rung: Rung) -> str:
        """The entry of another file that holds the length of a rung, "" for one that has its own."""
        offered = rung.counted_by_after_discussion if self.facts.discussion_offered else ""
        return offered or rung.counted_by

    def limit(self, rung: Rung, part: str = "") -> str:
        """The entry of the policy that a clock follows."""
        if rung.counted_by and not part:
            return self.counted_by(rung)
        return ".".join(filter(None, ("ladders", self.name, rung.id, part)))

    def as_counted(self, clock: DeadlineStart) -> DeadlineStart:
        """The clock as it was counted before, where it was."""
        before = self.facts.counted.get((clock.time_limit, clock.started_on))
        return clock if before is None else replace(clock, due_on=before.due_on, reason=before.reason)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that the clock says by itself, and the rung or the end to which it leads; None where it stays."""

    on: date
    event: str
    to: str | None


def clocks_of_stage(named: NamedLadder, rung: Rung, on: date) -> tuple[DeadlineStart, ...]:
    """The clocks that start when a rung is reached: one for each role that owes it."""
    within = length_of(named, rung)
    starts: list[DeadlineStart] = []
    if rung.acknowledgement is not None:
        starts += _started(named, rung, rung.acknowledgement, on)
    if within is not None:
        due_on, counted = counted_from(on, within, named.calendar)
        reason = Reason(rung.rule, rung.clause, f"{rung.id}: {rung.owed_in_words()}, {counted}.")
        starts += [DeadlineStart(named.limit(rung), role, on, due_on, within, reason) for role in rung.owed_by]
    return tuple(map(named.as_counted, starts))


def clocks_of_referral(named: NamedLadder, rung: Rung, referral: Referral, on: date) -> tuple[DeadlineStart, ...]:
    """The clock for taking further what was not resolved."""
    return tuple(map(named.as_counted, _started(named, rung, referral, on)))


def length_of(named: NamedLadder, rung: Rung) -> WorkingDays | None:
    """How long a rung lasts: its own length, or that of the entry by which it is counted."""
    if not rung.counted_by:
        return rung.within
    section, _, entry = named.counted_by(rung).partition(".")
    length = getattr(getattr(named.policy, section), entry)
    return length if isinstance(length, WorkingDays) else None


def counted_from(on: date, within: WorkingDays, calendar: WorkingDayCalendar) -> tuple[date, str]:
    """The last day in time with its arithmetic; no working days at all are the same working day, or the next one."""
    if within.count == 0:
        due_on = calendar.nth_from(on, 1)
        return due_on, f"on the same working day, {day_in_words(due_on)}"
    counted = calendar.explain(on, within)
    return counted.due_on, f"within {counted.sentence}"


def moments(
    named: NamedLadder, rung: Rung, awaits: When, entered_on: date, clocks: tuple[DeadlineStart, ...]
) -> Iterator[Moment]:
    """What the clock will say at a rung, while nobody does anything."""
    due = {clock.time_limit: clock.due_on for clock in clocks}
    vacant_on = _vacant_on(named, rung, entered_on) if awaits is When.STAGE else None
    if vacant_on is not None:
        yield Moment(vacant_on, POST_VACANT, rung.moves_up_to)
    stage_on = due.get(named.limit(rung))
    if stage_on is not None:
        yield Moment(_day_after(stage_on), TIME_RAN_OUT, rung.moves_up_to or None)
    acknowledged_on = due.get(named.limit(rung, ACKNOWLEDGEMENT))
    if acknowledged_on is not None:
        yield Moment(_day_after(acknowledged_on), NOT_ACKNOWLEDGED, None)
    referred_on = due.get(named.limit(rung, REFERRAL))
    if referred_on is not None and rung.referral is not None:
        lapses = rung.referral.lapses
        yield Moment(_day_after(referred_on), LAPSED if lapses else NOT_REFERRED, LAPSED if lapses else None)


def told_at(named: NamedLadder, rung: Rung) -> tuple[RoleTold, ...]:
    """Who hears of each step at a rung, by the matrix, in the order of the roles."""
    event = NoticeEvent(rung.told_of or named.ladder.told_of)
    facts = EventFacts(
        audit_kind=_RE_AUDIT if rung.sequence else "ordinary",
        sequence=rung.sequence,
        grade=named.facts.grade,
        stage=rung.id,
    )
    return tuple(sorted(roles_told(event, facts, named.policy), key=lambda told: list(Role).index(told.role)))


def told_when_overdue(named: NamedLadder, rung: Rung) -> tuple[RoleTold, ...]:
    """Those of the rung, and where its time runs out without moving it, those of the rung that is named for it."""
    told = {(one.role, one.over): one for one in told_at(named, rung)}
    if rung.tells_when_overdue:
        for one in told_at(named, named.ladder.rung(rung.tells_when_overdue)):
            told.setdefault((one.role, one.over), one)
    return tuple(sorted(told.values(), key=lambda one: list(Role).index(one.role)))


def next_reminder_on(rung: Rung, waits_since: date, as_of: date, calendar: WorkingDayCalendar) -> date | None:
    """Of a rung that waits without a clock, or past its last day: the first reminder after that day."""
    if rung.reminder_every is None:
        return None
    every = rung.reminder_every.count
    passed = calendar.between(waits_since, as_of) // every
    return calendar.add(waits_since, WorkingDays(every * (passed + 1)))


def last_reminder_on(rung: Rung, waits_since: date, as_of: date, calendar: WorkingDayCalendar) -> date | None:
    """The newest reminder up to that day; None before the first."""
    if rung.reminder_every is None:
        return None
    every = rung.reminder_every.count
    passed = calendar.between(waits_since, as_of) // every
    return calendar.add(waits_since, WorkingDays(every * passed)) if passed else None


def _started(named: NamedLadder, rung: Rung, part: Acknowledgement | Referral, on: date) -> Iterator[DeadlineStart]:
    due_on, counted = counted_from(on, part.within, named.calendar)
    name, owed_by, what = ACKNOWLEDGEMENT, rung.owed_by, "acknowledge it"
    if isinstance(part, Referral):
        name, owed_by, what = REFERRAL, part.owed_by, "take it further"
    are = "are" if len(owed_by) > 1 else "is"
    reason = Reason(part.rule, part.clause, f"{rung.id}: {roles_in_words(owed_by)} {are} to {what}, {counted}.")
    for role in owed_by:
        yield DeadlineStart(named.limit(rung, name), role, on, due_on, part.within, reason)


def _vacant_on(named: NamedLadder, rung: Rung, entered_on: date) -> date | None:
    """The day on which nobody can act in any post that owes the rung, if that moves it up."""
    vacant = named.facts.vacant_since
    if not rung.moves_up_when_vacant or not all(role in vacant for role in rung.owed_by):
        return None
    return max(entered_on, *(vacant[role] for role in rung.owed_by))


def _day_after(due_on: date) -> date:
    """A duty is overdue when its last day has passed, working day or not (FRAMEWORK, Words)."""
    return due_on + timedelta(days=1)
