"""Values of an edition about the life of an audit that cannot all hold (L1–L15, Q1, R1)."""

from collections.abc import Iterator

from rules.audit_events import SCHEDULER, Event
from rules.policy.shape import Policy
from rules.roles import Role

_WHO = (*Role, SCHEDULER)


def lifecycle_contradictions(policy: Policy) -> Iterator[str]:
    """Each event has somebody who may make it happen, and the limits for amending follow on each other."""
    lifecycle, limits = policy.lifecycle, policy.time_limits
    named = set(Event) - {Event.DISPUTE_RESOLVED}  # of which the rungs of its ladder say it
    if set(lifecycle.who_may) != named:
        odd = sorted({*lifecycle.who_may} ^ named)
        yield f"lifecycle.who_may should name each event once, and no other; {', '.join(odd)} should not differ."
    for event, roles in lifecycle.who_may.items():
        strange = [role for role in roles if role not in _WHO]
        if strange or not roles:
            found = ", ".join(map(repr, strange)) or "nobody"
            yield f"lifecycle.who_may.{event} names {found}; allowed are {', '.join(_WHO)}."
    if not limits.amendment_aimed_at <= limits.amendment_within <= limits.amendment_within_after_discussion:
        yield (
            f"time_limits.amendment_aimed_at ({limits.amendment_aimed_at}), amendment_within "
            f"({limits.amendment_within}) and amendment_within_after_discussion "
            f"({limits.amendment_within_after_discussion}) should each be as long as the one before, or longer."
        )
    if not lifecycle.closing_reasons:
        yield "lifecycle.closing_reasons should name at least one reason, with its words."
    for key in ("team_manager_attends_from", "head_of_service_follows_up_from"):
        if getattr(lifecycle, key) < 0:
            yield f"lifecycle.{key} ({getattr(lifecycle, key)}) should be 0 for every audit, or a re-audit's number."
