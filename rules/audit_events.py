"""What can happen to an audit, the states it passes through, and the records that come of it (DESIGN §11)."""

import enum

# What moves an audit without being a person.
SCHEDULER = "scheduler"


class State(enum.StrEnum):
    """Where an audit stands. Lateness, upload, disputes and re-audits run beside it, as dated facts and deadlines."""

    ALLOCATED = "allocated"
    UNDER_WAY = "under_way"
    DISCUSSED = "discussed"  # the reflective discussion with the practitioner was held, or why it was not is known
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ISSUED = "issued"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Event(enum.StrEnum):
    """What happens to an audit after it was allocated. `rules/lifecycles.py` says when each may."""

    MEETING_ARRANGED = "meeting_arranged"
    MEETING_MOVED = "meeting_moved"
    DRAFT_BEGUN = "draft_begun"
    DISCUSSION_HELD = "discussion_held"
    DISCUSSION_NOT_HELD = "discussion_not_held"
    REPORT_SUBMITTED = "report_submitted"
    REPORT_ACCEPTED = "report_accepted"
    REPORT_RETURNED = "report_returned"
    REPORT_AMENDED = "report_amended"
    NOT_ACCEPTED = "not_accepted"
    AUDIT_ISSUED = "audit_issued"
    REPORT_ACKNOWLEDGED = "report_acknowledged"
    REPORT_COMMENTED = "report_commented"
    FEEDBACK_GIVEN = "feedback_given"
    FINDINGS_DISCUSSED = "findings_discussed"
    FINDINGS_NOTE_CHECKED = "findings_note_checked"
    FINDINGS_NOTE_MISSING = "findings_note_missing"
    FINDINGS_CONFIRMED = "findings_confirmed"
    FURTHER_RE_AUDIT_ADVISED_AGAINST = "further_re_audit_advised_against"
    FURTHER_RE_AUDIT_WAIVED = "further_re_audit_waived"
    FURTHER_RE_AUDIT_ORDERED = "further_re_audit_ordered"
    ANOTHER_CASE_CHOSEN = "another_case_chosen"
    REPORT_CORRECTED = "report_corrected"
    DISPUTE_RESOLVED = "dispute_resolved"
    MODERATED_GRADE_RECORDED = "moderated_grade_recorded"
    AUDIT_CLOSED = "audit_closed"
    AUDIT_WITHDRAWN = "audit_withdrawn"


# What gives an issued report another grade, and so a new version of it: a mistake put right (L15), a dispute (D7), a
# moderation that the audit team records (M6). All that follows from a grade follows alike from each.
CHANGES_OF_GRADES = (Event.REPORT_CORRECTED, Event.DISPUTE_RESOLVED, Event.MODERATED_GRADE_RECORDED)


class Record(enum.StrEnum):
    """What is put on record because of a move, in the order in which it is done (L7, L15, C2)."""

    REPORT_VERSION = "report_version"  # the report as it reads from now on, kept beside all earlier ones
    UPLOAD = "upload"  # the report into the case system
    CASE_NOTE = "case_note"  # which says where the report is, and with what grade
    ALERT = "alert"  # to whoever has to know of the case note
