"""What people are told of (FRAMEWORK section 9), by name and in words."""

import enum
from collections.abc import Mapping
from types import MappingProxyType


class NoticeEvent(enum.StrEnum):
    """What people are told of. An event of an audit's life that is not here tells nobody."""

    ALLOCATION = "allocation"
    AUDITOR_CHANGED = "auditor_changed"
    AUDIT_WITHDRAWN = "audit_withdrawn"
    AUDIT_REPLACED = "audit_replaced"
    CYCLE_CANCELLED = "cycle_cancelled"
    CYCLE_REINSTATED = "cycle_reinstated"
    MEETING_ARRANGED = "meeting_arranged"
    MEETING_MOVED = "meeting_moved"
    MEETING_CALLED_OFF = "meeting_called_off"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_AMENDED = "report_amended"
    REPORT_RETURNED = "report_returned"
    REPORT_ACCEPTED = "report_accepted"
    QUALITY_CHECK_OVERDUE = "quality_check_overdue"
    NOT_ACCEPTED = "not_accepted"
    AUDIT_ISSUED = "audit_issued"
    REPORT_CORRECTED = "report_corrected"
    REPORT_COMMENTED = "report_commented"
    REPORT_TO_FILE = "report_to_file"
    FEEDBACK_GIVEN = "feedback_given"
    FINDINGS_DISCUSSED = "findings_discussed"
    FINDINGS_CONFIRMED = "findings_confirmed"
    FINDINGS_NOTE_MISSING = "findings_note_missing"
    FINDINGS_DISCUSSION_OVERDUE = "findings_discussion_overdue"
    FINDINGS_NOT_DISCUSSED = "findings_not_discussed"
    FURTHER_RE_AUDIT_ORDERED = "further_re_audit_ordered"
    NOT_ISSUED_AT_CLOSE = "not_issued_at_close"
    DISPUTE_STEP = "dispute_step"
    SAFETY_ALERT = "safety_alert"
    MODERATION_DRAWN = "moderation_drawn"
    MODERATION_GIVEN = "moderation_given"
    MODERATION_TAKEN = "moderation_taken"
    MODERATION_OVERDUE = "moderation_overdue"
    MODERATION_FEEDBACK = "moderation_feedback"


# Of these nobody gets a message of its own: they say whom an overdue duty is taken further to, which the sweep tells.
TAKEN_FURTHER = (
    NoticeEvent.QUALITY_CHECK_OVERDUE,
    NoticeEvent.FINDINGS_DISCUSSION_OVERDUE,
    NoticeEvent.FINDINGS_NOT_DISCUSSED,
    NoticeEvent.MODERATION_OVERDUE,
)

# Each event in words, as "The team manager is told of …" goes on.
WORDS: Mapping[NoticeEvent, str] = MappingProxyType(
    {
        NoticeEvent.ALLOCATION: "an allocation",
        NoticeEvent.AUDITOR_CHANGED: "another auditor",
        NoticeEvent.AUDIT_WITHDRAWN: "an audit that was withdrawn",
        NoticeEvent.AUDIT_REPLACED: "an audit that takes the place of another",
        NoticeEvent.CYCLE_CANCELLED: "a cycle that is cancelled",
        NoticeEvent.CYCLE_REINSTATED: "a cycle that is planned again",
        NoticeEvent.MEETING_ARRANGED: "a meeting that was arranged",
        NoticeEvent.MEETING_MOVED: "a meeting that was moved",
        NoticeEvent.MEETING_CALLED_OFF: "a meeting that was called off",
        NoticeEvent.REPORT_SUBMITTED: "a report that was submitted",
        NoticeEvent.REPORT_AMENDED: "a report that was submitted again",
        NoticeEvent.REPORT_RETURNED: "a report that was returned",
        NoticeEvent.REPORT_ACCEPTED: "a report that was accepted",
        NoticeEvent.QUALITY_CHECK_OVERDUE: "a report that was not checked in time",
        NoticeEvent.NOT_ACCEPTED: "an audit that is not accepted",
        NoticeEvent.AUDIT_ISSUED: "an audit that was issued",
        NoticeEvent.REPORT_CORRECTED: "a report that was corrected",
        NoticeEvent.REPORT_COMMENTED: "a comment on a report",
        NoticeEvent.REPORT_TO_FILE: "a report to be put on the record by hand",
        NoticeEvent.FEEDBACK_GIVEN: "feedback on earlier work",
        NoticeEvent.FINDINGS_DISCUSSED: "findings that were discussed",
        NoticeEvent.FINDINGS_CONFIRMED: "agreed actions that were confirmed",
        NoticeEvent.FINDINGS_NOTE_MISSING: "a case note of the discussion that is missing",
        NoticeEvent.FINDINGS_DISCUSSION_OVERDUE: "a discussion of findings that is overdue",
        NoticeEvent.FINDINGS_NOT_DISCUSSED: "findings that were not discussed in time",
        NoticeEvent.FURTHER_RE_AUDIT_ORDERED: "a further re-audit",
        NoticeEvent.NOT_ISSUED_AT_CLOSE: "an audit that was not issued when its cycle closed",
        NoticeEvent.DISPUTE_STEP: "a step of a dispute",
        NoticeEvent.SAFETY_ALERT: "a safety alert",
        NoticeEvent.MODERATION_DRAWN: "audits that are looked at again",
        NoticeEvent.MODERATION_GIVEN: "audits to moderate",
        NoticeEvent.MODERATION_TAKEN: "a moderation that passed to somebody else",
        NoticeEvent.MODERATION_OVERDUE: "a moderation that is overdue",
        NoticeEvent.MODERATION_FEEDBACK: "moderation feedback",
    }
)
