"""Two gradings of an audit: what the second says, and what it leaves as the first had it (L2, L3)."""

import pytest

from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer, after_over_before

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
