"""What a ladder is walked by and what comes of it: steps, facts, what happened, and how it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from rules.decisions import DeadlineStart, DeadlineWithdrawn, Reason
from rules.matrix import RoleTold
from rules.policy.ladder_shapes import LadderState, Rung, RungExit, When

# What the clock says by itself. The first three move a ladder, and may be recorded as steps with the day on which the
# message about them went out; the others are said while it stays where it is.
TIME_RAN_OUT, POST_VACANT, LAPSED = "time_ran_out", "post_vacant", "lapsed"
NOT_ACKNOWLEDGED, NOT_REFERRED = "not_acknowledged", "not_referred"
BY_CLOCK = (TIME_RAN_OUT, POST_VACANT, LAPSED)

_NOWHERE: Mapping[str, date] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Counted:
    """A clock as it was counted when it started, or as a proclaimed day off has lengthened it since."""

    due_on: date
    reason: Reason


_NOT_COUNTED: Mapping[tuple[str, date], Counted] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened, on a day: one of the ladder's events, or one of `BY_CLOCK`."""

    event: str
    on: date


@dataclass(frozen=True, slots=True)
class LadderFacts:
    """What a walk may depend on beside its steps.

    `vacant_since` gives, by role, the day since which nobody can act in it, deputies included (W6). `grade` is that of
    the audit concerned, for rungs whose people are told by grade; `discussion_offered` that it came with a return (Q1).
    `counted` has, by time limit and first day, the clocks that were counted before: they keep their days and sentences,
    whatever calendar or edition holds by now.
    """

    vacant_since: Mapping[str, date] = field(default_factory=lambda: _NOWHERE)
    grade: str | None = None
    discussion_offered: bool = False
    counted: Mapping[tuple[str, date], Counted] = field(default_factory=lambda: _NOT_COUNTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a ladder's history, by a person's word or by the clock, with all that follows from it.

    `rung` is where it stood afterwards. `told` hear of it, by the matrix. Clocks are by time limit, an entry of the
    policy; whatever runs under one that is met or withdrawn ends before others start.
    """

    on: date
    event: str
    rung: str
    state: LadderState
    by_clock: bool
    reasons: tuple[Reason, ...]
    told: tuple[RoleTold, ...] = ()
    deadlines_met: tuple[str, ...] = ()
    deadlines_withdrawn: tuple[DeadlineWithdrawn, ...] = ()
    deadlines_start: tuple[DeadlineStart, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a ladder stands on a day.

    `awaits` says whether the outcome of the rung or its referral is waited for. `due_on` is the last day for it, None
    without a clock and at the end; `deadlines` are all clocks that run. `last_reminder_on` and `next_reminder_on` are
    the days of its reminders while it waits without a clock, or past its last day. `told` are those of the rung,
    with those who hear that its time has run out. `next` is the rung above. `possible` is what may happen now, by
    whose word.
    """

    rung: Rung
    state: LadderState
    awaits: When | None
    due_on: date | None
    is_overdue: bool
    owed_by: tuple[str, ...]
    told: tuple[RoleTold, ...]
    next: str | None
    possible: tuple[RungExit, ...]
    must_not_judge: tuple[str, ...]
    history: tuple[Happening, ...]
    deadlines: tuple[DeadlineStart, ...]
    next_reminder_on: date | None
    last_reminder_on: date | None
    reasons: tuple[Reason, ...]
