"""The check of a report, its return, and what becomes of one not amended in time (L6, Q1–Q3)."""

from pathlib import Path

import pytest

from rules.lengths import WorkingDays
from rules.policy.load import load_edition
from rules.quality_checks import amendment_due, carried_over, is_lapsed, quality_check_due
from tests.rules.audit_lives import CALENDAR, POLICY, on

NORTHMOOR = load_edition(Path(__file__).parents[1] / "editions" / "northmoor_2026")


@pytest.mark.proves("L6", "time_limits.quality_check_within")
@pytest.mark.parametrize(
    ("submitted", "due"),
    [
        ("10-12", "10-13"),
        ("10-16", "10-19"),  # a Friday
        ("10-17", "10-19"),  # a Saturday: Monday is day 1
        ("04-02", "04-07"),  # the Thursday before Easter
        ("12-24", "12-29"),  # Christmas Day and Boxing Day's substitute
    ],
)
def test_a_report_is_checked_within_one_working_day(submitted: str, due: str) -> None:
    clock = quality_check_due(on(submitted), POLICY, CALENDAR)

    assert (clock.due_on, clock.owed_by, clock.reason.rule, clock.reason.clause) == (on(due), "audit_team", "L6", "3.7")


@pytest.mark.proves("Q1", "time_limits.amendment_within", "time_limits.amendment_within_after_discussion")
@pytest.mark.parametrize(
    ("returned", "offers_discussion", "due"),
    [
        ("10-13", False, "10-16"),
        ("10-13", True, "10-19"),
        ("04-01", False, "04-08"),  # over Easter
        ("04-01", True, "04-09"),
    ],
)
def test_a_returned_report_comes_back_in_three_working_days_in_four_where_a_discussion_is_offered(
    returned: str, offers_discussion: bool, due: str
) -> None:
    clock = amendment_due(on(returned), offers_discussion, POLICY, CALENDAR)

    assert (clock.due_on, clock.owed_by, clock.reason.rule) == (on(due), "auditor", "Q1")
    assert clock.length == WorkingDays(4 if offers_discussion else 3)


@pytest.mark.proves("Q1", "time_limits.amendment_aimed_at")
def test_the_clock_says_what_is_aimed_at() -> None:
    assert amendment_due(on("10-13"), False, POLICY, CALENDAR).reason.sentence == (
        "The report comes back amended within 3 working days from Tuesday 13 October 2026: Friday 16 October 2026; "
        "aimed at is Thursday 15 October 2026."
    )


@pytest.mark.proves("Q2")
@pytest.mark.parametrize(("day", "lapsed"), [("10-15", False), ("10-16", False), ("10-17", True), ("10-19", True)])
def test_the_last_day_is_still_in_time(day: str, lapsed: bool) -> None:
    assert is_lapsed(on("10-16"), on(day), POLICY) is lapsed


@pytest.mark.proves("Q3", "time_limits.carried_over_report_before_close")
@pytest.mark.parametrize(
    ("not_accepted", "cycle", "report_due", "issue_due"),
    [
        ("10-19", "2026-10", "10-29", "10-30"),  # early in its own cycle: that one's date is still ahead
        ("10-29", "2026-11", "11-27", "11-30"),  # on the day itself it is ahead no more
        ("10-30", "2026-11", "11-27", "11-30"),
        ("11-03", "2026-11", "11-27", "11-30"),
        ("11-27", "2027-01", "2027-01-28", "2027-01-29"),  # December has no cycle
        ("12-02", "2027-01", "2027-01-28", "2027-01-29"),
        ("07-31", "2026-09", "09-29", "09-30"),  # nor has August
        ("03-31", "2026-04", "04-29", "04-30"),
    ],
)
def test_what_is_not_accepted_is_completed_for_the_cycle_whose_date_is_ahead(
    not_accepted: str, cycle: str, report_due: str, issue_due: str
) -> None:
    carried = carried_over(on(not_accepted), POLICY, CALENDAR)

    assert carried.cycle.month == cycle
    assert (carried.report.due_on, carried.issue.due_on) == (on(report_due), on(issue_due))
    assert (carried.report.owed_by, carried.report.reason.rule, carried.report.length) == ("auditor", "Q3", None)
    assert "it still counts for the cycle that it belongs to" in carried.report.reason.sentence


@pytest.mark.proves("L6", "Q1", "Q3")
def test_another_council_counts_otherwise() -> None:
    assert quality_check_due(on("10-12"), NORTHMOOR, CALENDAR).due_on == on("10-15")
    # Five working days, or eight after a discussion offered, and two more on the rung between that its ladder has.
    assert amendment_due(on("10-13"), False, NORTHMOOR, CALENDAR).due_on == on("10-23")
    assert amendment_due(on("10-13"), True, NORTHMOOR, CALENDAR).due_on == on("10-27")
    carried = carried_over(on("11-03"), NORTHMOOR, CALENDAR)
    assert (carried.cycle.month, carried.report.due_on) == ("2026-10", on("12-22"))
    assert carried.issue.due_on == on("12-24")
