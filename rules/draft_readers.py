"""What an auditor writes, in parts, and who reads it as what: the words of `gradings.seen_from` (L3, C4)."""

import enum


class Part(enum.StrEnum):
    """What an auditor writes, in parts that are read from different days on."""

    BEFORE_DISCUSSION = "before_discussion"
    AFTER_DISCUSSION = "after_discussion"
    IMPROVEMENT_PLAN = "improvement_plan"
    EARLIER_FEEDBACK = "earlier_feedback"


class Reader(enum.StrEnum):
    """What whoever reads is to the audit. Of several it is the first: the practitioner stays the practitioner."""

    PRACTITIONER = "practitioner"
    AUDITOR = "auditor"
    AUDIT_TEAM = "audit_team"
    OTHERS = "others"  # managers in the practitioner's line, senior leaders
