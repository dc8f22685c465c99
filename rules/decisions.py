"""Why something is so: the rule, the clause of the council's framework and a sentence a person can read."""

from dataclasses import dataclass
from datetime import date

from rules.lengths import WorkingDays


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a date, a choice or a refusal.

    `rule` is the stable id of FRAMEWORK.md ("S3"); `clause` is where the council's own text says it,
    or "—" where the text is silent and we decided; `sentence` holds the arithmetic in plain English.
    """

    rule: str
    clause: str
    sentence: str


@dataclass(frozen=True, slots=True)
class DeadlineStart:
    """A clock that starts: the policy's entry it follows, the role that owes it to this audit, and its days.

    `length` is what it counts forward from `started_on`; None for one that counts back from a cycle's close.
    """

    time_limit: str
    owed_by: str
    started_on: date
    due_on: date
    length: WorkingDays | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class DeadlineWithdrawn:
    """A clock that is owed no more, though nobody met it, and why."""

    time_limit: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What a move comes to: refused, with the rule against it; or the new state and what follows from it.

    `deadlines_end` says why the running clocks are owed no more, None where they run on; `told` are the roles that hear
    of it.

    A move of the lifecycle says more. Refused, it gives every reason in `reasons`, the first of them as `refused`.
    Else: `events` are what happened, in order, each to be kept with its day (an amendment that comes too late was first
    not accepted); `happened_on` is that day, earlier than today for a discussion recorded later. `deadlines_start`,
    `deadlines_met` and `deadlines_withdrawn` are by time limit, and whatever is open under one that is met or withdrawn
    ends, whoever owes it, before others start. `told_of` are the events of section 9; `records` are what is owed to the
    case system and the versions kept, in the order in which it is done; `flags` are said, and stop nothing.
    """

    state: str
    reasons: tuple[Reason, ...]
    refused: Reason | None = None
    deadlines_end: Reason | None = None
    told: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    happened_on: date | None = None
    deadlines_start: tuple[DeadlineStart, ...] = ()
    deadlines_met: tuple[str, ...] = ()
    deadlines_withdrawn: tuple[DeadlineWithdrawn, ...] = ()
    told_of: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    flags: tuple[Reason, ...] = ()
