"""What whoever makes a move does, as the sentence says it that tells them whether they may: "arranging the meeting"."""

from collections.abc import Mapping
from types import MappingProxyType

from rules.audit_events import Event

DEEDS: Mapping[Event, str] = MappingProxyType(
    {
        Event.MEETING_ARRANGED: "arranging the meeting",
        Event.MEETING_MOVED: "moving the meeting",
        Event.DRAFT_BEGUN: "beginning the draft",
        Event.DISCUSSION_HELD: "recording the reflective discussion",
        Event.DISCUSSION_NOT_HELD: "recording why there was no reflective discussion",
        Event.REPORT_SUBMITTED: "submitting the report for the first time",
        Event.REPORT_ACCEPTED: "accepting the report",
        Event.REPORT_RETURNED: "returning the report",
        Event.REPORT_AMENDED: "handing in the amended report",
        Event.NOT_ACCEPTED: "finding that the report did not come back in time",
        Event.AUDIT_ISSUED: "issuing the report",
        Event.REPORT_ACKNOWLEDGED: "acknowledging receipt of the report",
        Event.REPORT_COMMENTED: "commenting on the report",
        Event.FEEDBACK_GIVEN: "giving feedback on earlier work",
        Event.FINDINGS_DISCUSSED: "recording the discussion of the findings",
        Event.FINDINGS_NOTE_CHECKED: "ticking off the case note of the discussion",
        Event.FINDINGS_NOTE_MISSING: "reporting the case note of the discussion missing",
        Event.FINDINGS_CONFIRMED: "confirming the agreed actions",
        Event.FURTHER_RE_AUDIT_ADVISED_AGAINST: "advising against a further re-audit",
        Event.FURTHER_RE_AUDIT_WAIVED: "agreeing that no further re-audit follows",
        Event.FURTHER_RE_AUDIT_ORDERED: "ordering a further re-audit",
        Event.ANOTHER_CASE_CHOSEN: "choosing another case for the re-audit",
        Event.REPORT_CORRECTED: "correcting the report",
        Event.DISPUTE_RESOLVED: "resolving a dispute about the report",
        Event.MODERATED_GRADE_RECORDED: "recording the grade that moderators gave",
        Event.AUDIT_CLOSED: "closing the audit",
        Event.AUDIT_WITHDRAWN: "withdrawing the audit",
    }
)
