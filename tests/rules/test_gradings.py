"""Two gradings of an audit: what the second says, and what it leaves as the first had it (L2, L3)."""

from dataclasses import replace

import pytest

from rules.gradings import (
    CheckAnswer,
    CheckFound,
    DomainContent,
    GradingContent,
    LineAnswer,
    Stage,
    after_over_before,
    missing_in_grading,
    worst_domain_grade,
    wrong_in_grading,
)
from rules.policy.load import load_edition

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")

BEFORE = GradingContent(
    domains=(
        DomainContent(
            "risk", "good", "Risks are weighed at each visit.", lines=(LineAnswer("seen"), LineAnswer("shared"))
        ),
        DomainContent("carers", is_applicable=False),
    ),
    checks=(CheckFound("supervised", CheckAnswer.YES), CheckFound("reviewed", CheckAnswer.NO)),
    strengths=("Warm, plain letters.",),
    overall="good",
    is_anyone_unsafe=False,
)


@pytest.mark.proves("L2")
def test_what_the_second_grading_leaves_out_stands_as_in_the_first() -> None:
    after = GradingContent(
        domains=(DomainContent("risk", "outstanding", lines=(LineAnswer("shared", "With the GP, since May."),)),),
        checks=(CheckFound("reviewed", CheckAnswer.YES),),
    )

    read = after_over_before(BEFORE, after)

    risk = read.domain("risk")
    assert risk is not None
    assert (risk.grade, risk.evidence) == ("outstanding", "Risks are weighed at each visit.")
    assert risk.lines == (LineAnswer("seen"), LineAnswer("shared", "With the GP, since May."))
    assert read.checks == (CheckFound("supervised", CheckAnswer.YES), CheckFound("reviewed", CheckAnswer.YES))
    assert read.strengths == BEFORE.strengths


@pytest.mark.proves("L2")
def test_no_grade_of_the_first_grading_is_taken_for_one_of_the_second() -> None:
    read = after_over_before(BEFORE, GradingContent())

    assert [domain.grade for domain in read.domains] == [None, None]
    assert read.domain("carers") == DomainContent("carers", is_applicable=False)
    assert (read.overall, read.is_anyone_unsafe) == (None, None)
    assert read.domain("unheard of") is None


WHOLE = replace(BEFORE, areas_to_improve=("None that the record shows.",))


def graded(overall: str | None, *domains: str) -> GradingContent:
    content = tuple(DomainContent(f"domain_{number}", grade) for number, grade in enumerate(domains))
    return replace(WHOLE, domains=content, overall=overall, is_anyone_unsafe=None)


def lacking(content: GradingContent, stage: Stage = Stage.BEFORE_DISCUSSION) -> list[str]:
    return [reason.sentence for reason in missing_in_grading(content, stage, POLICY)]


def test_a_grading_that_says_everything_lacks_nothing() -> None:
    assert lacking(WHOLE) == []
    after = replace(WHOLE, added_by_discussion="The worker had rung the sister twice.")
    assert lacking(after, Stage.AFTER_DISCUSSION) == []


@pytest.mark.proves("L2", "gradings.least_strengths", "gradings.least_areas_to_improve")
def test_strengths_and_areas_to_improve_are_written_and_blanks_say_nothing() -> None:
    assert lacking(replace(WHOLE, strengths=("  ",), areas_to_improve=())) == [
        "Of strengths 0 of at least 1 is written: say what the record shows.",
        "Of areas to improve 0 of at least 1 is written: say what the record shows.",
    ]
    elsewhere = missing_in_grading(replace(WHOLE, overall="met", domains=()), Stage.BEFORE_DISCUSSION, NORTHMOOR)
    assert [reason.sentence.split(":")[0] for reason in elsewhere] == [
        "Of areas to improve 1 of at least 2 is written"
    ], "one strength less and one area more, as the other council has it"


@pytest.mark.proves("L3")
def test_the_second_grading_notes_what_the_discussion_added_unless_it_was_not_held() -> None:
    assert lacking(WHOLE, Stage.AFTER_DISCUSSION) == [
        "What the reflective discussion added is not noted: note it, or that it added nothing."
    ]
    assert missing_in_grading(WHOLE, Stage.AFTER_DISCUSSION, POLICY, was_discussed=False) == ()


@pytest.mark.proves("L2", "gradings.levels_that_need_a_reason")
@pytest.mark.parametrize(
    ("overall", "worst", "asks"),
    [
        ("outstanding", "outstanding", False),
        ("outstanding", "good", False),
        ("outstanding", "requires_improvement", True),
        ("outstanding", "inadequate", True),
        ("good", "requires_improvement", False),
        ("good", "inadequate", True),
        ("requires_improvement", "inadequate", False),
        ("inadequate", "outstanding", False),
    ],
)
def test_an_overall_grade_two_levels_above_the_worst_domain_asks_for_a_reason(
    overall: str, worst: str, asks: bool
) -> None:
    content = replace(graded(overall, "outstanding", worst), is_anyone_unsafe=False)

    assert bool(lacking(content)) is asks
    assert lacking(replace(content, overall_because="The gap is closed since March.")) == []


def test_the_reason_that_is_asked_for_says_which_grades_and_how_far_apart() -> None:
    (sentence,) = lacking(graded("outstanding", "good", "requires_improvement"))

    assert sentence == (
        "The overall grade, Outstanding, is 2 levels above the worst domain, Requires Improvement: from 2 levels on, "
        "say why."
    )


@pytest.mark.proves("L2", "gradings.safety_question_grades")
@pytest.mark.parametrize(
    "content", [graded("inadequate"), replace(graded("good", "inadequate"), overall_because="So.")]
)
def test_an_inadequate_grade_asks_whether_anyone_is_unsafe_now(content: GradingContent) -> None:
    (sentence,) = lacking(content)

    assert sentence == (
        'A grade before the discussion is Inadequate, which asks "is anyone unsafe now?": answer yes or no.'
    )
    assert lacking(replace(content, is_anyone_unsafe=True)) == lacking(replace(content, is_anyone_unsafe=False)) == []


def test_a_domain_that_does_not_apply_counts_for_nothing() -> None:
    aside = DomainContent("carers", "inadequate", is_applicable=False)
    content = replace(WHOLE, domains=(*WHOLE.domains, aside), is_anyone_unsafe=None)

    assert worst_domain_grade(content, POLICY) == "good"
    assert lacking(content) == []


@pytest.mark.proves("L2")
def test_the_overall_grade_is_given_unless_the_tool_has_no_graded_domain() -> None:
    content = replace(WHOLE, overall=None)

    (sentence,) = lacking(content)

    assert sentence == (
        "The overall grade before the discussion is not given: give one of Outstanding, Good, Requires Improvement, "
        "Inadequate."
    )
    assert missing_in_grading(content, Stage.BEFORE_DISCUSSION, POLICY, is_graded=False) == ()


def test_every_reason_names_its_rule_and_clause() -> None:
    content = replace(graded("outstanding", "inadequate"), strengths=(), overall=None)
    reasons = missing_in_grading(content, Stage.AFTER_DISCUSSION, POLICY)

    assert [(reason.rule, reason.clause) for reason in reasons] == [
        ("L2", "3.10"),
        ("L3", "3.5"),
        ("L2", "3.10"),
        ("L2", "3.10"),
    ]


WRONG = {
    "a grade that the edition has not": (graded("excellent"), "/overall", "'excellent' is no grade of this edition"),
    "such a grade of a domain": (graded("good", "good", "poor"), "/domains/1/grade", "'poor' is no grade"),
    "a grade by its title": (graded("Good"), "/overall", "'Good' is no grade of this edition: give one of outstanding"),
    "a grade where nothing applies": (
        replace(WHOLE, domains=(DomainContent("carers", "good", is_applicable=False),)),
        "/domains/0/grade",
        "does not apply and has a grade",
    ),
    "a domain twice": (
        replace(WHOLE, domains=(DomainContent("risk"), DomainContent("risk"))),
        "/domains/1",
        "The domain 'risk' stands there twice",
    ),
    "a line of enquiry twice": (
        replace(WHOLE, domains=(DomainContent("risk", lines=(LineAnswer("a"), LineAnswer("a"))),)),
        "/domains/0/lines/1",
        "stands there twice",
    ),
    "a check twice": (replace(WHOLE, checks=(CheckFound("a"), CheckFound("a"))), "/checks/1", "stands there twice"),
    "a discussion that was not yet": (
        replace(WHOLE, added_by_discussion="More."),
        "/added_by_discussion",
        "belongs to the grading after it",
    ),
}


@pytest.mark.proves("L2", "gradings.grades")
@pytest.mark.parametrize(("content", "place", "words"), WRONG.values(), ids=WRONG)
def test_what_no_draft_may_hold(content: GradingContent, place: str, words: str) -> None:
    (problem,) = wrong_in_grading(content, Stage.BEFORE_DISCUSSION, POLICY)

    assert problem.pointer == place
    assert words in problem.sentence


def test_an_empty_draft_holds_nothing_wrong() -> None:
    for stage in Stage:
        assert wrong_in_grading(GradingContent(), stage, POLICY) == ()
