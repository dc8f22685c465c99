"""Moves of audits that nobody asks for: the scheduler makes them when their day has come."""

import uuid
from collections.abc import Iterable

from rules.audit_events import SCHEDULER, Event
from rules.errors import Refusal
from usecases.audit_life import Move, move
from usecases.errands import Means, work_of


def move_by_clock(means: Means, audits: Iterable[uuid.UUID], event: Event) -> int:
    """Makes one move of each audit, in a transaction of its own; answers of how many.

    One that the rules refuse, because it is past or the audit changed meanwhile, keeps no other from being moved.
    """
    return sum(_is_moved(means, audit_id, event) for audit_id in audits)


def _is_moved(means: Means, audit_id: uuid.UUID, event: Event) -> bool:
    try:
        with means.sessions.begin() as session:
            move(work_of(means, session, means.clock.now()), audit_id, Move(event=event, by=SCHEDULER))
    except Refusal:
        return False
    return True
