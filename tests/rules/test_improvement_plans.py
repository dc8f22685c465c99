"""When an improvement plan is owed, what its actions need, and who agrees it (L4)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.gradings import DomainContent, GradingContent
from rules.improvement_plans import (
    SmartAction,
    is_confirmed_by_head_of_service,
    missing_in_plan,
    not_agreed_yet,
    why_not_agreed_by,
    why_plan_is_owed,
    wrong_in_plan,
)
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
TODAY = date(2026, 10, 28)
ACTION = SmartAction(
    "Hold a review with the person and their sister.",
    "The review is on record, with both their words.",
    "Two hours are kept free in November.",
    "Nobody asked them since January.",
    "990017",
    date(2026, 11, 30),
)


def graded(overall: str | None, *domains: DomainContent) -> GradingContent:
    return GradingContent(domains=domains, overall=overall)


OWED = {
    "Outstanding": (graded("outstanding", DomainContent("risk", "outstanding")), None),
    "Good": (graded("good", DomainContent("risk", "good")), None),
    "no grade at all": (graded(None, DomainContent("risk")), None),
    "Requires Improvement": (graded("requires_improvement"), "Graded Requires Improvement overall"),
    "Inadequate": (graded("inadequate"), "Graded Inadequate overall"),
    "one domain": (
        graded("good", DomainContent("voice", "good"), DomainContent("risk", "requires_improvement")),
        "Domain risk is graded Requires Improvement",
    ),
    "a domain that does not apply": (graded("good", DomainContent("risk", "inadequate", is_applicable=False)), None),
}


@pytest.mark.proves("L4", "gradings.improvement_plan_grades", "gradings.improvement_plan_for_domains")
@pytest.mark.parametrize(("content", "words"), OWED.values(), ids=OWED)
def test_a_plan_is_owed_where_work_or_a_domain_is_below_good(content: GradingContent, words: str | None) -> None:
    owed = why_plan_is_owed(content, POLICY)

    assert owed == (words and POLICY.reason("L4", f"{words}, so an improvement plan is owed."))


def test_another_council_asks_for_a_plan_by_the_overall_grade_alone() -> None:
    assert why_plan_is_owed(graded("met", DomainContent("risk", "not_met")), NORTHMOOR) is None
    assert why_plan_is_owed(graded("not_met"), NORTHMOOR) is not None


LACKING = {
    "specific": (replace(ACTION, specific=" "), "lacks what exactly will be done (specific)"),
    "measurable": (replace(ACTION, measurable=""), "lacks how one will see that it was done (measurable)"),
    "achievable": (replace(ACTION, achievable=""), "lacks why it can be done by then (achievable)"),
    "relevant": (replace(ACTION, relevant=""), "lacks which finding it answers (relevant)"),
    "its owner": (replace(ACTION, owner=None), "lacks its owner"),
    "time-bound": (replace(ACTION, due_on=None), "lacks the day by which it is done (time-bound)"),
    "a day to come": (
        replace(ACTION, due_on=TODAY),
        "lacks a day still to come: Wednesday 28 October 2026 is not after Wednesday 28 October 2026",
    ),
}


@pytest.mark.proves("L4")
@pytest.mark.parametrize(("action", "words"), LACKING.values(), ids=LACKING)
def test_each_action_is_specific_measurable_achievable_relevant_and_time_bound(action: SmartAction, words: str) -> None:
    assert missing_in_plan([ACTION], None, TODAY, POLICY) == ()
    assert missing_in_plan([ACTION, action], None, TODAY, POLICY) == (POLICY.reason("L4", f"Action 2 {words}."),)


def test_a_plan_that_is_owed_has_an_action_and_one_that_is_not_may_have_none() -> None:
    owed = why_plan_is_owed(graded("inadequate"), POLICY)

    (lacking,) = missing_in_plan([], owed, TODAY, POLICY)

    assert lacking.sentence == ("Graded Inadequate overall, so an improvement plan is owed. Write at least one action.")
    assert missing_in_plan([], None, TODAY, POLICY) == ()


@pytest.mark.proves("L4", "gradings.improvement_plan_agreed_by")
def test_team_manager_and_practitioner_agree_it_and_nobody_else() -> None:
    assert not_agreed_yet([], POLICY) == ("team_manager", "practitioner")
    assert not_agreed_yet(["practitioner"], POLICY) == ("team_manager",)
    assert not_agreed_yet(["practitioner", "team_manager"], POLICY) == ()
    assert [why_not_agreed_by(role, POLICY) for role in ("team_manager", "practitioner")] == [None, None]
    refused = why_not_agreed_by("head_of_service", POLICY)
    assert refused is not None
    assert refused.sentence == (
        "The improvement plan is agreed by team manager and practitioner, not by the head of service."
    )


@pytest.mark.proves("L4", "gradings.improvement_plan_confirmed_for")
def test_the_head_of_service_confirms_the_plans_of_re_audits() -> None:
    assert [is_confirmed_by_head_of_service(kind, POLICY) for kind in ("ordinary", "themed", "re_audit")] == [
        False,
        False,
        True,
    ]


def test_an_owner_whom_nobody_knows_is_wrong_and_none_yet_is_not() -> None:
    (problem,) = wrong_in_plan([replace(ACTION, owner=None), ACTION], {"990018"}, CALENDAR)

    assert (problem.pointer, problem.value) == ("/actions/1/owner", "990017")
    assert wrong_in_plan([ACTION], {"990017"}, CALENDAR) == ()


def test_a_day_in_years_that_no_calendar_knows_is_refused() -> None:
    (problem,) = wrong_in_plan([ACTION, replace(ACTION, due_on=date(2126, 11, 30))], {"990017"}, CALENDAR)

    assert (problem.pointer, problem.value) == ("/actions/1/due_on", "2126-11-30")
    assert "outside the years 2018 to 2040: give the day by which it is done" in problem.sentence
