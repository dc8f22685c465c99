"""What a year's programme must hold before it is published, and what it warns of (P1, P2, P7)."""

from dataclasses import replace
from datetime import date

import pytest

from rules.lengths import CalendarMonths
from rules.policy.draw_shapes import MonthDay, ReAuditsInModerationMonth
from rules.policy.load import load_edition
from rules.programme_publishing import (
    CycleKind,
    PlannedCycle,
    delayed_re_audits,
    validate_programme,
    why_next_programme_is_missing,
)
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
MONTHS = [f"2027-{month:02}" for month in POLICY.programme.cycle_months]
THEMED = {
    "2027-02": PlannedCycle("2027-02", CycleKind.THEMED, "Transition to adulthood", "senior_management_request"),
    "2027-05": PlannedCycle("2027-05", CycleKind.THEMED, "Mental capacity", "serious_case_review"),
    "2027-10": PlannedCycle("2027-10", CycleKind.THEMED, "Review Team", "performance_issue"),
}


def _programme(**changes: PlannedCycle) -> list[PlannedCycle]:
    """A programme that may be published, with the changes given by place: `second=...`."""
    planned = [THEMED.get(month) or PlannedCycle(month, CycleKind.ORDINARY) for month in MONTHS]
    for place, cycle in changes.items():
        planned[["first", "second", "third"].index(place)] = cycle
    return planned


def _refusals(planned: list[PlannedCycle]) -> list[tuple[str, str | None]]:
    return [(problem.pointer, problem.rule) for problem in validate_programme(POLICY, 2027, planned)]


@pytest.mark.proves("P1", "P2", "programme.ordinary_cycles", "programme.themed_cycles", "programme.theme_origins")
def test_ten_cycles_seven_ordinary_and_three_themed_may_be_published() -> None:
    assert validate_programme(POLICY, 2027, _programme()) == ()


@pytest.mark.proves("P1", "programme.cycle_months")
def test_a_programme_without_one_of_its_months_is_refused() -> None:
    (missing, too_few) = validate_programme(POLICY, 2027, _programme()[1:])

    assert (missing.pointer, missing.rule) == ("/cycles", "P1")
    assert missing.sentence == "No cycle is planned for January 2027: add one (P1, clause 3)."
    assert too_few.sentence == "The programme has 6 ordinary cycles and needs 7 (P2, clause 3)."


@pytest.mark.proves("P1", "programme.cycle_months")
@pytest.mark.parametrize("month", ["2027-08", "2027-12", "2026-01", "2028-01", "2027-1", "tomorrow"])
def test_a_month_that_the_years_programme_does_not_have_is_refused(month: str) -> None:
    refusals = _refusals([*_programme(), PlannedCycle(month, CycleKind.ORDINARY)])

    assert refusals == [("/cycles/10/month", "P1"), ("/cycles", "P2")]


def test_a_month_planned_twice_is_refused() -> None:
    refusals = _refusals([*_programme(), PlannedCycle("2027-01", CycleKind.ORDINARY)])

    assert refusals == [("/cycles/10/month", "P1"), ("/cycles", "P2")]


@pytest.mark.proves("P2", "programme.ordinary_cycles", "programme.themed_cycles")
def test_a_programme_with_two_themed_cycles_is_refused() -> None:
    refused = validate_programme(POLICY, 2027, _programme(second=PlannedCycle("2027-02", CycleKind.ORDINARY)))

    assert [problem.sentence for problem in refused] == [
        "The programme has 8 ordinary cycles and needs 7 (P2, clause 3).",
        "The programme has 2 themed cycles and needs 3 (P2, clause 3).",
    ]


@pytest.mark.proves("P2", "programme.theme_origins")
@pytest.mark.parametrize(
    ("topic", "origin", "pointers"),
    [
        (None, "performance_issue", ["/cycles/1/topic"]),
        ("  ", "performance_issue", ["/cycles/1/topic"]),
        ("Mental capacity", None, ["/cycles/1/origin"]),
        ("Mental capacity", "curiosity", ["/cycles/1/origin"]),
        (None, None, ["/cycles/1/topic", "/cycles/1/origin"]),
    ],
)
def test_a_themed_cycle_needs_a_topic_and_an_origin_that_the_policy_knows(
    topic: str | None, origin: str | None, pointers: list[str]
) -> None:
    refused = validate_programme(
        POLICY, 2027, _programme(second=PlannedCycle("2027-02", CycleKind.THEMED, topic, origin))
    )

    assert [problem.pointer for problem in refused] == pointers
    assert all("2027-02" in problem.sentence and "(P2, clause 3)" in problem.sentence for problem in refused)


@pytest.mark.parametrize(("topic", "origin"), [("Mental capacity", None), (None, "performance_issue")])
def test_an_ordinary_cycle_has_neither_topic_nor_origin(topic: str | None, origin: str | None) -> None:
    refused = validate_programme(
        POLICY, 2027, _programme(first=PlannedCycle("2027-01", CycleKind.ORDINARY, topic, origin))
    )

    assert [problem.pointer for problem in refused] == ["/cycles/0/topic" if topic else "/cycles/0/origin"]


def test_every_problem_is_found_at_once() -> None:
    assert len(validate_programme(POLICY, 2027, [])) == 10 + 2


@pytest.mark.proves("P2", "programme.next_programme_warned_from")
@pytest.mark.parametrize(
    ("today", "published", "warned"),
    [
        (date(2026, 10, 31), {2026}, False),
        (date(2026, 11, 1), {2026}, True),
        (date(2026, 12, 31), {2026}, True),
        (date(2026, 12, 31), {2026, 2027}, False),
        (date(2027, 1, 1), {2026}, False),
    ],
)
def test_a_missing_programme_for_next_january_is_warned_of_from_1_november(
    today: date, published: set[int], *, warned: bool
) -> None:
    reason = why_next_programme_is_missing(POLICY, today, published)

    assert (reason is not None) == warned
    if reason is not None:
        assert "January 2027 opens as ordinary" in reason.sentence
        assert (reason.rule, reason.clause) == ("P2", "3")


@pytest.mark.proves("P2", "programme.next_programme_warned_from")
def test_another_council_warns_from_another_day() -> None:
    earlier = replace(POLICY, programme=replace(POLICY.programme, next_programme_warned_from=MonthDay(9, 15)))

    assert why_next_programme_is_missing(earlier, date(2026, 9, 14), set()) is None
    assert why_next_programme_is_missing(earlier, date(2026, 9, 15), set()) is not None


@pytest.mark.proves("P7", "programme.moderation_months", "programme.reaudits_in_moderation_month")
def test_the_programme_warns_of_the_re_audits_that_moderation_delays() -> None:
    sentences = [reason.sentence for reason in delayed_re_audits(POLICY, CALENDAR, 2026)]

    assert len(sentences) == 3
    assert sentences[2] == (
        "September 2026 is a moderation month: a re-audit of work graded Requires Improvement that falls due by "
        "Tuesday 1 September 2026 (its audit issued by Saturday 1 August 2026) waits until Thursday 1 October 2026."
    )


@pytest.mark.proves("S7", "selection.months_before_re_audit")
def test_the_warning_counts_back_the_time_given_before_a_re_audit() -> None:
    longer = replace(POLICY, selection=replace(POLICY.selection, months_before_re_audit=CalendarMonths(2)))

    assert "issued by Wednesday 1 July 2026" in delayed_re_audits(longer, CALENDAR, 2026)[2].sentence


@pytest.mark.proves("P7", "programme.reaudits_in_moderation_month")
@pytest.mark.parametrize(
    ("rule", "warnings"),
    [
        (ReAuditsInModerationMonth.DEFER, 3),
        (ReAuditsInModerationMonth.INADEQUATE_ONLY, 3),
        (ReAuditsInModerationMonth.ALLOW, 0),
    ],
)
def test_where_nothing_waits_nothing_is_warned_of(rule: ReAuditsInModerationMonth, warnings: int) -> None:
    policy = replace(POLICY, programme=replace(POLICY.programme, reaudits_in_moderation_month=rule))

    assert len(delayed_re_audits(policy, CALENDAR, 2026)) == warnings
