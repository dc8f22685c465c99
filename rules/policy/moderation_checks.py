"""What an edition says of moderation, and cannot all hold (M1, M3)."""

from collections.abc import Iterator

from rules.policy.moderation_shapes import ModerationConflict
from rules.policy.shape import Policy

_ALL = 100
_OWN_WORK = (ModerationConflict.AUDITOR, ModerationConflict.PRACTITIONER)


def moderation_contradictions(policy: Policy) -> Iterator[str]:
    """Each found one as a sentence that names the key."""
    moderation = policy.moderation
    if not 0 <= moderation.share_drawn <= _ALL:
        yield f"moderation.share_drawn ({moderation.share_drawn}) should be 0 to {_ALL} per cent."
    if moderation.least_drawn < 1:
        yield f"moderation.least_drawn ({moderation.least_drawn}) should be 1 or more."
    if len(set(moderation.spread_over)) != len(moderation.spread_over):
        yield "moderation.spread_over should name each thing once."
    for own in _OWN_WORK:
        if own not in moderation.never_moderated_by:
            yield f"moderation.never_moderated_by should name {own}: nobody judges their own work."
    if moderation.within.count < 1:
        yield f"moderation.within ({moderation.within}) should be 1 month or more."
