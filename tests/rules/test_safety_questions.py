"""A grade that asks whether anyone is unsafe asks it also of a report that was issued long ago (L2, D7, M6, L15)."""

import pytest

from rules.policy.load import load_edition
from rules.safety_questions import unanswered, why_alert_first

POLICY = load_edition()


@pytest.mark.proves("L2", "gradings.safety_question_grades")
@pytest.mark.parametrize(
    ("given", "answer", "is_asked"),
    [
        (["inadequate"], None, True),
        (["good", "inadequate"], None, True),
        (["inadequate"], False, False),
        (["inadequate"], True, False),
        (["requires_improvement"], None, False),
        ([], None, False),
    ],
)
def test_an_inadequate_grade_is_not_given_without_a_word_on_whether_anyone_is_unsafe(
    given: list[str], answer: bool | None, is_asked: bool
) -> None:
    problem = unanswered(given, answer, POLICY)

    assert (problem is not None) == is_asked
    if problem is not None:
        assert (problem.pointer, problem.rule) == ("/is_anyone_unsafe", "L2")
        assert "Inadequate" in problem.sentence


@pytest.mark.proves("L2", "W7")
@pytest.mark.parametrize(
    ("answer", "is_raised", "waits"),
    [(True, False, True), (True, True, False), (False, False, False), (None, False, False)],
)
def test_the_grade_of_somebody_who_is_unsafe_waits_for_the_alert(
    answer: bool | None, is_raised: bool, waits: bool
) -> None:
    against = why_alert_first(answer, POLICY, is_raised=is_raised)

    assert (against is not None) == waits
    assert against is None or against.rule == "L2"
