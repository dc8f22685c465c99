"""Audits from which nothing follows any more are closed, by the clock and nobody's doing (S7, L7, L11)."""

import uuid

from db.queries.finished_audits import audits_that_seem_finished
from rules.errors import Refusal
from rules.lifecycles import SCHEDULER, Event
from usecases.audit_life import Move, move
from usecases.sweep import SWEEPER, Means
from usecases.work import Work


def close_finished(means: Means) -> str:
    """Closes each in a transaction of its own; one that the rules keep open keeps no other from being closed."""
    with means.sessions.begin() as session:
        policy = means.policy
        by_themselves = policy.selection.re_audits_by_themselves
        finished = audits_that_seem_finished(session, policy.gradings.re_audit_grades, by_themselves)
    closed = sum(_is_closed(means, audit_id) for audit_id in finished)
    return f"Closed {closed} finished audit{'' if closed == 1 else 's'}."


def _is_closed(means: Means, audit_id: uuid.UUID) -> bool:
    try:
        with means.sessions.begin() as session:
            work = Work(session, means.clock.now(), means.calendar, means.policy, SWEEPER)
            move(work, audit_id, Move(event=Event.AUDIT_CLOSED, by=SCHEDULER))
    except Refusal:
        return False
    return True
