"""Whatever an auditor writes: the second grading over the first, and what is missing (L2, L3)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

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
from rules.improvement_plans import why_plan_is_owed
from rules.policy.load import load_edition

POLICY = load_edition()
GRADES = [*POLICY.gradings.grades]
IDS = ["voice", "risk", "carers"]

words = st.sampled_from(["", "  ", "Asked at each visit."])
grades = st.none() | st.sampled_from(GRADES)


def unique(of: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(of, unique=True, max_size=3)


@st.composite
def gradings(draw: st.DrawFn, stage: Stage) -> GradingContent:
    """A grading that holds nothing wrong, and lacks whatever chance leaves out."""
    domains = []
    for domain in draw(unique(st.sampled_from(IDS))):
        applies = draw(st.booleans())
        lines = tuple(LineAnswer(line, draw(words)) for line in draw(unique(st.sampled_from("abc"))))
        grade = draw(grades) if applies else None
        domains.append(DomainContent(domain, grade, draw(words), applies, lines))
    checks = [
        CheckFound(check, draw(st.none() | st.sampled_from(CheckAnswer)))
        for check in draw(unique(st.sampled_from("xyz")))
    ]
    return GradingContent(
        domains=tuple(domains),
        checks=tuple(checks),
        strengths=tuple(draw(st.lists(words, max_size=2))),
        areas_to_improve=tuple(draw(st.lists(words, max_size=2))),
        overall=draw(grades),
        overall_because=draw(words),
        is_anyone_unsafe=draw(st.none() | st.booleans()),
        added_by_discussion=draw(words) if stage is Stage.AFTER_DISCUSSION else "",
    )


first, second = gradings(Stage.BEFORE_DISCUSSION), gradings(Stage.AFTER_DISCUSSION)


@given(first, second)
def test_every_grade_that_is_read_after_the_discussion_was_given_after_it(
    before: GradingContent, after: GradingContent
) -> None:
    read = after_over_before(before, after)

    given_after = {domain.domain: domain.grade for domain in after.domains}
    assert {domain.domain: domain.grade for domain in read.domains if domain.grade is not None} == {
        domain: grade for domain, grade in given_after.items() if grade is not None
    }
    assert (read.overall, read.is_anyone_unsafe) == (after.overall, after.is_anyone_unsafe)
    assert wrong_in_grading(read, Stage.AFTER_DISCUSSION, POLICY) == ()


@given(first, second)
def test_nothing_that_was_written_before_is_lost_unless_it_is_written_anew(
    before: GradingContent, after: GradingContent
) -> None:
    read = after_over_before(before, after)

    assert {it.domain for it in read.domains} == {it.domain for it in (*before.domains, *after.domains)}
    assert {it.check for it in read.checks} == {it.check for it in before.checks} | {
        it.check for it in after.checks if it.answer is not None
    }
    for domain in before.domains:
        kept = read.domain(domain.domain)
        assert kept is not None
        assert not domain.evidence or kept.evidence
        assert {it.line for it in domain.lines} <= {it.line for it in kept.lines}
    assert after_over_before(read, after) == read


@given(first)
def test_naming_one_thing_that_is_missing_leaves_one_thing_less(content: GradingContent) -> None:
    missing = missing_in_grading(content, Stage.BEFORE_DISCUSSION, POLICY)
    mended = replace(
        content,
        strengths=("Plain letters.",),
        areas_to_improve=("Late reviews.",),
        overall=content.overall or GRADES[-1],
        overall_because="The gap has closed.",
        is_anyone_unsafe=bool(content.is_anyone_unsafe),
    )

    assert missing_in_grading(mended, Stage.BEFORE_DISCUSSION, POLICY) == ()
    assert len({reason.sentence for reason in missing}) == len(missing)


@given(first)
def test_a_reason_is_asked_for_exactly_when_the_overall_grade_is_so_far_above_the_worst_domain(
    content: GradingContent,
) -> None:
    bare = replace(content, overall_because="")
    worst = worst_domain_grade(bare, POLICY)
    missing = missing_in_grading(bare, Stage.BEFORE_DISCUSSION, POLICY)
    asked = any("say why" in reason.sentence and "above" in reason.sentence for reason in missing)

    gap = 0 if worst is None or bare.overall is None else GRADES.index(worst) - GRADES.index(bare.overall)
    assert asked is (gap >= POLICY.gradings.levels_that_need_a_reason)


@given(first)
def test_a_worse_overall_grade_never_frees_from_a_plan(content: GradingContent) -> None:
    owed = [why_plan_is_owed(replace(content, overall=grade), POLICY) is not None for grade in GRADES]

    assert owed == sorted(owed)
