"""Kappa, AC2 and their spread, held to what was published and to what other programs work out (M5, O8).

Rows are the first rater's levels, columns the second's.
"""

from fractions import Fraction
from math import atanh, sqrt, tanh

import pytest

from rules.agreement_coefficients import Counts, Estimate, Weights, gwet_ac2, interval, weighted_kappa, weights_of
from rules.policy.moderation_shapes import Weighting

# J. Cohen, "Weighted kappa", Psychological Bulletin 70 (1968), table 1: 200 diagnoses by two judges, and how grave each
# disagreement is. Judge B in rows.
COHEN_1968 = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]
COHEN_DISAGREEMENT = [[0, 1, 3], [1, 0, 6], [3, 6, 0]]
# J. L. Fleiss, J. Cohen and B. S. Everitt, "Large sample standard errors of kappa and weighted kappa", Psychological
# Bulletin 72 (1969), as given with `cohen.kappa` of the R package psych: 200 diagnoses, with weights of agreement.
FLEISS_1969 = [[106, 10, 4], [22, 28, 10], [2, 12, 6]]
FLEISS_WEIGHTS = [["1", "0", "0.4444"], ["0", "1", "0.6667"], ["0.4444", "0.6667", "1"]]
# J. L. Fleiss, "Statistical Methods for Rates and Proportions", 2nd edition (1981): 100 patients.
FLEISS_1981 = [[75, 1, 4], [5, 4, 1], [0, 0, 10]]
# K. L. Gwet, R package irrCAC 1.0, data set cont3x3abstractors: 100 pregnancies by two abstractors.
ABSTRACTORS = [[13, 0, 0], [0, 20, 7], [0, 4, 56]]
# The same package, data set cont4x4diagnosis: 223 patients.
DIAGNOSIS = [[40, 6, 4, 15], [4, 25, 1, 5], [4, 2, 21, 9], [17, 13, 12, 45]]
# SAS/STAT FREQ, as in the tests of statsmodels: 19 pairs.
SAS = [[0, 4, 1], [0, 8, 0], [0, 1, 5]]
# R package irr, data set anxiety: raters 1 and 2 of 20 people on six levels; raters 2 and 3, of whom nobody says 5, on
# the other five, which irr takes for the whole scale.
ANXIETY = [
    [1, 0, 1, 0, 0, 0],
    [0, 4, 2, 0, 0, 0],
    [0, 0, 1, 3, 0, 1],
    [0, 0, 1, 0, 0, 1],
    [0, 1, 2, 1, 0, 0],
    [0, 0, 1, 0, 0, 0],
]
ANXIETY_2_3 = [[0, 0, 1, 0, 0], [4, 0, 1, 0, 0], [2, 3, 3, 0, 0], [0, 2, 0, 1, 1], [1, 0, 0, 1, 0]]


def kappa(table: Counts, weights: Weights | Weighting) -> Estimate:
    of_these = weights_of(len(table), weights) if isinstance(weights, Weighting) else weights
    found = weighted_kappa(table, of_these)
    assert found is not None
    return found


def ac2(table: Counts, weighting: Weighting) -> Estimate:
    return gwet_ac2(table, weights_of(len(table), weighting))


def figures(estimate: Estimate) -> tuple[float, float]:
    """The coefficient and its standard error."""
    return float(estimate.value), sqrt(estimate.variance)


def as_weights(disagreement: list[list[int]]) -> Weights:
    most = max(map(max, disagreement))
    return [[1 - Fraction(cell, most) for cell in row] for row in disagreement]


def test_cohens_own_example_of_1968() -> None:
    """He prints kappa .492, weighted kappa .348, and .90 and 1.38 as observed and expected disagreement."""
    weighted = kappa(COHEN_1968, as_weights(COHEN_DISAGREEMENT))

    assert weighted.value == 1 - Fraction(90, 138)
    assert float(weighted.value) == pytest.approx(0.348, abs=0.0005)
    assert float(kappa(COHEN_1968, Weighting.EQUAL).value) == pytest.approx(0.492, abs=0.0005)


def test_the_standard_error_of_fleiss_cohen_and_everitt_for_cohens_example() -> None:
    """.0755, as the vignette "Weighted kappa" of the R package DMAR has it beside Cohen's own .0901."""
    assert figures(kappa(COHEN_1968, as_weights(COHEN_DISAGREEMENT)))[1] == pytest.approx(0.0755, abs=0.00005)


def test_the_example_of_fleiss_cohen_and_everitt_1969() -> None:
    """Kappa .429 and .507 with their weights; statsmodels gives the same, and the variances to the last digit here."""
    weights = [[Fraction(cell) for cell in row] for row in FLEISS_WEIGHTS]
    plain, weighted = kappa(FLEISS_1969, Weighting.EQUAL), kappa(FLEISS_1969, weights)

    assert float(plain.value) == pytest.approx(0.429, abs=0.0005)
    assert float(plain.variance) == pytest.approx(0.002885, abs=0.0000005)
    assert float(weighted.value) == pytest.approx(0.507, abs=0.0005)
    assert float(weighted.variance) == pytest.approx(0.003248, abs=0.0000005)


def test_the_table_in_the_textbook_of_fleiss() -> None:
    """He prints kappa .68; the standard errors, and the figures with quadratic weights, are those of statsmodels."""
    assert figures(kappa(FLEISS_1981, Weighting.EQUAL)) == pytest.approx((0.676, 0.0877), abs=0.0005)
    assert figures(kappa(FLEISS_1981, Weighting.QUADRATIC)) == pytest.approx((0.755, 0.0867), abs=0.0005)


PRINTED_BY_IRRCAC = [
    (Weighting.EQUAL, (0.7964094, 0.05891072), (0.8493305, 0.04321747)),
    (Weighting.QUADRATIC, (0.8921569, 0.03535151), (0.9402369, 0.01792019)),
]


@pytest.mark.parametrize(("weighting", "of_kappa", "of_ac2"), PRINTED_BY_IRRCAC)
def test_what_gwets_own_package_prints_in_its_vignettes(
    weighting: Weighting, of_kappa: tuple[float, float], of_ac2: tuple[float, float]
) -> None:
    assert figures(kappa(ABSTRACTORS, weighting)) == pytest.approx(of_kappa, abs=5e-8)
    assert figures(ac2(ABSTRACTORS, weighting)) == pytest.approx(of_ac2, abs=5e-8)


def test_what_sas_prints() -> None:
    assert figures(kappa(SAS, Weighting.EQUAL)) == pytest.approx((0.4842, 0.1380), abs=0.00005)
    assert figures(kappa(SAS, Weighting.LINEAR)) == pytest.approx((0.4701, 0.1457), abs=0.00005)


def test_what_the_package_irr_prints_for_its_example() -> None:
    assert float(kappa(ANXIETY, Weighting.QUADRATIC).value) == pytest.approx(0.297, abs=0.0005)
    for weighting, printed in (
        (Weighting.EQUAL, -0.006289308),
        (Weighting.LINEAR, 0.1459075),
        (Weighting.QUADRATIC, 0.2520325),
    ):
        assert float(kappa(ANXIETY_2_3, weighting).value) == pytest.approx(printed, abs=5e-8)


# Tables by chance. Kappa by scikit-learn 1.9.1 (cohen_kappa_score) and statsmodels 0.15.0 (cohens_kappa), which agree
# to the twelfth digit, its standard error by the latter; AC2 by irrCAC 0.4.4 for Python.
BY_OTHER_PROGRAMS: list[tuple[Counts, Weighting, tuple[float, float], tuple[float, float]]] = [
    ([[17, 4], [0, 4]], Weighting.QUADRATIC, (0.576271186441, 0.175883352186), (0.748110831234, 0.128271846604)),
    ([[17, 4], [0, 4]], Weighting.LINEAR, (0.576271186441, 0.175883352186), (0.748110831234, 0.128271846604)),
    (
        [[10, 2, 0], [1, 6, 2], [1, 6, 12]],
        Weighting.QUADRATIC,
        (0.733570159858, 0.08722280558),
        (0.726526891522, 0.085560487371),
    ),
    (
        [[10, 2, 0], [1, 6, 2], [1, 6, 12]],
        Weighting.LINEAR,
        (0.643835616438, 0.093521769097),
        (0.640759930915, 0.091953927569),
    ),
    (
        [[2, 0, 0, 0], [0, 4, 0, 0], [0, 0, 3, 0], [0, 0, 1, 0]],
        Weighting.QUADRATIC,
        (0.927536231884, 0.058683511333),
        (0.968253968254, 0.032671278643),
    ),
    (
        [[15, 4, 0, 0], [1, 4, 2, 0], [1, 0, 4, 0], [0, 0, 0, 0]],
        Weighting.QUADRATIC,
        (0.703220191471, 0.124158518763),
        (0.912068076328, 0.038502183443),
    ),
    (
        [[20, 1, 0, 0], [10, 25, 11, 0], [8, 8, 28, 7], [0, 5, 6, 31]],
        Weighting.QUADRATIC,
        (0.733688415446, 0.041908335154),
        (0.768166635315, 0.034373008446),
    ),
    (
        [[20, 1, 0, 0], [10, 25, 11, 0], [8, 8, 28, 7], [0, 5, 6, 31]],
        Weighting.LINEAR,
        (0.634122091867, 0.044836208484),
        (0.659481717191, 0.039873153616),
    ),
    (DIAGNOSIS, Weighting.EQUAL, (0.43150078, 0.04596918), (0.45615764, 0.04344987)),
    (DIAGNOSIS, Weighting.QUADRATIC, (0.38318594, 0.0657947), (0.298573, 0.07517948)),
]


@pytest.mark.parametrize(("table", "weighting", "of_kappa", "of_ac2"), BY_OTHER_PROGRAMS)
def test_what_other_programs_work_out(
    table: Counts, weighting: Weighting, of_kappa: tuple[float, float], of_ac2: tuple[float, float]
) -> None:
    assert figures(kappa(table, weighting)) == pytest.approx(of_kappa, abs=5e-9)
    assert figures(ac2(table, weighting)) == pytest.approx(of_ac2, abs=5e-9)


def test_quadratic_weights_of_four_grades() -> None:
    eight, five = Fraction(8, 9), Fraction(5, 9)

    assert weights_of(4, Weighting.QUADRATIC) == [
        [1, eight, five, 0],
        [eight, 1, eight, five],
        [five, eight, 1, eight],
        [0, five, eight, 1],
    ]


def test_quadratic_kappa_is_the_concordance_coefficient() -> None:
    """Fleiss and Cohen 1973, Lin 1989: 2 × covariance ÷ (both variances + the square of the difference of means)."""
    pairs = [
        (row, column) for row, cells in enumerate(DIAGNOSIS) for column, count in enumerate(cells) for _ in range(count)
    ]
    total = len(pairs)
    mean_1, mean_2 = (Fraction(sum(pair[side] for pair in pairs), total) for side in (0, 1))
    variances = sum((one - mean_1) ** 2 + (two - mean_2) ** 2 for one, two in pairs) / total
    covariance = sum((one - mean_1) * (two - mean_2) for one, two in pairs) / total

    assert kappa(DIAGNOSIS, Weighting.QUADRATIC).value == 2 * covariance / (variances + (mean_1 - mean_2) ** 2)


def test_the_interval_is_as_wide_to_both_sides_on_fishers_scale() -> None:
    """The abstractors' kappa, .892 with a standard error of .0354: 1.96 × .0354 ÷ (1 − .892²) = .339 around 1.432."""
    found = interval(kappa(ABSTRACTORS, Weighting.QUADRATIC), 95)

    assert found is not None
    assert (found.lower, found.upper) == pytest.approx((tanh(1.4324 - 0.3395), tanh(1.4324 + 0.3395)), abs=0.0005)
    assert (found.level, found.lower, found.upper) == pytest.approx((95, 0.798, 0.944), abs=0.0005)
    assert atanh(found.upper) - atanh(0.8921569) == pytest.approx(atanh(0.8921569) - atanh(found.lower), abs=1e-6)


def test_the_interval_of_another_level() -> None:
    """1.2816 standard errors hold 80 per cent, 2.5758 hold 99."""
    estimate = Estimate(Fraction(0), Fraction(1, 100))

    for level, reach in ((80, 0.12816), (95, 0.19600), (99, 0.25758)):
        found = interval(estimate, level)
        assert found is not None
        assert (found.lower, found.upper) == pytest.approx((-tanh(reach), tanh(reach)), abs=0.00001)


@pytest.mark.parametrize(
    ("value", "variance"), [(Fraction(1), 0), (Fraction(1, 2), 0), (Fraction(-1), 1), (Fraction(-5, 4), 1)]
)
def test_no_interval_without_spread_or_where_fishers_scale_ends(value: Fraction, variance: int) -> None:
    assert interval(Estimate(value, Fraction(variance)), 95) is None


@pytest.mark.parametrize("place", range(4))
def test_kappa_is_undefined_where_both_gave_one_grade_and_ac2_is_not(place: int) -> None:
    table = [[12 if row == column == place else 0 for column in range(4)] for row in range(4)]

    assert weighted_kappa(table, weights_of(4, Weighting.QUADRATIC)) is None
    assert ac2(table, Weighting.QUADRATIC) == Estimate(Fraction(1), Fraction(0))


def test_ac2_looks_at_the_whole_scale_used_or_not() -> None:
    """Two grades out of four are less of a coincidence than two out of two: 1 − .1 ÷ .5, and 1 − .0111 ÷ .5185."""
    assert ac2([[45, 5], [5, 45]], Weighting.QUADRATIC).value == Fraction(4, 5)
    assert ac2([[0, 0, 0, 0], [0, 45, 5, 0], [0, 5, 45, 0], [0, 0, 0, 0]], Weighting.QUADRATIC).value == Fraction(
        137, 140
    )


def test_kappa_falls_with_rare_grades_where_ac2_does_not() -> None:
    """Twice 90 of 100 agree. Where nearly all is Good, kappa puts nearly all of it down to chance."""
    even = [[0, 0, 0, 0], [0, 45, 5, 0], [0, 5, 45, 0], [0, 0, 0, 0]]
    rare = [[0, 0, 0, 0], [0, 90, 5, 0], [0, 5, 0, 0], [0, 0, 0, 0]]

    assert [float(kappa(table, Weighting.QUADRATIC).value) for table in (even, rare)] == pytest.approx(
        [0.8, -0.053], abs=0.0005
    )
    assert [float(ac2(table, Weighting.QUADRATIC).value) for table in (even, rare)] == pytest.approx(
        [0.979, 0.988], abs=0.0005
    )
