"""Withdrawing and replacing one audit after its draw was issued, until the report is submitted (S9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.decisions import Decision, Reason
from rules.matrix import NoticeEvent, roles_hearing
from rules.policy.draw_shapes import RestrictedRecords
from rules.policy.shape import Policy

WITHDRAWN = "withdrawn"
NO_LONGER_OWED = "re_audit_no_longer_owed"  # no reason of the policy: the grade that it followed from was changed
# States in which the report was not submitted yet, and states in which the auditor still has something to do.
BEFORE_SUBMISSION = ("allocated", "under_way", "discussed")
UNFINISHED = (*BEFORE_SUBMISSION, "submitted", "returned", "accepted")


@dataclass(frozen=True, slots=True)
class AuditStanding:
    """One audit as it stands. `is_drawn` unless it is from before the product was in use."""

    reference: str
    kind: str
    state: str
    report_due_on: date
    is_drawn: bool = True


def withdrawal(audit: AuditStanding, reason: str, today: date, policy: Policy) -> Decision:
    """Whether the audit may be withdrawn today for that reason, a code of `selection.withdrawal_reasons`."""
    refused = _why_not_withdrawn(audit, reason, policy)
    if refused is not None:
        return Decision(audit.state, (refused,), refused)
    return _withdrawn(audit, reason, today, policy)


def why_withdrawn(code: str, policy: Policy, else_: str) -> str:
    """Why an audit was withdrawn, in words; `else_` for what is no reason of the policy, as a cycle that was."""
    if code == NO_LONGER_OWED:
        return "the grade that it followed from was changed"
    return policy.selection.withdrawal_reasons.get(code, else_)


def no_longer_owed(why: Reason, today: date) -> Decision:
    """A re-audit whose audit got another grade, which calls for none, is withdrawn while nothing has begun (D7)."""
    because = Reason(why.rule, why.clause, f"{why.sentence}: it was withdrawn on {day_in_words(today)}.")
    return Decision(WITHDRAWN, (because,), None, Reason(why.rule, why.clause, f"Owed no more: {because.sentence}"))


def replacement(audit: AuditStanding, reason: str, today: date, policy: Policy) -> Decision:
    """Whether it may be withdrawn and the next in reserve take its place, with the cycle's own dates.

    The cycle's dates do not move (P3) and no clock starts anew (A4), so nobody is given an audit whose report was due
    before that day.
    """
    refused = _why_not_withdrawn(audit, reason, policy) or _why_not_replaced(audit, today, policy)
    if refused is not None:
        return Decision(audit.state, (refused,), refused)
    return _withdrawn(audit, reason, today, policy)


def why_kept(audit: AuditStanding, reason: str, cleared: Collection[str], policy: Policy) -> Reason | None:
    """Why the audit is not withdrawn for that reason while `cleared` auditors can do it (S9, S10); None when it may be.

    For a reason of `selection.only_while_nobody_is_cleared`, where the policy lets cleared auditors audit such records.
    """
    selection = policy.selection
    if selection.restricted_records is not RestrictedRecords.CLEARED_AUDITORS or not cleared:
        return None
    if reason not in selection.only_while_nobody_is_cleared:
        return None
    sentence = (
        f"{audit.reference} is not withdrawn for {reason!r}: of those cleared for restricted records, "
        f"{listed(sorted(cleared))} can do it. Leave it with them, or change its auditor (A4)."
    )
    return policy.reason("S10", sentence)


def why_dates_stay(audit: AuditStanding, today: date, policy: Policy) -> Reason:
    """Said with a replacement: that its dates are those of the cycle."""
    sentence = (
        f"Allocated on {day_in_words(today)} in place of {audit.reference}: the dates of the cycle do not move, "
        f"so the report is due on {day_in_words(audit.report_due_on)}."
    )
    return policy.reason("P3", sentence)


def _withdrawn(audit: AuditStanding, reason: str, today: date, policy: Policy) -> Decision:
    words = policy.selection.withdrawal_reasons[reason]
    because = policy.reason("S9", f"{audit.reference} was withdrawn on {day_in_words(today)}: {words}.")
    ended = policy.reason("S9", f"Owed no more: {because.sentence}")
    return Decision(WITHDRAWN, (because,), None, ended, roles_hearing(NoticeEvent.AUDIT_WITHDRAWN, policy))


def _why_not_withdrawn(audit: AuditStanding, reason: str, policy: Policy) -> Reason | None:
    reasons = policy.selection.withdrawal_reasons
    if reason not in reasons:
        sentence = f"{reason!r:.60} is no reason for withdrawing an audit: allowed are {', '.join(reasons)}."
        return policy.reason("S9", sentence)
    if audit.state == WITHDRAWN:
        return policy.reason("S9", f"{audit.reference} was withdrawn before, and stays so: read it for when and why.")
    if audit.state not in BEFORE_SUBMISSION:
        sentence = (
            f"{audit.reference} is {audit.state}: an audit is withdrawn or replaced until its report is submitted, "
            "and not after."
        )
        return policy.reason("S9", sentence)
    return None


def _why_not_replaced(audit: AuditStanding, today: date, policy: Policy) -> Reason | None:
    if audit.kind == "re_audit":
        sentence = (
            f"{audit.reference} is a re-audit, and nobody stands in reserve for one: withdraw it, then re-audit "
            "another case of the same practitioner or close the audit before it with a reason."
        )
        return policy.reason("S7", sentence)
    if not audit.is_drawn:
        return policy.reason("S9", f"{audit.reference} was not drawn here, so it has no reserve: withdraw it.")
    if today > audit.report_due_on:
        sentence = (
            f"The report of {audit.reference} was due on {day_in_words(audit.report_due_on)} and the cycle's dates do "
            f"not move, so on {day_in_words(today)} nobody can take its place in time: withdraw it."
        )
        return policy.reason("P3", sentence)
    return None
