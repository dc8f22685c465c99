"""Who may make each move of an audit's life: the policy names them, for what a ladder decides by its rungs."""

from rules.audit_events import Event
from rules.policy.ladder_shapes import RAISER, LadderState
from rules.policy.shape import Policy


def roles_that_may(event: Event, policy: Policy) -> tuple[str, ...]:
    """The roles, of several the first who decides first; of a dispute those who resolve it on one of its rungs (D7)."""
    if event is not Event.DISPUTE_RESOLVED:
        return tuple(policy.lifecycle.who_may[event])
    rules = policy.ladders
    exits = (*(way_out for rung in rules.dispute.rungs for way_out in rung.exits), *rules.dispute.anywhere)
    by = [role for way_out in exits if way_out.to == LadderState.RESOLVED for role in way_out.by]
    raisers = rules.disputes_opened_by if RAISER in by else ()
    return tuple(dict.fromkeys((*(role for role in by if role != RAISER), *raisers)))
