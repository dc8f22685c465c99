"""The clocks that start when an audit is allocated: meeting, report and issue (L1, L5, L7)."""

from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.lengths import WorkingDays
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class AllocationDeadline:
    """One clock of every audit of a cycle, owed by its auditor. `time_limit` is the policy's entry."""

    time_limit: str
    due_on: date
    reason: Reason


def allocation_deadlines(
    policy: Policy, calendar: WorkingDayCalendar, cycle: AuditCycle
) -> tuple[AllocationDeadline, ...]:
    """They count back from the cycle's close, so a cycle that is opened late has them all the same (P3)."""
    limits = policy.time_limits
    meeting_on = calendar.subtract(cycle.closes_on, limits.meeting_due_before_close)
    issue_on = calendar.subtract(cycle.closes_on, limits.issue_due_before_close)
    before_report = policy.programme.report_due_before_close
    return (
        AllocationDeadline(
            "time_limits.meeting_due_before_close",
            meeting_on,
            policy.reason("L1", _sentence("The meeting is held", limits.meeting_due_before_close, cycle, meeting_on)),
        ),
        AllocationDeadline(
            "programme.report_due_before_close",
            cycle.report_due_on,
            policy.reason("L5", _sentence("The report is completed", before_report, cycle, cycle.report_due_on)),
        ),
        AllocationDeadline(
            "time_limits.issue_due_before_close",
            issue_on,
            policy.reason("L7", _sentence("The audit is issued", limits.issue_due_before_close, cycle, issue_on)),
        ),
    )


def _sentence(what: str, before: WorkingDays, cycle: AuditCycle, due_on: date) -> str:
    close = f"the cycle's close on {day_in_words(cycle.closes_on)}"
    if due_on == cycle.closes_on:
        return f"{what} by {close}."
    return f"{what} at the latest {before} before {close}: by {day_in_words(due_on)}."
