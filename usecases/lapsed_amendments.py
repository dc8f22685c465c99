"""Reports that were returned and not amended in time are not accepted, by the clock and nobody's doing (Q2, Q3)."""

from db.queries.lapses import audits_with_lapsed_clock
from rules.audit_events import Event
from rules.ladders_of_audits import leads_to_non_acceptance
from rules.quality_checks import AMENDMENTS
from usecases.errands import Means, work_of
from usecases.moves_by_clock import move_by_clock


def say_not_accepted(means: Means) -> int:
    """Makes the move for every audit whose last day for amending has passed; answers for how many.

    Each audit is held first as in any move: an amendment that comes at this moment either goes first, and the clock is
    met, or is told that the report was not accepted.
    """
    if not leads_to_non_acceptance(means.policy):
        return 0
    with means.sessions.begin() as session:
        work = work_of(means, session, means.clock.now())
        lapsed = audits_with_lapsed_clock(session, AMENDMENTS, work.today)
    return move_by_clock(means, lapsed, Event.NOT_ACCEPTED)
