"""How far two graders agree beyond chance: weighted kappa and Gwet's AC2, each with its spread (M5, O8).

Both start from a table of counts: rows are the first grader's levels, columns the second's, both in the order of the
scale. Everything is exact (`Fraction`) until the interval, which needs a square root.

Weighted kappa: J. Cohen, Psychological Bulletin 70 (1968) 213–220; with quadratic weights J. L. Fleiss and J. Cohen,
Educational and Psychological Measurement 33 (1973) 613–619. Its large-sample variance: J. L. Fleiss, J. Cohen and
B. S. Everitt, Psychological Bulletin 72 (1969) 323–327. AC2 and its variance: K. L. Gwet, Handbook of Inter-Rater
Reliability, 4th edition (2014). The scale of the interval: R. A. Fisher's, as L. I.-K. Lin, Biometrics 45 (1989)
255–268, takes it for the concordance coefficient, which quadratic kappa is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import atanh, sqrt, tanh
from statistics import NormalDist

from rules.policy.moderation_shapes import Weighting

Counts = Sequence[Sequence[int]]
Weights = Sequence[Sequence[Fraction]]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient as these pairs have it (1 for full agreement, 0 for what chance gives), and its variance.

    The variance says how far it would lie off if other pairs had been looked at; it is for many pairs.
    """

    value: Fraction
    variance: Fraction


@dataclass(frozen=True, slots=True)
class Interval:
    """Between which two figures the coefficient of all such pairs lies, with a confidence of `level` per cent."""

    level: int
    lower: float
    upper: float


def weights_of(levels: int, weighting: Weighting) -> Weights:
    """How much two grades count as agreement: 1 for the same grade, 0 for the two ends of the scale."""
    steps = levels - 1
    return [
        [_weight(Fraction(abs(first - second), steps), weighting) for second in range(levels)]
        for first in range(levels)
    ]


def weighted_kappa(table: Counts, weights: Weights) -> Estimate | None:
    """1 − observed ÷ expected disagreement; None where chance leaves no disagreement to expect.

    That is so where both graders gave one and the same grade throughout.
    """
    shares, firsts, seconds = _shares(table)
    observed = _weighted(shares, weights)
    expected = _weighted([[first * second for second in seconds] for first in firsts], weights)
    if expected == 1:
        return None
    by_first = [sum(map(_product, row, seconds), _NONE) for row in weights]
    by_second = [sum(map(_product, column, firsts), _NONE) for column in zip(*weights, strict=True)]
    spread = _over_cells(
        shares,
        lambda i, j: weights[i][j] * (1 - expected) - (by_first[i] + by_second[j]) * (1 - observed),
    )
    middle = (observed * expected - 2 * expected + observed) ** 2
    return Estimate((observed - expected) / (1 - expected), (spread - middle) / (_total(table) * (1 - expected) ** 4))


def gwet_ac2(table: Counts, weights: Weights) -> Estimate:
    """Gwet's AC2, which is defined for any table: chance is taken from the scale and both graders' mean use of it.

    It looks at how many levels the scale has, used or not: hand in all of them.
    """
    shares, firsts, seconds = _shares(table)
    levels = len(table)
    used = [(first + second) / 2 for first, second in zip(firsts, seconds, strict=True)]
    by_chance = sum((sum(row, _NONE) for row in weights), _NONE) / (levels * (levels - 1))
    observed = _weighted(shares, weights)
    expected = by_chance * sum((share * (1 - share) for share in used), _NONE)
    value = (observed - expected) / (1 - expected)
    pull = 2 * (1 - value)
    spread = _over_cells(shares, lambda i, j: weights[i][j] - pull * by_chance * (1 - (used[i] + used[j]) / 2))
    middle = (observed - pull * expected) ** 2
    return Estimate(value, (spread - middle) / (_total(table) * (1 - expected) ** 2))


def interval(estimate: Estimate, level: int) -> Interval | None:
    """The interval on Fisher's scale, on which it is as wide to both sides and never leaves −1 to 1.

    None without spread, or at −1 and below, where that scale ends. The plain one (value ± 1.96 standard errors) holds
    too seldom for the few pairs of a quarter: docs/agreement.md has the figures.
    """
    if estimate.variance <= 0 or abs(estimate.value) >= 1:
        return None
    value = float(estimate.value)
    reach = NormalDist().inv_cdf((1 + level / 100) / 2) * sqrt(estimate.variance) / (1 - value**2)
    lower, upper = tanh(atanh(value) - reach), tanh(atanh(value) + reach)
    # Rounding in the last digit must not put the estimate outside.
    return Interval(level, min(lower, value), max(upper, value))


_NONE = Fraction(0)


def _weight(distance: Fraction, weighting: Weighting) -> Fraction:
    if weighting is Weighting.QUADRATIC:
        return 1 - distance**2
    return 1 - distance if weighting is Weighting.LINEAR else Fraction(distance == 0)


def _shares(table: Counts) -> tuple[list[list[Fraction]], list[Fraction], list[Fraction]]:
    """The cells as shares of all pairs, and those of rows and columns."""
    total = _total(table)
    shares = [[Fraction(count, total) for count in row] for row in table]
    return shares, [sum(row, _NONE) for row in shares], [sum(column, _NONE) for column in zip(*shares, strict=True)]


def _total(table: Counts) -> int:
    return sum(map(sum, table))


def _weighted(shares: Sequence[Sequence[Fraction]], weights: Weights) -> Fraction:
    pairs = zip(shares, weights, strict=True)
    return sum((sum(map(_product, row, weight), _NONE) for row, weight in pairs), _NONE)


def _over_cells(shares: Sequence[Sequence[Fraction]], of_cell: Callable[[int, int], Fraction]) -> Fraction:
    """The mean square of something that each cell has."""
    cells = ((i, j, share) for i, row in enumerate(shares) for j, share in enumerate(row))
    return sum((share * of_cell(i, j) ** 2 for i, j, share in cells), _NONE)


def _product(one: Fraction, other: Fraction) -> Fraction:
    return one * other
