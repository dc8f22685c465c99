"""How far auditor and moderator agree, and the grades before and after the discussion (M5, O8)."""

from fractions import Fraction

import pytest

from rules.agreement import Agreement, Compared, Direction, GradePair, agreement, agreement_by_part
from rules.errors import InvalidFacts
from rules.policy.load import load_edition

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
GRADES = dict(zip("OGRI", POLICY.gradings.grades, strict=True))
MODERATED, DISCUSSED = Compared.AUDITOR_AND_MODERATOR, Compared.BEFORE_AND_AFTER_DISCUSSION


def pairs(text: str) -> list[GradePair]:
    """ "GG×8 GR×3 I-": eight times Good twice, three times Good then Requires Improvement, one graded once."""
    found = []
    for word in text.split():
        letters, _, times = word.partition("×")
        found += [GradePair(GRADES.get(letters[0]), GRADES.get(letters[1]))] * int(times or 1)
    return found


def of(text: str, compared: Compared = MODERATED) -> Agreement:
    return agreement(compared, pairs(text), POLICY)


@pytest.mark.proves("M5")
def test_figures_of_a_moderation_worked_out_by_hand() -> None:
    """Twelve audits: six the same, four graded one level lower by the moderators, one two lower, one higher."""
    found = of("OO GG×3 RR II GR×3 RI GI RG")

    assert found.pairs == 12
    assert found.matrix == ((1, 0, 0, 0), (0, 3, 3, 1), (0, 1, 1, 1), (0, 0, 0, 1))
    assert (found.exact.count, found.exact.fraction, found.exact.percentage) == (6, Fraction(1, 2), 50)
    assert (found.within_one.count, found.within_one.percentage) == (11, 92)
    # Squared levels. Observed: five times 1 and once 4, 9 in 12 pairs. Expected from rows 1 7 3 1 and columns 1 4 4 3:
    # 1 × (4 + 16 + 27) + 7 × (1 + 4 + 12) + 3 × (4 + 4 + 3) + 1 × (9 + 16 + 4) = 228 in 144.
    assert found.kappa.value == 1 - Fraction(9, 12) / Fraction(228, 144) == Fraction(10, 19)


@pytest.mark.proves("M5")
def test_it_says_how_often_and_in_which_direction_the_two_differ() -> None:
    found = of("OO GG×3 RR II GR×3 RI GI RG").difference

    assert (found.higher, found.lower, found.levels, found.pairs) == (1, 5, -5, 12)
    assert found.mean == Fraction(-5, 12)
    assert found.direction is Direction.LOWER


SUMMARIES = [
    (
        MODERATED,
        "OO GG×3 RR II GR×3 RI GI RG",
        "The moderators graded higher in 1, lower in 5 and the same in 6 of 12: 0.42 levels lower on average.",
    ),
    (
        DISCUSSED,
        "GG×2 RG×2",
        (
            "After the discussion the grade was higher in 2, lower in 0 and the same in 2 of 4: "
            "0.50 levels higher on average."
        ),
    ),
    (
        MODERATED,
        "GR RG",
        "The moderators graded higher in 1, lower in 1 and the same in 0 of 2: neither higher nor lower on average.",
    ),
    (MODERATED, "", "Nothing was graded by auditor and moderator."),
]


@pytest.mark.parametrize(("compared", "text", "sentence"), SUMMARIES)
def test_the_summary_is_a_sentence(compared: Compared, text: str, sentence: str) -> None:
    assert of(text, compared).summary.sentence == sentence


@pytest.mark.proves("M5", "agreement.least_pairs")
@pytest.mark.parametrize(("text", "is_given"), [("GG×5 RR×4", False), ("GG×5 RR×5", True), ("GG×5 RR×4 G-×9", False)])
def test_below_ten_pairs_there_are_counts_and_shares_and_no_coefficient(text: str, is_given: bool) -> None:
    found = of(text)

    assert (found.kappa.value is not None, found.ac2.value is not None) == (is_given, is_given)
    assert found.exact.percentage == 100
    if not is_given:
        assert found.kappa.why_not_given == found.ac2.why_not_given == found.kappa.why_no_interval
        assert found.kappa.why_not_given == POLICY.reason(
            "M5", "Not given: 9 graded by auditor and moderator, and fewer than 10 would mislead."
        )


@pytest.mark.proves("M5")
def test_where_all_grades_are_the_same_kappa_is_undefined_and_says_why() -> None:
    found = of("GG×12")

    assert found.kappa.value is None
    assert found.kappa.why_not_given is not None
    assert found.kappa.why_not_given.sentence == (
        "Undefined: all grades by auditor and moderator are Good, so chance leaves nothing to disagree about."
    )
    assert found.ac2.value == 1
    assert found.ac2.why_not_given is None


WITHOUT_INTERVAL = [
    ("GG×6 RR×6", 1, "All 12 pairs agree: how far others would differ cannot be told from them."),
    (
        "GG×8 GR×4",
        0,
        "One of the two gave the same grade throughout: how far others would differ cannot be told from that.",
    ),
    ("OI×6 IO×6", -1, "The two disagree as far as can be: how far others would differ cannot be told from them."),
]


@pytest.mark.parametrize(("text", "value", "why"), WITHOUT_INTERVAL)
def test_no_interval_is_made_of_pairs_that_show_no_spread(text: str, value: int, why: str) -> None:
    found = of(text).kappa

    assert found.value == value
    assert found.interval is None
    assert found.why_not_given is None
    assert found.why_no_interval is not None
    assert found.why_no_interval.sentence == why


@pytest.mark.proves("agreement.confidence_level", "agreement.weighting")
def test_both_coefficients_come_with_their_interval() -> None:
    """Kappa .8 with a standard error of .06: atanh(.8) ± 1.96 × .06 ÷ .36 is 1.0986 ± .3267."""
    found = of("GG×45 GR×5 RG×5 RR×45")

    assert found.kappa.value == Fraction(4, 5)
    assert found.kappa.variance == Fraction(9, 2500)
    assert found.ac2.value == Fraction(137, 140)
    assert found.kappa.interval is not None
    assert found.ac2.interval is not None
    assert found.kappa.interval.level == found.ac2.interval.level == 95
    assert (found.kappa.interval.lower, found.kappa.interval.upper) == pytest.approx((0.648, 0.891), abs=0.0005)
    assert found.ac2.interval.lower < 137 / 140 < found.ac2.interval.upper


@pytest.mark.proves("O8")
def test_before_and_after_the_discussion_is_the_same_with_other_words_and_rule() -> None:
    found = of("GG×3 RG", DISCUSSED)

    assert found.exact.percentage == 75
    assert found.summary.rule == "O8"
    assert found.kappa.why_not_given == POLICY.reason(
        "O8", "Not given: 4 graded before and after the discussion, and fewer than 10 would mislead."
    )


def test_what_was_graded_once_only_is_left_out_and_counted() -> None:
    found = of("GG RR G- -R --")

    assert (found.pairs, found.left_out, found.exact.of) == (2, 3, 2)


def test_nothing_at_all_has_its_reason_for_every_figure() -> None:
    found = of("")

    assert (found.exact.fraction, found.exact.percentage, found.within_one.fraction, found.difference.mean) == (
        None,
        None,
        None,
        None,
    )
    assert found.why_no_shares is not None
    assert found.kappa.why_not_given is not None
    assert found.difference.direction is Direction.NEITHER


@pytest.mark.parametrize(("text", "percentage"), [("GG×1 GR×2", 33), ("GG×2 GR×1", 67), ("GG×1 GR×7", 13)])
def test_percentages_are_rounded_at_the_end_and_halves_up(text: str, percentage: int) -> None:
    assert of(text).exact.percentage == percentage


def test_a_grade_that_the_edition_has_not_is_refused_with_its_place() -> None:
    with pytest.raises(InvalidFacts) as refusal:
        agreement(MODERATED, [GradePair("good", "good"), GradePair("good", "fine"), GradePair("bad", None)], POLICY)

    assert [problem.pointer for problem in refusal.value.problems] == ["/1/second", "/2/first"]
    assert "'fine' is no grade of this edition" in refusal.value.sentence


@pytest.mark.proves("M5")
def test_each_domain_has_its_own_figures() -> None:
    found = agreement_by_part(MODERATED, {"voice": pairs("GR×3"), "risk": pairs("GG×3")}, POLICY)

    assert {domain: figures.difference.direction for domain, figures in found.items()} == {
        "voice": Direction.LOWER,
        "risk": Direction.NEITHER,
    }


@pytest.mark.proves("M5", "agreement.least_pairs", "agreement.weighting", "agreement.confidence_level")
def test_another_council_has_two_grades_and_its_own_figures() -> None:
    given = [GradePair("met", "met")] * 2 + [GradePair("met", "not_met"), GradePair("not_met", "not_met")]
    found = agreement(MODERATED, given, NORTHMOOR)

    assert found.matrix == ((2, 1), (0, 1))
    assert found.kappa.value == Fraction(1, 2)
    assert found.kappa.interval is not None
    assert found.kappa.interval.level == 80


@pytest.mark.proves("agreement.weighting")
def test_with_weights_graver_disagreement_counts_more() -> None:
    near, far = of("GG×5 RR×5 GR×2").ac2.value, of("GG×5 RR×5 GI×2").ac2.value

    assert near is not None
    assert far is not None
    assert far < near
