"""Whether an audit is on time, in quality assurance, late, not accepted or not completed (L5, L12, Q3).

One definition, for lists, reports and figures alike. It looks at days only, so any day can be asked about. An audit is
counted for the cycle that it belongs to, whenever it is finished.
"""

import enum
from dataclasses import dataclass
from datetime import date

from rules.audit_facts import AuditFacts
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.quality_checks import AMENDMENTS, CARRIED_OVER_REPORT, is_lapsed
from rules.working_days import WorkingDayCalendar


class Timeliness(enum.StrEnum):
    """How an audit stands to the dates of its cycle."""

    NOT_DUE_YET = "not_due_yet"
    IN_QUALITY_ASSURANCE = "in_quality_assurance"
    ON_TIME = "on_time"
    LATE = "late"
    NOT_ACCEPTED = "not_accepted"
    NOT_COMPLETED = "not_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDates:
    """The days of one audit that was not withdrawn. `amendment_due_on` is the last day of a return's open clock."""

    report_due_on: date
    closes_on: date
    first_submitted_on: date | None = None
    amendment_due_on: date | None = None
    not_accepted_on: date | None = None
    accepted_on: date | None = None
    issued_on: date | None = None


def timeliness(dates: ReportDates, as_of: date, policy: Policy, calendar: WorkingDayCalendar) -> Timeliness:
    """How it stands at the end of that day; what happened later is not known yet."""
    if _is_not_accepted(dates, as_of, policy):
        return Timeliness.NOT_ACCEPTED
    if _by(dates.issued_on, as_of):
        return Timeliness.ON_TIME if _was_in_time(dates, policy, calendar) else Timeliness.LATE
    if handed_in_on_time(dates, as_of) and _is_with_quality_assurance(dates, as_of, policy, calendar):
        return Timeliness.IN_QUALITY_ASSURANCE
    return Timeliness.NOT_COMPLETED if as_of > dates.closes_on else Timeliness.NOT_DUE_YET


def handed_in_on_time(dates: ReportDates, as_of: date) -> bool:
    """Whether the first submission came by the report's date (L5): a return after it has its own clock (Q1)."""
    return _by(dates.first_submitted_on, min(dates.report_due_on, as_of))


def is_handed_in_in_time(facts: AuditFacts, on: date) -> bool:
    """Whether a report that is handed in on that day is in time by it: others have it then (L5, L12, Q3).

    One that was not accepted has the date of the cycle that it is completed for. An amendment changes nothing of it.
    """
    if CARRIED_OVER_REPORT in facts.open_deadlines:
        return on <= facts.open_deadlines[CARRIED_OVER_REPORT]
    return facts.first_submitted_on is None and on <= facts.report_due_on


def why_non_compliant(dates: ReportDates, as_of: date, policy: Policy, calendar: WorkingDayCalendar) -> Reason | None:
    """Why the auditor's head of service hears that it was not issued at the close (L12); None if they need not."""
    standing = timeliness(dates, as_of, policy, calendar)
    if as_of <= dates.closes_on or _by(dates.issued_on, as_of):
        return None
    if standing not in (Timeliness.NOT_COMPLETED, Timeliness.NOT_ACCEPTED):
        return None
    why = "its report was not accepted" if standing is Timeliness.NOT_ACCEPTED else _how_far(dates, as_of)
    closed = day_in_words(dates.closes_on)
    return policy.reason("L12", f"Not issued when its cycle closed on {closed}: {why}. It can still be finished.")


def dates_of(facts: AuditFacts) -> ReportDates:
    """The days that count, from an audit's facts."""
    amendments = [facts.open_deadlines[limit] for limit in facts.open_among(AMENDMENTS)]
    return ReportDates(
        report_due_on=facts.report_due_on,
        closes_on=facts.closes_on,
        first_submitted_on=facts.first_submitted_on,
        amendment_due_on=max(amendments, default=None),
        not_accepted_on=facts.not_accepted_on,
        accepted_on=facts.accepted_on,
        issued_on=facts.issued_on,
    )


def _is_not_accepted(dates: ReportDates, as_of: date, policy: Policy) -> bool:
    """Said so, or due to be: whether the clock has been looked at since makes no difference."""
    due_on = dates.amendment_due_on
    return _by(dates.not_accepted_on, as_of) or (due_on is not None and is_lapsed(due_on, as_of, policy))


def _was_in_time(dates: ReportDates, policy: Policy, calendar: WorkingDayCalendar) -> bool:
    if dates.issued_on is None or not handed_in_on_time(dates, dates.issued_on):
        return False
    return dates.issued_on <= _issue_due_on(dates, policy, calendar)


def _is_with_quality_assurance(dates: ReportDates, as_of: date, policy: Policy, calendar: WorkingDayCalendar) -> bool:
    """The audit team has the report, or the auditor amends it, or it was accepted after the close a moment ago."""
    if not _by(dates.accepted_on, as_of):
        return True
    return dates.closes_on < as_of <= _issue_due_on(dates, policy, calendar)


def _issue_due_on(dates: ReportDates, policy: Policy, calendar: WorkingDayCalendar) -> date:
    """The close; of a report accepted too late to be issued by its date, a day that leaves time for it (L7)."""
    limits = policy.time_limits
    issue_on = calendar.subtract(dates.closes_on, limits.issue_due_before_close)
    if dates.accepted_on is None or dates.accepted_on <= issue_on:
        return dates.closes_on
    return max(dates.closes_on, calendar.add(dates.accepted_on, limits.issue_after_late_acceptance))


def _how_far(dates: ReportDates, as_of: date) -> str:
    if _by(dates.accepted_on, as_of):
        return "its report was accepted and not issued"
    if _by(dates.first_submitted_on, as_of):
        return f"its report came after its date, {day_in_words(dates.report_due_on)}"
    return "its report has not been handed in"


def _by(happened_on: date | None, as_of: date) -> bool:
    return happened_on is not None and happened_on <= as_of
