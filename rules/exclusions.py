"""Who and what is kept out of a draw, and by which rule (S2, S3, S6, S9, and what was set aside beforehand).

Of several reasons the first in this order is given: set aside, S9, S2, S3, S6.
"""

from datetime import date

from rules.dates_in_words import month_in_words
from rules.decisions import Reason
from rules.lengths import CalendarMonths, first_of_numbered_month, month_number, months_between
from rules.policy.shape import Policy
from rules.re_audit_turns import ReAuditTurns
from rules.sampling_frames import Case, Practitioner, SamplingFrame

_AT_MOST_ONE = "nobody has two audits in a month"


def practitioners_kept_out(
    frame: SamplingFrame, turns: ReAuditTurns, opens_on: date, policy: Policy
) -> dict[str, Reason]:
    """Practitioners of whom no case can be drawn, by id: away (S9), two audits in a month (S2), too soon (S3)."""
    has_re_audit = {re_audit.practitioner_id: re_audit.id for re_audit in turns.due}
    has_unfinished = {carried.practitioner_id: carried.audit_id for carried in reversed(frame.carried_over)}
    least = policy.selection.least_months_between_audits
    too_soon_since = first_month_within(least, opens_on)
    kept_out = {}
    for practitioner in frame.practitioners:
        last = practitioner.last_audited_on
        if practitioner.away:
            kept_out[practitioner.id] = _away(practitioner, policy)
        elif practitioner.id in has_re_audit:
            kept_out[practitioner.id] = _re_audited(practitioner, has_re_audit[practitioner.id], policy)
        elif practitioner.id in has_unfinished:
            kept_out[practitioner.id] = _unfinished(practitioner, has_unfinished[practitioner.id], policy)
        elif last is not None and last >= too_soon_since:
            kept_out[practitioner.id] = _too_soon(practitioner, last, opens_on, policy)
    return kept_out


def cases_set_aside(frame: SamplingFrame, policy: Policy) -> dict[str, Reason]:
    """What was kept out before the draw, echoed in its own words, by case."""
    return {row.case_id: policy.reason(row.rule, row.sentence) for row in frame.set_aside}


def cases_in_re_audit(frame: SamplingFrame, policy: Policy) -> dict[str, Reason]:
    """Cases with a re-audit on the list, held over or not (S6), by case."""
    return {
        row.case_id: policy.reason("S6", f"Case {row.case_id} has an open re-audit, {row.id}.")
        for row in reversed(frame.re_audits)
    }


def audited_too_lately(case: Case, last_on: date, opens_on: date, policy: Policy) -> Reason:
    """The case itself was audited less than so many months before (S6)."""
    return policy.reason(
        "S6",
        f"Case {case.id} was last audited in {month_in_words(last_on)}, {_months_ago(last_on, opens_on)}: "
        f"a case is not drawn again for {policy.selection.months_before_same_case}.",
    )


def first_month_within(length: CalendarMonths, opens_on: date) -> date:
    """The first day whose month lies less than `length` before the cycle's: that day or later is too soon.

    History is compared by calendar month (FRAMEWORK, Words), so one comparison of dates decides.
    """
    first_month = month_number(opens_on) - length.count + 1
    return first_of_numbered_month(max(first_month, month_number(date.min)))


def re_audited_by_nobody(practitioner_id: str, re_audit_id: str, policy: Policy) -> Reason:
    """A re-audit that is due keeps its practitioner out even when no auditor was found for it (S2)."""
    return policy.reason(
        "S2",
        f"Practitioner {practitioner_id} has a re-audit due in this cycle, {re_audit_id}, for which no auditor was "
        f"found: {_AT_MOST_ONE}, and the re-audit goes first.",
    )


def _away(practitioner: Practitioner, policy: Policy) -> Reason:
    sentence = (
        f"Practitioner {practitioner.id} is away for more than {policy.selection.away_for_more_than} of the cycle."
    )
    return policy.reason("S9", sentence)


def _re_audited(practitioner: Practitioner, re_audit_id: str, policy: Policy) -> Reason:
    sentence = f"Practitioner {practitioner.id} has a re-audit due in this cycle, {re_audit_id}: {_AT_MOST_ONE}."
    return policy.reason("S2", sentence)


def _unfinished(practitioner: Practitioner, audit_id: str, policy: Policy) -> Reason:
    sentence = f"Practitioner {practitioner.id} has an audit carried over from an earlier cycle, {audit_id}."
    return policy.reason("S2", sentence)


def _too_soon(practitioner: Practitioner, last_on: date, opens_on: date, policy: Policy) -> Reason:
    return policy.reason(
        "S3",
        f"Practitioner {practitioner.id} was last audited in {month_in_words(last_on)}, "
        f"{_months_ago(last_on, opens_on)}: there are at least "
        f"{policy.selection.least_months_between_audits} between two audits.",
    )


def _months_ago(last_on: date, opens_on: date) -> str:
    months = months_between(last_on, opens_on)
    if months == 0:
        return "this very month"
    return f"{CalendarMonths(months)} before this cycle" if months > 0 else "after this cycle"
