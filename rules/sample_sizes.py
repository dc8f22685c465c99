"""How many new audits a cycle asks for (S8). The text gives no number: the edition says how it is worked out.

Each kind of sample size is one function of what the frame holds; a new kind is one more line in `_KINDS`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from statistics import NormalDist
from typing import NamedTuple

from rules.decisions import Reason
from rules.draw_answers import Shortfall
from rules.policy.draw_shapes import SampleSize
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.sampling_frames import SamplingFrame
from rules.who_is_due import shortfalls_of_room, warnings_of_nobody, who_is_due, why_no_auditor_has_room

# Z-scores are used to as many decimals as printed tables have, so that no machine's last bit changes a sample.
_DECIMALS_OF_Z = 4


@dataclass(frozen=True, slots=True)
class SizeAsked:
    """A number of new audits, 0 or more, and how it was worked out.

    `shortfalls` are what it leaves out for want of room: no draw of that size could show them (S8).
    """

    size: int
    reason: Reason
    shortfalls: tuple[Shortfall, ...] = ()
    warnings: tuple[Reason, ...] = ()


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


class _Worked(NamedTuple):
    """A size with the sentence that says how it came about."""

    size: int
    sentence: str
    shortfalls: tuple[Shortfall, ...] = ()
    warnings: tuple[Reason, ...] = ()


def size_asked(frame: SamplingFrame, cycle: AuditCycle, policy: Policy) -> SizeAsked:
    """The size that the edition asks for, for this frame; the frame's own `size` plays no part.

    It does not promise that so many can be drawn: what cannot is a shortfall of the draw.
    """
    wanted = policy.selection.sample_size
    worked = _KINDS[wanted.kind](_Count(frame, cycle, policy, wanted))
    return SizeAsked(worked.size, policy.reason("S8", f"{worked.sentence}."), worked.shortfalls, worked.warnings)


def size_of_extra_cycle(size: int, policy: Policy) -> SizeAsked:
    """The size of an extra cycle (P2): what whoever arranged it asked for, and no figure of the edition."""
    audits = "1 audit" if size == 1 else f"{size} audits"
    return SizeAsked(size, policy.reason("S8", f"{audits}, asked for when this extra cycle was arranged."))


def statistical_size(population: int, confidence: int, margin: int) -> int:
    """How many of a population to look at for a share known to ± `margin` per cent with `confidence` per cent.

    Cochran's formula for the worst case, a share of one half, corrected for a finite population.
    """
    if population == 0:
        return 0
    z = round(NormalDist().inv_cdf((1 + confidence / 100) / 2), _DECIMALS_OF_Z)
    endless = (z * 50 / margin) ** 2
    return min(population, ceil(endless / (1 + (endless - 1) / population)))


def _fixed(count: _Count) -> _Worked:
    return _Worked(count.number, f"A fixed number of {count.number} a cycle")


def _per_team(count: _Count) -> _Worked:
    return _each(count, len(count.frame.teams), "team")


def _per_auditor(count: _Count) -> _Worked:
    available = sum(auditor.capacity > 0 for auditor in count.frame.auditors)
    worked = _each(count, available, "available auditor")
    if available:
        return worked
    why = why_no_auditor_has_room(len(count.frame.auditors))
    return worked._replace(shortfalls=(Shortfall("S8", f"No new audit is asked for in this cycle: {why}."),))


def _per_practitioner(count: _Count) -> _Worked:
    return _each(count, len({case.practitioner_id for case in count.frame.cases}), "practitioner with open cases")


def _each(count: _Count, many: int, what: str) -> _Worked:
    return _Worked(count.number * many, f"{count.number} for each {what}, of whom there are {many}")


def _percentage(count: _Count) -> _Worked:
    cases = len(count.frame.cases)
    return _Worked(-(-cases * count.number // 100), f"{count.number} per cent of {cases} open cases, rounded up")


def _statistical(count: _Count) -> _Worked:
    confidence, margin = count.wanted.confidence, count.wanted.margin
    assert confidence is not None, "the loader refuses a kind without the figures it needs"
    assert margin is not None, "the loader refuses a kind without the figures it needs"
    cases = len(count.frame.cases)
    sentence = f"Enough of {cases} open cases for {confidence} per cent confidence with a margin of {margin} per cent"
    return _Worked(statistical_size(cases, confidence, margin), sentence)


def _who_is_due(count: _Count) -> _Worked:
    found = who_is_due(count.frame, count.cycle, count.policy, count.number)
    target = count.policy.selection.target_months_between_audits
    sentence = (
        f"{found.due} practitioner{'' if found.due == 1 else 's'} due after {target} or more; room for {found.left} "
        f"new audit{'' if found.left == 1 else 's'}, which is {found.room} at {count.number} for each available "
        f"auditor less {found.re_audits} re-audit{'' if found.re_audits == 1 else 's'}"
    )
    return _Worked(found.size, sentence, shortfalls_of_room(found), warnings_of_nobody(found, count.policy))


_KINDS: dict[str, Callable[[_Count], _Worked]] = {
    "fixed": _fixed,
    "per_team": _per_team,
    "per_auditor": _per_auditor,
    "per_practitioner": _per_practitioner,
    "percentage": _percentage,
    "statistical": _statistical,
    "who_is_due": _who_is_due,
}
