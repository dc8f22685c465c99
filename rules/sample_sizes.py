"""How many new audits a cycle asks for (S8). The text gives no number: the edition says how it is worked out.

Each kind of sample size is one function of what the frame holds; a new kind is one more line in `_KINDS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist

from rules.decisions import Reason
from rules.lengths import months_between
from rules.policy.shape import Policy, SampleSize
from rules.programme import AuditCycle
from rules.re_audit_turns import re_audit_turns
from rules.samples import candidates_of
from rules.sampling_frames import Practitioner, SamplingFrame
from rules.tickets import Tickets

# Who can be drawn does not depend on chance, only their order does: any seed counts the same people.
_NO_CHANCE = Tickets("")
# Z-scores are used to as many decimals as printed tables have, so that no machine's last bit changes a sample.
_DECIMALS_OF_Z = 4


@dataclass(frozen=True, slots=True)
class SizeAsked:
    """A number of new audits, 0 or more, and how it was worked out."""

    size: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class _Count:
    """What a sample size is worked out from."""

    frame: SamplingFrame
    cycle: AuditCycle
    policy: Policy
    wanted: SampleSize

    @property
    def number(self) -> int:
        assert self.wanted.number is not None, "the loader refuses a kind without the figures it needs"
        return self.wanted.number


def size_asked(frame: SamplingFrame, cycle: AuditCycle, policy: Policy) -> SizeAsked:
    """The size that the edition asks for, for this frame; the frame's own `size` plays no part.

    It does not promise that so many can be drawn: what cannot is a shortfall of the draw.
    """
    wanted = policy.selection.sample_size
    size, sentence = _KINDS[wanted.kind](_Count(frame, cycle, policy, wanted))
    return SizeAsked(size, policy.reason("S8", f"{sentence}."))


def practitioners_due(frame: SamplingFrame, cycle: AuditCycle, policy: Policy) -> list[Practitioner]:
    """Who can be drawn and has waited as long as the target between two audits, or nobody knows how long (S3)."""
    turns = re_audit_turns(frame.re_audits, cycle, policy, _NO_CHANCE)
    candidates = candidates_of(frame, turns, cycle, policy, _NO_CHANCE)
    target = policy.selection.target_months_between_audits.count
    return [
        place.practitioner
        for order in candidates.places.values()
        for place in order
        if place.waiting_since is None or months_between(place.waiting_since, cycle.opens_on) >= target
    ]


def statistical_size(population: int, confidence: int, margin: int) -> int:
    """How many of a population to look at for a share known to ± `margin` per cent with `confidence` per cent.

    Cochran's formula for the worst case, a share of one half, corrected for a finite population.
    """
    if population == 0:
        return 0
    z = round(NormalDist().inv_cdf((1 + confidence / 100) / 2), _DECIMALS_OF_Z)
    endless = (z * 50 / margin) ** 2
    return min(population, ceil(endless / (1 + (endless - 1) / population)))


def _fixed(count: _Count) -> tuple[int, str]:
    return count.number, f"A fixed number of {count.number} a cycle"


def _per_team(count: _Count) -> tuple[int, str]:
    return _each(count, len(count.frame.teams), "team")


def _per_auditor(count: _Count) -> tuple[int, str]:
    return _each(count, sum(auditor.capacity > 0 for auditor in count.frame.auditors), "available auditor")


def _per_practitioner(count: _Count) -> tuple[int, str]:
    return _each(count, len({case.practitioner_id for case in count.frame.cases}), "practitioner with open cases")


def _each(count: _Count, many: int, what: str) -> tuple[int, str]:
    return count.number * many, f"{count.number} for each {what}, of whom there are {many}"


def _percentage(count: _Count) -> tuple[int, str]:
    cases = len(count.frame.cases)
    return -(-cases * count.number // 100), f"{count.number} per cent of {cases} open cases, rounded up"


def _statistical(count: _Count) -> tuple[int, str]:
    confidence, margin = count.wanted.confidence, count.wanted.margin
    assert confidence is not None, "the loader refuses a kind without the figures it needs"
    assert margin is not None, "the loader refuses a kind without the figures it needs"
    cases = len(count.frame.cases)
    sentence = f"Enough of {cases} open cases for {confidence} per cent confidence with a margin of {margin} per cent"
    return statistical_size(cases, confidence, margin), sentence


def _who_is_due(count: _Count) -> tuple[int, str]:
    due = len(practitioners_due(count.frame, count.cycle, count.policy))
    room = sum(min(auditor.capacity, count.number) for auditor in count.frame.auditors)
    re_audits = len(re_audit_turns(count.frame.re_audits, count.cycle, count.policy, _NO_CHANCE).due)
    left = max(0, room - re_audits)
    target = count.policy.selection.target_months_between_audits
    return min(due, left), (
        f"{due} practitioner{'' if due == 1 else 's'} due after {target} or more; room for {left} new "
        f"audit{'' if left == 1 else 's'}, which is {room} at {count.number} for each available auditor "
        f"less {re_audits} re-audit{'' if re_audits == 1 else 's'}"
    )


_KINDS: dict[str, Callable[[_Count], tuple[int, str]]] = {
    "fixed": _fixed,
    "per_team": _per_team,
    "per_auditor": _per_auditor,
    "per_practitioner": _per_practitioner,
    "percentage": _percentage,
    "statistical": _statistical,
    "who_is_due": _who_is_due,
}
