"""What an edition says of agreement between two gradings, and cannot all hold (M5)."""

from collections.abc import Iterator

from rules.policy.shape import Policy

_ALL = 100
_LEAST_LEVEL = 50


def agreement_contradictions(policy: Policy) -> Iterator[str]:
    """Each found one as a sentence that names the key."""
    least, level = policy.agreement.least_pairs, policy.agreement.confidence_level
    if least < 2:
        yield f"agreement.least_pairs ({least}) should be 2 or more: one pair says nothing of others."
    if not _LEAST_LEVEL <= level < _ALL:
        yield f"agreement.confidence_level ({level}) should be {_LEAST_LEVEL} to {_ALL - 1} per cent."
