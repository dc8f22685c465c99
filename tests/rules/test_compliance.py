"""The score of the compliance checks (P8)."""

import pytest

from rules.compliance import ComplianceScore, compliance_score
from rules.gradings import CheckAnswer, CheckFound


def found(answers: str) -> list[CheckFound]:
    """ "ynaa-" as five checks: yes, no, twice not applicable, not answered yet."""
    said = {"y": CheckAnswer.YES, "n": CheckAnswer.NO, "a": CheckAnswer.NOT_APPLICABLE, "-": None}
    return [CheckFound(f"check_{place}", said[letter]) for place, letter in enumerate(answers)]


@pytest.mark.parametrize(
    ("answers", "percentage"),
    [
        pytest.param("yyyn", 75, id="three of four are met"),
        pytest.param("yyynaaaa", 75, id="what is not applicable counts on neither side"),
        pytest.param("yyyn--", 75, id="what is not answered yet counts on neither side"),
        pytest.param("yyyyyyyn", 88, id="half a per cent is rounded up, as people do"),
        pytest.param("n", 0, id="nothing is met"),
        pytest.param("y", 100, id="everything is met"),
        pytest.param("aa", None, id="where nothing applies there is no percentage"),
        pytest.param("", None, id="nor where there are no checks"),
    ],
)
def test_score_is_yes_divided_by_yes_and_no(answers: str, percentage: int | None) -> None:
    assert compliance_score(found(answers)).percentage == percentage


def test_score_says_how_many_of_each_it_is_made_of() -> None:
    assert compliance_score(found("yynaa-")) == ComplianceScore(yes=2, no=1, not_applicable=2)
