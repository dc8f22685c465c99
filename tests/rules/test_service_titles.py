"""What services are called in sentences that people read."""

import pytest

from rules.decisions import Reason
from rules.service_titles import with_titles

TITLES = {
    "mash": "MASH",
    "home_first": "Home First Service",
    "care_and_support": "Care and Support",
    "quality_assurance": "Quality Assurance",
    "review": "Review Team",
}


@pytest.mark.proves("P4", "A1", "A4")
@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("New audits of mash are for any manager or senior manager of quality_assurance; Q1 is one of those.",
         "New audits of MASH are for any manager or senior manager of Quality Assurance; Q1 is one of those."),
        ("Re-audits are for any senior manager of home_first, care_and_support and review; S1 is one.",
         "Re-audits are for any senior manager of Home First Service, Care and Support and Review Team; S1 is one."),
        ("A1 audits for review, and PA-1 was with an auditor of home_first: only the audit manager may.",
         "A1 audits for Review Team, and PA-1 was with an auditor of Home First Service: only the audit manager may."),
        ("A1 of review may take PA-2026-0412, is independent and has 1 of at most 2 audits in this cycle.",
         "A1 of Review Team may take PA-2026-0412, is independent and has 1 of at most 2 audits in this cycle."),
        ("home_first-A4, home_first.A4 and A4-home_first are no auditors of home_first.",
         "home_first-A4, home_first.A4 and A4-home_first are no auditors of Home First Service."),
        ("Hold the review before you send it: no_such_service is nobody's.",
         "Hold the review before you send it: no_such_service is nobody's."),
    ],
)  # fmt: skip
def test_a_service_is_called_by_its_title_and_a_word_that_is_an_id_elsewhere_stays(sentence: str, said: str) -> None:
    assert with_titles(Reason("A1", "2.1", sentence), TITLES) == Reason("A1", "2.1", said)
