"""What each clock of an audit runs for, as people are told of it."""

from rules.audit_facts import FINDINGS_DISCUSSIONS, MISSING_NOTE
from rules.ladders_of_audits import RE_AUDIT
from rules.quality_checks import (
    AMENDMENT,
    AMENDMENT_AFTER_DISCUSSION,
    AMENDMENTS,
    CARRIED_OVER_REPORT,
    ISSUE,
    QUALITY_CHECK,
)

MEETING = "time_limits.meeting_due_before_close"
REPORT = "programme.report_due_before_close"
LATE_ISSUE = "time_limits.issue_after_late_acceptance"
FOLLOW_UP = "time_limits.follow_up_within"
MODERATION = "moderation.within"
FURTHER_RE_AUDIT = f"ladders.{RE_AUDIT}."  # of whichever rung waits for somebody's word

CLOCK_NAMES = {
    MEETING: "holding the meeting (L1)",
    REPORT: "the report (L5)",
    QUALITY_CHECK: "the audit team's check of the report (L6)",
    AMENDMENT: "amending the report (Q1)",
    AMENDMENT_AFTER_DISCUSSION: "amending the report (Q1)",
    CARRIED_OVER_REPORT: "completing the report for the next cycle (Q3)",
    ISSUE: "issuing the audit (L7)",
    LATE_ISSUE: "issuing the audit (L7)",
    **dict.fromkeys(FINDINGS_DISCUSSIONS, "discussing the findings (L10)"),
    MISSING_NOTE: "putting the missing case note on record (L11)",
    FOLLOW_UP: "the head of service's follow-up (R1)",
    MODERATION: "moderating the audit (M3)",
}
# Those of the rungs of a ladder, of which an edition may have any.
LADDER_NAMES = {
    **{limit: "amending the report (Q1)" for limit in AMENDMENTS if limit.endswith(".")},
    FURTHER_RE_AUDIT: "saying whether there is a further re-audit (R2)",
}

_ACTION = "improvement_plan.action_"


def what_is_owed(time_limit: str) -> str:
    """What somebody owes under a time limit, in words with the rule."""
    if time_limit.startswith(_ACTION):
        return f"action {time_limit.removeprefix(_ACTION)} of the improvement plan (L4)"
    of_ladder = next((name for ladder, name in LADDER_NAMES.items() if time_limit.startswith(ladder)), None)
    return of_ladder or CLOCK_NAMES.get(time_limit, "what the improvement plan asks for (L4)")


def what_they_owe(time_limit: str, who: str) -> str:
    """The same, said of whoever owes it, such as "the head of service", who is not named twice."""
    return what_is_owed(time_limit).replace(f"{who}'s ", "the ")
