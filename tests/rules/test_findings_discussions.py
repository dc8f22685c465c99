"""When the findings of an issued report are discussed, by hand-worked cases (L10)."""

from datetime import date
from itertools import product

import pytest

from rules.errors import InvalidFacts
from rules.findings_discussions import FindingsDiscussion, GradedReport, findings_discussion
from rules.lengths import WorkingDays
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
GRADES = dict(zip("OGRI", POLICY.gradings.grades, strict=True))
TUESDAY = date(2026, 2, 3)


def discussed(kind: str, grades: str, received_on: date = TUESDAY) -> FindingsDiscussion:
    """`grades` are those of this report, of the original and of the re-audit before: "R", "RI", "RIR"."""
    grade, original, previous = (GRADES.get(letter) for letter in f"{grades:3}")
    assert grade is not None
    return findings_discussion(GradedReport(kind, grade, original, previous), received_on, POLICY, CALENDAR)


@pytest.mark.proves("L10", "findings_discussions.within_of_audits", "findings_discussions.smart_actions_within")
@pytest.mark.parametrize("kind", ["ordinary", "themed"])
@pytest.mark.parametrize(("grade", "days"), [("O", 10), ("G", 10), ("R", 10), ("I", 5)])
def test_an_inadequate_audit_is_discussed_within_five_working_days_with_smart_actions(
    kind: str, grade: str, days: int
) -> None:
    found = discussed(kind, grade)

    assert found.within == WorkingDays(days)
    assert found.smart_actions_required is (days == 5)
    assert found.due_on == (date(2026, 2, 10) if days == 5 else date(2026, 2, 17))
    assert found.reasons[0].clause == "3.13"


RE_AUDITS = [
    # this, original, previous: within, clause of the limit that governs
    ("II ", 5, "3.13"),  # keeps Inadequate
    ("IR ", 5, "3.13"),  # lower
    ("RR ", 5, "3.13"),  # keeps Requires Improvement, where the flow chart says 10
    ("RI ", 10, "App A"),  # better
    ("RG ", 5, "3.13"),  # lower than the original, whatever it was
    ("GR ", 10, "App A"),
    ("GI ", 10, "App A"),
    ("GG ", 10, "App A"),  # keeps what is no shortcoming
    ("GO ", 5, "3.13"),  # lower
    ("OI ", 10, "App A"),
    ("IO ", 5, "3.13"),
    # second re-audits: the original and the one before, and the shorter holds
    ("RIR", 5, "3.13"),  # better than the original, no better than the first re-audit
    ("RII", 10, "App A"),  # better than both
    ("RIG", 5, "3.13"),  # better than the original, lower than the first re-audit
    ("RRI", 5, "3.13"),  # as the original was
    ("GRI", 10, "App A"),
    ("GIO", 5, "3.13"),
    ("OOO", 10, "App A"),
    ("IIR", 5, "3.13"),
]


@pytest.mark.proves(
    "L10",
    "findings_discussions.within_of_re_audits",
    "findings_discussions.within_when_kept",
    "findings_discussions.within_when_lower",
)
@pytest.mark.parametrize(("grades", "days", "clause"), RE_AUDITS)
def test_a_re_audit_that_keeps_a_shortcoming_or_is_lower_is_discussed_sooner(
    grades: str, days: int, clause: str
) -> None:
    found = discussed("re_audit", grades)

    assert found.within == WorkingDays(days)
    assert found.reasons[0].clause == clause
    assert found.smart_actions_required is (days == 5)


def test_a_further_comparison_never_makes_the_limit_longer() -> None:
    for grade, original, previous in product("OGRI", repeat=3):
        both = discussed("re_audit", grade + original + previous).within
        apart = (discussed("re_audit", grade + original).within, discussed("re_audit", grade + previous).within)
        assert both == min(apart)


def test_the_first_reason_says_which_limit_governs_and_the_second_counts() -> None:
    found = discussed("re_audit", "RIR", date(2026, 4, 2))

    assert [(reason.rule, reason.sentence) for reason in found.reasons] == [
        (
            "L10",
            (
                "A re-audit that keeps the previous re-audit's Requires Improvement is discussed by team manager and "
                "practitioner within 5 working days of receiving the report."
            ),
        ),
        (
            "L10",
            "5 working days from Thursday 2 April 2026, skipping Good Friday and Easter Monday: Monday 13 April 2026.",
        ),
    ]


@pytest.mark.parametrize(
    ("received_on", "grade", "due_on"),
    [
        (date(2026, 4, 2), "I", date(2026, 4, 13)),  # Good Friday and Easter Monday lie between
        (date(2026, 4, 4), "I", date(2026, 4, 13)),  # from a Saturday, the Tuesday after Easter is day 1
        (date(2026, 12, 23), "R", date(2027, 1, 11)),  # Christmas, Boxing Day's substitute and New Year's Day
        (date(2026, 8, 14), "I", date(2026, 8, 21)),  # clocks run in August
        (date(2026, 8, 28), "I", date(2026, 9, 7)),  # over the August bank holiday
        (date(2027, 12, 24), "I", date(2028, 1, 5)),
    ],
)
def test_it_is_due_on_a_working_day_over_easter_christmas_and_august(
    received_on: date, grade: str, due_on: date
) -> None:
    assert discussed("ordinary", grade, received_on).due_on == due_on


@pytest.mark.proves("findings_discussions.achievement_grades", "findings_discussions.owed_by")
@pytest.mark.parametrize(("grade", "is_praised"), [("O", True), ("G", True), ("R", False), ("I", False)])
def test_good_and_outstanding_work_is_acknowledged(grade: str, is_praised: bool) -> None:
    found = discussed("ordinary", grade)

    assert found.acknowledge_achievement is is_praised
    assert any("the line manager acknowledges it" in reason.sentence for reason in found.reasons) is is_praised
    assert found.owed_by == ("team_manager", "practitioner")


REFUSED = [
    (GradedReport("ordinary", "splendid"), ["/grade"]),
    (GradedReport("re_audit", "good", "fine", "bad"), ["/original_grade", "/previous_grade"]),
    (GradedReport("re_audit", "good"), ["/original_grade"]),
    (GradedReport("re_audit", "good", None, "good"), ["/original_grade"]),
    (GradedReport("ordinary", "good", "good"), ["/original_grade"]),
    (GradedReport("themed", "good", None, "good"), ["/previous_grade"]),
]


@pytest.mark.parametrize(("report", "pointers"), REFUSED)
def test_facts_that_contradict_themselves_are_refused_with_their_places(
    report: GradedReport, pointers: list[str]
) -> None:
    with pytest.raises(InvalidFacts) as refusal:
        findings_discussion(report, TUESDAY, POLICY, CALENDAR)

    assert [problem.pointer for problem in refusal.value.problems] == pointers


@pytest.mark.proves("L10")
@pytest.mark.parametrize(
    ("report", "days", "smart"),
    [
        (GradedReport("ordinary", "met"), 20, False),
        (GradedReport("ordinary", "not_met"), 8, True),
        (GradedReport("re_audit", "not_met", "not_met"), 8, True),
        (GradedReport("re_audit", "not_met", "met"), 3, True),
        (GradedReport("re_audit", "met", "not_met"), 15, False),
    ],
)
def test_another_council_has_other_limits_without_a_change_of_code(
    report: GradedReport, days: int, smart: bool
) -> None:
    found = findings_discussion(report, TUESDAY, NORTHMOOR, WorkingDayCalendar.of_policy(NORTHMOOR.calendar))

    assert found.within == WorkingDays(days)
    assert found.smart_actions_required is smart
    assert found.owed_by == ("team_manager",)
    assert not found.acknowledge_achievement
