"""The clocks that start with an allocation (L1, L5, L7)."""

from datetime import date

import pytest

from rules.allocation_deadlines import allocation_deadlines
from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


@pytest.mark.proves(
    "L1",
    "L5",
    "L7",
    "time_limits.meeting_due_before_close",
    "time_limits.issue_due_before_close",
    "programme.report_due_before_close",
)
def test_meeting_and_report_are_due_the_working_day_before_the_close_and_the_issue_on_it() -> None:
    """May 2026 closes on Friday 29 May."""
    clocks = allocation_deadlines(POLICY, CALENDAR, cycle_of(POLICY, CALENDAR, "2026-05"))

    assert [(clock.reason.rule, clock.time_limit, clock.due_on) for clock in clocks] == [
        ("L1", "time_limits.meeting_due_before_close", date(2026, 5, 28)),
        ("L5", "programme.report_due_before_close", date(2026, 5, 28)),
        ("L7", "time_limits.issue_due_before_close", date(2026, 5, 29)),
    ]


def test_each_clock_says_in_a_sentence_how_its_day_was_found() -> None:
    meeting, _, issue = allocation_deadlines(POLICY, CALENDAR, cycle_of(POLICY, CALENDAR, "2026-10"))

    assert meeting.reason.sentence == (
        "The meeting is held at the latest 1 working day before the cycle's close on Friday 30 October 2026: "
        "by Thursday 29 October 2026."
    )
    assert issue.reason.sentence == "The audit is issued by the cycle's close on Friday 30 October 2026."
