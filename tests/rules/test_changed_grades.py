"""A second grading without a discussion: what each grade that changes has to say (L3)."""

from dataclasses import replace

import pytest

from rules.changed_grades import missing_for_changes
from rules.gradings import DomainContent, GradingContent, Stage, wrong_in_grading
from rules.policy.load import load_edition

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
TITLES = {"voice": "The person's voice", "risk": "Risk"}
FIRST = GradingContent(domains=(DomainContent("voice", "good"), DomainContent("risk", "good")), overall="good")


def second(voice: DomainContent, overall: str | None = "good", because: str = "") -> GradingContent:
    return GradingContent(domains=(voice, DomainContent("risk", "good")), overall=overall, changed_because=because)


CHANGED = DomainContent("voice", "inadequate")
SAID = replace(CHANGED, changed_because="A second record was found.")


@pytest.mark.proves("L3", "gradings.change_without_discussion")
@pytest.mark.parametrize(
    ("after", "asked_of"),
    [
        (second(DomainContent("voice", "good")), []),
        (second(CHANGED), ["the grade of The person's voice is Inadequate after Good"]),
        (second(replace(CHANGED, changed_because=" \n")), ["The person's voice"]),
        (second(SAID), []),
        (second(SAID, "requires_improvement"), ["the overall grade is Requires Improvement after Good"]),
        (second(SAID, "requires_improvement", "The record says so."), []),
        (second(CHANGED, "outstanding"), ["the overall grade", "The person's voice"]),
        (
            second(DomainContent("voice", is_applicable=False)),
            ["the grade of The person's voice is no grade after Good"],
        ),
        (second(DomainContent("voice"), None), []),  # what is not given yet is missing by itself
    ],
)
def test_each_grade_that_changes_without_a_discussion_says_why(after: GradingContent, asked_of: list[str]) -> None:
    found = missing_for_changes(FIRST, after, TITLES, POLICY)

    assert [(reason.rule, reason.clause) for reason in found] == [("L3", "3.5")] * len(asked_of)
    assert all(words in reason.sentence for words, reason in zip(asked_of, found, strict=True))
    assert all("say why in `changed_because`, or leave the grade as it was" in reason.sentence for reason in found)


@pytest.mark.proves("L3", "gradings.change_without_discussion")
def test_a_council_may_refuse_any_change_without_a_discussion_whatever_is_said() -> None:
    first = GradingContent(domains=(DomainContent("voice", "met"),), overall="met")
    after = GradingContent(
        domains=(DomainContent("voice", "not_met", changed_because="I looked again."),), overall="met"
    )

    (against,) = missing_for_changes(first, after, {}, NORTHMOOR)
    assert (
        "voice is Not met after Met: hold the discussion and record it, or leave the grade as it was"
        in against.sentence
    )
    assert missing_for_changes(first, first, {}, NORTHMOOR) == ()


@pytest.mark.proves("L3")
def test_why_a_grade_changed_belongs_to_the_second_grading() -> None:
    first = GradingContent(domains=(SAID,), changed_because="x")

    found = wrong_in_grading(first, Stage.BEFORE_DISCUSSION, POLICY)
    assert [problem.pointer for problem in found] == ["/changed_because", "/domains/0/changed_because"]
    assert wrong_in_grading(first, Stage.AFTER_DISCUSSION, POLICY) == ()
