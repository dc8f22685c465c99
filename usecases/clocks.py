"""The clocks that a decision of the rules ends and starts, saved for whatever they run for (DESIGN §5)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from db.queries import clocks
from db.queries.clocks import Whose
from rules.decisions import DeadlineStart, DeadlineWithdrawn, Reason
from rules.ladders import Counted
from usecases.work import Work


class ClocksDecided(Protocol):
    """What the rules say of clocks that run, in the decision on a move or in the history of a ladder."""

    @property
    def deadlines_met(self) -> Sequence[str]: ...
    @property
    def deadlines_withdrawn(self) -> Sequence[DeadlineWithdrawn]: ...


def keep_clocks(
    work: Work,
    whose: Whose,
    decided: ClocksDecided,
    started: Sequence[Mapping[str, Any]],
    *,
    met_on: date,
    withdrawn_on: date,
) -> None:
    """Ends the clocks that were met or are owed no more, then starts those that follow, given as rows."""
    clocks.meet(work.session, whose, decided.deadlines_met, met_on)
    for ended in decided.deadlines_withdrawn:
        clocks.withdraw(work.session, whose, [ended.time_limit], ended.reason.sentence, withdrawn_on)
    clocks.start(work.session, started)


def clocks_counted(work: Work, whose: Whose) -> Mapping[tuple[str, date], Counted]:
    """The clocks of a ladder as they were counted when they started, or lengthened since, by limit and first day."""
    return {
        (clock.time_limit, clock.started_on): Counted(clock.due_on, Reason(clock.rule, clock.clause, clock.sentence))
        for clock in clocks.clocks(work.session, whose)
    }


def clock_row(start: DeadlineStart, owed_by_id: uuid.UUID, edition_id: str, **subject: uuid.UUID) -> dict[str, Any]:
    """A clock as a row; `subject` are the ids of what it runs for, and of the audit where there is one."""
    return {
        "time_limit": start.time_limit,
        **subject,
        "owed_by_id": owed_by_id,
        "owed_by_role": start.owed_by,
        "started_on": start.started_on,
        "due_on": start.due_on,
        "working_days": start.length.count if start.length else None,
        "rule": start.reason.rule,
        "clause": start.reason.clause,
        "sentence": start.reason.sentence,
        "edition_id": edition_id,
    }
