"""Agreement between two gradings of the same work: auditor and moderator, before and after the discussion (M5, O8).

Counts are exact and shares are fractions: whoever prints them rounds. What cannot be said is left out with its reason,
never guessed and never a figure that is no number.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rules.agreement_coefficients import Estimate, Interval, gwet_ac2, interval, weighted_kappa, weights_of
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy


class Compared(enum.StrEnum):
    """Which two gradings: the first is compared with the second, by whom or when it was given."""

    AUDITOR_AND_MODERATOR = "auditor_and_moderator"
    BEFORE_AND_AFTER_DISCUSSION = "before_and_after_discussion"


class Direction(enum.StrEnum):
    """To which side the second grading lies of the first, on average."""

    HIGHER = "higher"  # the second has the better grades
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class GradePair:
    """Two grades of one thing, codes of `gradings.grades`; None where it was not graded."""

    first: str | None
    second: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def fraction(self) -> Fraction | None:
        """The share, exactly; None of nothing."""
        return Fraction(self.count, self.of) if self.of else None

    @property
    def percentage(self) -> int | None:
        """The share in per cent, halves rounded up; None of nothing."""
        return None if self.fraction is None else int(self.fraction * 100 + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Coefficient:
    """Agreement beyond chance, where 1 is full and 0 what chance alone would give; with its large-sample variance.

    Whatever is None has its reason: `why_not_given` for the coefficient, `why_no_interval` for the interval.
    """

    value: Fraction | None
    variance: Fraction | None
    interval: Interval | None
    why_not_given: Reason | None = None
    why_no_interval: Reason | None = None


@dataclass(frozen=True, slots=True)
class SignedDifference:
    """In how many pairs the second grade is higher (better) or lower, and by how many levels altogether.

    `levels` adds them up, higher ones positive.
    """

    higher: int
    lower: int
    levels: int
    pairs: int

    @property
    def mean(self) -> Fraction | None:
        """Levels by which the second grading is higher on average, below 0 for lower; None of nothing."""
        return Fraction(self.levels, self.pairs) if self.pairs else None

    @property
    def direction(self) -> Direction:
        """To which side that is."""
        if self.levels == 0:
            return Direction.NEITHER
        return Direction.HIGHER if self.levels > 0 else Direction.LOWER


@dataclass(frozen=True, slots=True)
class Agreement:
    """All figures about one comparison.

    `grades` are those of the edition from best to worst; `matrix` counts the pairs, one row for each first grade and in
    it one column for each second. `pairs` were graded twice, `left_out` were not. `why_no_shares` says why there are
    no shares and no mean. `summary` says in which direction the two differ.
    """

    compared: Compared
    grades: tuple[str, ...]
    pairs: int
    left_out: int
    matrix: tuple[tuple[int, ...], ...]
    exact: Share
    within_one: Share
    difference: SignedDifference
    kappa: Coefficient
    ac2: Coefficient
    summary: Reason
    why_no_shares: Reason | None = None


def agreement(compared: Compared, pairs: Iterable[GradePair], policy: Policy) -> Agreement:
    """The figures, in whatever order the pairs come. Raises `InvalidFacts` for a grade that the edition has not."""
    given = list(pairs)
    _refuse_unknown(given, policy)
    grades = tuple(policy.gradings.grades)
    matrix = _matrix(given, grades)
    total = sum(map(sum, matrix))
    apart = _pairs_apart(matrix)
    difference = _difference(apart, total)
    nothing = None if total else policy.reason(_RULES[compared], f"Nothing was graded {_GRADED[compared]}.")
    return Agreement(
        compared=compared,
        grades=grades,
        pairs=total,
        left_out=len(given) - total,
        matrix=matrix,
        exact=Share(apart.get(0, 0), total),
        within_one=Share(sum(apart.get(levels, 0) for levels in (-1, 0, 1)), total),
        difference=difference,
        kappa=_kappa(compared, matrix, policy),
        ac2=_ac2(compared, matrix, policy),
        summary=nothing or _summary(compared, difference, policy),
        why_no_shares=nothing,
    )


def agreement_by_part(
    compared: Compared, parts: Mapping[str, Iterable[GradePair]], policy: Policy
) -> dict[str, Agreement]:
    """The same for each domain, service or auditor, to see where the two differ."""
    return {part: agreement(compared, pairs, policy) for part, pairs in parts.items()}


_RULES = {Compared.AUDITOR_AND_MODERATOR: "M5", Compared.BEFORE_AND_AFTER_DISCUSSION: "O8"}
_GRADED = {
    Compared.AUDITOR_AND_MODERATOR: "by auditor and moderator",
    Compared.BEFORE_AND_AFTER_DISCUSSION: "before and after the discussion",
}
_SECOND = {
    Compared.AUDITOR_AND_MODERATOR: "The moderators graded",
    Compared.BEFORE_AND_AFTER_DISCUSSION: "After the discussion the grade was",
}

Matrix = tuple[tuple[int, ...], ...]


def _refuse_unknown(pairs: Sequence[GradePair], policy: Policy) -> None:
    allowed = policy.gradings.grades
    problems = [
        Problem(
            f"/{place}/{side}",
            f"{grade!r:.60} is no grade of this edition: give one of {', '.join(allowed)}.",
            grade[:60],
            "L2",
        )
        for place, pair in enumerate(pairs)
        for side, grade in (("first", pair.first), ("second", pair.second))
        if grade is not None and grade not in allowed
    ]
    if problems:
        raise InvalidFacts(problems)


def _matrix(pairs: Sequence[GradePair], grades: tuple[str, ...]) -> Matrix:
    counted: dict[tuple[str | None, str | None], int] = {}
    for pair in pairs:
        key = pair.first, pair.second
        counted[key] = counted.get(key, 0) + 1
    return tuple(tuple(counted.get((first, second), 0) for second in grades) for first in grades)


def _pairs_apart(matrix: Matrix) -> dict[int, int]:
    """How many pairs have a second grade so many levels higher (below 0: lower) than the first."""
    apart: dict[int, int] = {}
    for first, row in enumerate(matrix):
        for second, count in enumerate(row):
            apart[first - second] = apart.get(first - second, 0) + count
    return apart


def _difference(apart: Mapping[int, int], total: int) -> SignedDifference:
    return SignedDifference(
        higher=sum(count for levels, count in apart.items() if levels > 0),
        lower=sum(count for levels, count in apart.items() if levels < 0),
        levels=sum(levels * count for levels, count in apart.items()),
        pairs=total,
    )


def _kappa(compared: Compared, matrix: Matrix, policy: Policy) -> Coefficient:
    too_few = _too_few(compared, matrix, policy)
    if too_few:
        return _not_given(too_few)
    estimate = weighted_kappa(matrix, weights_of(len(matrix), policy.agreement.weighting))
    if estimate is None:
        grade = next(iter(_titles_used(matrix, policy)))
        sentence = f"Undefined: all grades {_GRADED[compared]} are {grade}, so chance leaves nothing to disagree about."
        return _not_given(policy.reason(_RULES[compared], sentence))
    return _given(compared, estimate, matrix, policy)


def _ac2(compared: Compared, matrix: Matrix, policy: Policy) -> Coefficient:
    too_few = _too_few(compared, matrix, policy)
    if too_few:
        return _not_given(too_few)
    return _given(compared, gwet_ac2(matrix, weights_of(len(matrix), policy.agreement.weighting)), matrix, policy)


def _given(compared: Compared, estimate: Estimate, matrix: Matrix, policy: Policy) -> Coefficient:
    found = interval(estimate, policy.agreement.confidence_level)
    why_not = None if found else policy.reason(_RULES[compared], _why_no_interval(estimate, matrix))
    return Coefficient(estimate.value, estimate.variance, found, why_no_interval=why_not)


def _why_no_interval(estimate: Estimate, matrix: Matrix) -> str:
    if estimate.value == 1:
        return f"All {sum(map(sum, matrix))} pairs agree: how far others would differ cannot be told from them."
    if estimate.value <= -1:
        return "The two disagree as far as can be: how far others would differ cannot be told from them."
    if _has_one_grade(matrix) or _has_one_grade(list(zip(*matrix, strict=True))):
        return "One of the two gave the same grade throughout: how far others would differ cannot be told from that."
    return "These pairs show no spread: how far others would differ cannot be told from them."


def _has_one_grade(rows: Sequence[Sequence[int]]) -> bool:
    return sum(map(any, rows)) == 1


def _too_few(compared: Compared, matrix: Matrix, policy: Policy) -> Reason | None:
    total, least = sum(map(sum, matrix)), policy.agreement.least_pairs
    if total >= least:
        return None
    sentence = f"Not given: {total} graded {_GRADED[compared]}, and fewer than {least} would mislead."
    return policy.reason(_RULES[compared], sentence)


def _not_given(why: Reason) -> Coefficient:
    return Coefficient(None, None, None, why, why)


def _titles_used(matrix: Matrix, policy: Policy) -> list[str]:
    return [title for title, row in zip(policy.gradings.grades.values(), matrix, strict=True) if any(row)]


def _summary(compared: Compared, difference: SignedDifference, policy: Policy) -> Reason:
    same = difference.pairs - difference.higher - difference.lower
    sentence = (
        f"{_SECOND[compared]} higher in {difference.higher}, lower in {difference.lower} and the same in {same} of "
        f"{difference.pairs}: {_on_average(difference)}."
    )
    return policy.reason(_RULES[compared], sentence)


def _on_average(difference: SignedDifference) -> str:
    if difference.mean is None or difference.direction is Direction.NEITHER:
        return "neither higher nor lower on average"
    return f"{float(abs(difference.mean)):.2f} levels {difference.direction} on average"
