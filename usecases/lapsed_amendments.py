"""Reports that were returned and not amended in time are not accepted, by the clock and nobody's doing (Q2, Q3)."""

import uuid

from db.queries.lapses import audits_with_lapsed_clock
from rules.audit_events import Event
from rules.errors import Refusal
from rules.lifecycles import SCHEDULER
from rules.quality_checks import AMENDMENTS
from usecases.audit_life import Move, move
from usecases.sweep import SWEEPER, Means
from usecases.work import LONDON, Work


def say_not_accepted(means: Means) -> int:
    """Makes the move for every audit whose last day for amending has passed; answers for how many.

    Each in a transaction of its own, its audit held first as in any move: an amendment that comes at this moment either
    goes first, and the clock is met, or is told that the report was not accepted. One that is refused, because it is
    past or changed meanwhile, keeps no other from being said.
    """
    now = means.clock.now()
    today = now.astimezone(LONDON).date()
    with means.sessions.begin() as session:
        lapsed = audits_with_lapsed_clock(session, AMENDMENTS, today)
    return sum(_is_said(means, audit_id) for audit_id in lapsed)


def _is_said(means: Means, audit_id: uuid.UUID) -> bool:
    try:
        with means.sessions.begin() as session:
            work = Work(session, means.clock.now(), means.calendar, means.policy, SWEEPER)
            move(work, audit_id, Move(event=Event.NOT_ACCEPTED, by=SCHEDULER))
    except Refusal:
        return False
    return True
