"""When a re-audit falls due (S7)."""

from datetime import date

from rules.policy.shape import Policy


def calls_for_re_audit(policy: Policy, grade: str | None, sequence: int) -> bool:
    """Whether an issued audit of that grade is re-audited by itself.

    `sequence` is 0 for an audit, 1 for a first re-audit and so on. One without an overall grade is never (P8).
    """
    return grade in policy.gradings.re_audit_grades and sequence < policy.selection.re_audits_by_themselves


def re_audit_due_on(policy: Policy, issued_on: date) -> date:
    """The first day on which a cycle may open that allocates the re-audit of an audit issued on that day."""
    return policy.selection.months_before_re_audit.after(issued_on)
