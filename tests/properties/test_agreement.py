"""Whatever two graders give: what always holds of the figures about it (M5, O8)."""

import dataclasses
from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rules.agreement import Agreement, Compared, Direction, GradePair, agreement
from rules.agreement_coefficients import Counts, Estimate, gwet_ac2, interval, weighted_kappa, weights_of
from rules.policy.load import load_edition
from rules.policy.moderation_shapes import Weighting

POLICY = load_edition()
GRADES = [*POLICY.gradings.grades]
OPPOSITE = {
    Direction.HIGHER: Direction.LOWER,
    Direction.LOWER: Direction.HIGHER,
    Direction.NEITHER: Direction.NEITHER,
}

grades = st.none() | st.sampled_from(GRADES)
pairs = st.lists(st.builds(GradePair, grades, grades), max_size=60)
weightings = st.sampled_from(Weighting)


@st.composite
def tables(draw: st.DrawFn) -> list[list[int]]:
    """Two to seven levels, small and large counts, and at least one pair."""
    levels = draw(st.integers(2, 7))
    counts = st.integers(0, 4) | st.integers(0, 500)
    table = [[draw(counts) for _ in range(levels)] for _ in range(levels)]
    table[draw(st.integers(0, levels - 1))][draw(st.integers(0, levels - 1))] += 1
    return table


def figures(given_pairs: list[GradePair]) -> Agreement:
    return agreement(Compared.AUDITOR_AND_MODERATOR, given_pairs, POLICY)


def turned(table: Counts) -> list[list[int]]:
    return [list(column) for column in zip(*table, strict=True)]


@given(pairs)
def test_with_the_graders_swapped_only_the_direction_turns(given_pairs: list[GradePair]) -> None:
    found = figures(given_pairs)
    swapped = figures([GradePair(pair.second, pair.first) for pair in given_pairs])

    assert swapped.kappa == found.kappa
    assert swapped.ac2 == found.ac2
    assert (swapped.exact, swapped.within_one, swapped.left_out) == (found.exact, found.within_one, found.left_out)
    assert swapped.matrix == tuple(zip(*found.matrix, strict=True))
    assert swapped.difference.levels == -found.difference.levels
    assert (swapped.difference.higher, swapped.difference.lower) == (found.difference.lower, found.difference.higher)
    assert swapped.difference.direction is OPPOSITE[found.difference.direction]


@given(pairs, st.randoms())
def test_the_order_of_the_pairs_changes_nothing(given_pairs: list[GradePair], chance: Random) -> None:
    mixed = list(given_pairs)
    chance.shuffle(mixed)

    assert figures(mixed) == figures(given_pairs)


@given(pairs)
def test_every_pair_is_in_the_matrix_or_left_out(given_pairs: list[GradePair]) -> None:
    found = figures(given_pairs)

    assert sum(map(sum, found.matrix)) == found.pairs == len(given_pairs) - found.left_out
    assert found.exact.count <= found.within_one.count <= found.pairs
    assert found.difference.higher + found.difference.lower + found.exact.count == found.pairs


@given(pairs)
def test_each_figure_is_there_or_has_its_reason(given_pairs: list[GradePair]) -> None:
    found = figures(given_pairs)

    for coefficient in (found.kappa, found.ac2):
        assert (coefficient.value is None) == (coefficient.why_not_given is not None) == (coefficient.variance is None)
        assert (coefficient.interval is None) == (coefficient.why_no_interval is not None)
    assert (found.exact.fraction is None) == (found.why_no_shares is not None) == (found.difference.mean is None)


@given(tables(), weightings)
def test_kappa_is_one_less_observed_by_expected_disagreement(table: list[list[int]], weighting: Weighting) -> None:
    """Counted pair against pair: whoever was graded by the first against whoever was graded by the second."""
    weights = weights_of(len(table), weighting)
    places = list(product(range(len(table)), repeat=2))
    total = sum(map(sum, table))
    observed = sum((table[i][j] * (1 - weights[i][j]) for i, j in places), Fraction(0)) / total
    firsts, seconds = [sum(row) for row in table], [sum(column) for column in turned(table)]
    expected = sum((firsts[i] * seconds[j] * (1 - weights[i][j]) for i, j in places), Fraction(0)) / total**2
    found = weighted_kappa(table, weights)

    assert (found is None) == (expected == 0)
    assert found is None or found.value == 1 - observed / expected


@given(tables(), weightings)
def test_both_graders_have_the_same_part_in_it(table: list[list[int]], weighting: Weighting) -> None:
    weights = weights_of(len(table), weighting)

    assert weighted_kappa(turned(table), weights) == weighted_kappa(table, weights)
    assert gwet_ac2(turned(table), weights) == gwet_ac2(table, weights)


@given(tables(), weightings)
def test_a_scale_read_from_the_other_end_is_the_same_scale(table: list[list[int]], weighting: Weighting) -> None:
    weights = weights_of(len(table), weighting)
    from_the_end = [row[::-1] for row in table[::-1]]

    assert weighted_kappa(from_the_end, weights) == weighted_kappa(table, weights)
    assert gwet_ac2(from_the_end, weights) == gwet_ac2(table, weights)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=7).filter(any), weightings)
def test_full_agreement_is_one(counts: list[int], weighting: Weighting) -> None:
    table = [[count if row == column else 0 for column in range(len(counts))] for row, count in enumerate(counts)]
    weights = weights_of(len(counts), weighting)
    found = weighted_kappa(table, weights)

    assert gwet_ac2(table, weights).value == 1
    assert (found is None) == (sum(map(bool, counts)) == 1)
    assert found in (None, Estimate(Fraction(1), Fraction(0)))


@given(tables(), weightings)
def test_nothing_is_above_one_and_only_full_agreement_is_one(table: list[list[int]], weighting: Weighting) -> None:
    weights = weights_of(len(table), weighting)
    differ = any(count for row, cells in enumerate(table) for column, count in enumerate(cells) if row != column)
    found, other = weighted_kappa(table, weights), gwet_ac2(table, weights)

    assert (other.value < 1) == differ
    assert found is None or (-1 <= found.value <= 1 and (found.value < 1) == differ)


@given(tables(), weightings, st.integers(50, 99))
def test_the_interval_holds_the_estimate_and_stays_between_minus_one_and_one(
    table: list[list[int]], weighting: Weighting, level: int
) -> None:
    weights = weights_of(len(table), weighting)
    for estimate in (weighted_kappa(table, weights), gwet_ac2(table, weights)):
        if estimate is None:
            continue
        assert estimate.variance >= 0
        found = interval(estimate, level)
        if found is not None:
            assert -1 <= found.lower <= float(estimate.value) <= found.upper <= 1


@given(tables(), weightings)
def test_a_higher_confidence_gives_a_wider_interval(table: list[list[int]], weighting: Weighting) -> None:
    estimate = gwet_ac2(table, weights_of(len(table), weighting))
    narrow, wide = interval(estimate, 80), interval(estimate, 95)

    assert (narrow is None) == (wide is None)
    if narrow is not None and wide is not None:
        assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper


@given(tables(), weightings, st.integers(2, 9))
def test_so_many_times_the_same_pairs_change_the_spread_alone(
    table: list[list[int]], weighting: Weighting, times: int
) -> None:
    weights = weights_of(len(table), weighting)
    more = [[count * times for count in row] for row in table]
    found, again = weighted_kappa(table, weights), weighted_kappa(more, weights)
    other, other_again = gwet_ac2(table, weights), gwet_ac2(more, weights)

    assert other_again == dataclasses.replace(other, variance=other.variance / times)
    if found is None or again is None:
        assert found is again
    else:
        assert again == dataclasses.replace(found, variance=found.variance / times)


@given(tables(), weightings)
def test_for_kappa_a_level_at_the_end_that_nobody_uses_changes_nothing(
    table: list[list[int]], weighting: Weighting
) -> None:
    """Not for AC2, whose chance is taken from the whole scale: that is why the edition's whole scale is handed in."""
    longer = [*([*row, 0] for row in table), [0] * (len(table) + 1)]

    assert weighted_kappa(longer, weights_of(len(longer), weighting)) == weighted_kappa(
        table, weights_of(len(table), weighting)
    )
