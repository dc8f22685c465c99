"""Audits from which nothing follows any more are closed, by the clock and nobody's doing (S7, L7, L11)."""

from db.queries.finished_audits import audits_that_seem_finished
from rules.audit_events import Event
from rules.ladders_of_audits import re_audits_by_themselves
from usecases.errands import Means
from usecases.moves_by_clock import move_by_clock


def close_finished(means: Means) -> str:
    """Closes each in a transaction of its own; one that the rules keep open keeps no other from being closed."""
    policy = means.policy
    with means.sessions.begin() as session:
        by_themselves = re_audits_by_themselves(policy)
        finished = audits_that_seem_finished(session, policy.gradings.re_audit_grades, by_themselves)
    closed = move_by_clock(means, finished, Event.AUDIT_CLOSED)
    return f"Closed {closed} finished audit{'' if closed == 1 else 's'}."
