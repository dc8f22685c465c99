"""Giving an audit to another auditor until it is issued (A4). Who may take it: `auditor_suggestions`."""

from rules.audit_withdrawals import UNFINISHED, AuditStanding
from rules.decisions import Decision, Reason
from rules.matrix import NoticeEvent, roles_hearing
from rules.policy.shape import Policy


def auditor_change(audit: AuditStanding, reason: str, policy: Policy) -> Decision:
    """Whether the audit may get another auditor, for a code of `eligibility.auditor_change_reasons`.

    Its clocks run on, owed by whoever takes over: none starts anew.
    """
    refused = _why_not_changed(audit, reason, policy)
    if refused is not None:
        return Decision(audit.state, (refused,), refused)
    words = policy.eligibility.auditor_change_reasons[reason]
    sentence = f"{audit.reference} gets another auditor: {words}. Its clocks run on, and none starts anew."
    told = roles_hearing(NoticeEvent.AUDITOR_CHANGED, policy)
    return Decision(audit.state, (policy.reason("A4", sentence),), told=told)


def is_given_up_for_good(reason: str, policy: Policy) -> bool:
    """Whether an auditor who gave an audit up for that reason does not get it back."""
    return reason in policy.eligibility.not_given_back_after


def _why_not_changed(audit: AuditStanding, reason: str, policy: Policy) -> Reason | None:
    reasons = policy.eligibility.auditor_change_reasons
    if reason not in reasons:
        sentence = f"{reason!r:.60} is no reason for another auditor: allowed are {', '.join(reasons)}."
        return policy.reason("A4", sentence)
    if audit.state not in UNFINISHED:
        sentence = f"{audit.reference} is {audit.state}: only an audit that is not issued yet gets another auditor."
        return policy.reason("A4", sentence)
    return None
