"""The audit team's check of a report, its return, and what becomes of one not amended in time (L6, Q1, Q2, Q3)."""

from dataclasses import dataclass, replace
from datetime import date

from rules.dates_in_words import day_in_words
from rules.decisions import DeadlineStart, Reason
from rules.ladders_of_audits import QUALITY_OF_REPORTS, amending, leads_to_non_acceptance, waiting_for_amendment
from rules.lengths import WorkingDays
from rules.policy.shape import Policy
from rules.programme import AuditCycle, cycle_running_on, first_cycle_from
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

QUALITY_CHECK = "time_limits.quality_check_within"
AMENDMENT = "time_limits.amendment_within"
AMENDMENT_AFTER_DISCUSSION = "time_limits.amendment_within_after_discussion"
CARRIED_OVER_REPORT = "time_limits.carried_over_report_before_close"
ISSUE = "time_limits.issue_due_before_close"
# The clocks of amending a report, by name; one that ends in a dot stands for all of that ladder's.
AMENDMENTS = (AMENDMENT, AMENDMENT_AFTER_DISCUSSION, f"ladders.{QUALITY_OF_REPORTS}.")


def quality_check_due(submitted_on: date, policy: Policy, calendar: WorkingDayCalendar) -> DeadlineStart:
    """The audit team's clock, from the day a report was handed in or came back amended (L6)."""
    within = policy.time_limits.quality_check_within
    counted = calendar.explain(submitted_on, within)
    reason = policy.reason("L6", f"The audit team accepts or returns the report within {counted.sentence}.")
    return DeadlineStart(QUALITY_CHECK, Role.AUDIT_TEAM, submitted_on, counted.due_on, within, reason)


def amendment_due(
    returned_on: date, offers_discussion: bool, policy: Policy, calendar: WorkingDayCalendar
) -> DeadlineStart:
    """The auditor's clock on a returned report, by its ladder: longer where a discussion was offered (Q1)."""
    stages = waiting_for_amendment(returned_on, offers_discussion, policy, calendar)
    clock = amending(stages, returned_on, calendar)
    started = [(it.started_on, it.length) for stage in stages for it in stage.deadlines]
    counted = [calendar.explain(started_on, length) for started_on, length in started if length is not None]
    aimed_on = calendar.add(returned_on, policy.time_limits.amendment_aimed_at)
    sentence = (
        f"The report comes back amended within {', and then within '.join(one.sentence for one in counted)}"
        f"{', a discussion having been offered' if offers_discussion else ''}; "
        f"aimed at is {day_in_words(aimed_on)}."
    )
    return replace(clock, reason=policy.reason("Q1", sentence))


def is_lapsed(amendment_due_on: date, on: date, policy: Policy) -> bool:
    """Whether a returned report was not amended in time: its last day has passed, and the ladder ends there (Q2)."""
    return on > amendment_due_on and leads_to_non_acceptance(policy)


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """The cycle for which an audit that was not accepted is completed, with its two clocks (Q3)."""

    cycle: AuditCycle
    report: DeadlineStart
    issue: DeadlineStart


def carried_over(not_accepted_on: date, policy: Policy, calendar: WorkingDayCalendar) -> CarriedOver:
    """The cycle that is open, if its date for reports is still ahead, else the next to open. Raises OutsideCalendar."""
    running = cycle_running_on(policy, calendar, not_accepted_on)
    if running is not None and _report_due_on(running, policy, calendar) > not_accepted_on:
        return _carried_to(running, not_accepted_on, policy, calendar)
    return _carried_to(first_cycle_from(policy, calendar, not_accepted_on), not_accepted_on, policy, calendar)


def _carried_to(cycle: AuditCycle, on: date, policy: Policy, calendar: WorkingDayCalendar) -> CarriedOver:
    report_on = _report_due_on(cycle, policy, calendar)
    issue_on = calendar.subtract(cycle.closes_on, policy.time_limits.issue_due_before_close)
    reported = (
        f"Not accepted, so the report is completed for the cycle of {cycle.name}, by its date for reports, "
        f"{day_in_words(report_on)}; it still counts for the cycle that it belongs to."
    )
    issued = f"Completed for the cycle of {cycle.name}, the audit is issued by {day_in_words(issue_on)}."
    return CarriedOver(
        cycle,
        _back_from_close(CARRIED_OVER_REPORT, on, report_on, policy.reason("Q3", reported)),
        _back_from_close(ISSUE, on, issue_on, policy.reason("L7", issued)),
    )


def _report_due_on(cycle: AuditCycle, policy: Policy, calendar: WorkingDayCalendar) -> date:
    return calendar.subtract(cycle.closes_on, policy.time_limits.carried_over_report_before_close)


def _back_from_close(entry: str, started_on: date, due_on: date, reason: Reason) -> DeadlineStart:
    length: WorkingDays | None = None
    return DeadlineStart(entry, Role.AUDITOR, started_on, due_on, length, reason)
