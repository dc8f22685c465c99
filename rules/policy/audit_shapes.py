"""What an edition says of one audit: its form, its grades, its clocks, and who does what with it (L1–L15, P8)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from rules.lengths import WorkingDays


class ChangeWithoutDiscussion(enum.StrEnum):
    """Whether the second grading may differ from the first where no reflective discussion was held (L3)."""

    WITH_REASON = "with_reason"  # each grade that changes says why
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ToolPart:
    """A tool that is part of the form of audits of these services and kinds; an empty list means any."""

    tool: str
    services: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def is_for(self, service_id: str, kind: str) -> bool:
        """Whether an audit of that service and kind has it."""
        return (not self.services or service_id in self.services) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class AuditTools:
    """Of which parts the form of an audit is made, and how much an auditor writes at least (P8, L2)."""

    parts: tuple[ToolPart, ...]
    least_words_of_evidence: int
    least_words_of_answer: int


@dataclass(frozen=True, slots=True)
class Gradings:
    """The grades from best to worst, what follows from them, and who reads what an auditor writes when (L2–L4, S7).

    `seen_from` names, by part and reader (`rules/audit_contents.py`), the state of the audit from which on it is read.
    """

    grades: Mapping[str, str]
    re_audit_grades: tuple[str, ...]
    levels_that_need_a_reason: int
    safety_question_grades: tuple[str, ...]
    least_strengths: int
    least_areas_to_improve: int
    change_without_discussion: ChangeWithoutDiscussion
    improvement_plan_grades: tuple[str, ...]
    improvement_plan_for_domains: bool
    improvement_plan_agreed_by: tuple[str, ...]
    improvement_plan_confirmed_for: tuple[str, ...]
    seen_from: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Who may do what with an audit after its allocation, and what differs by kind (L1–L15, Q2, R1, R2)."""

    who_may: Mapping[str, tuple[str, ...]]  # by event
    team_manager_attends_from: int  # the sequence: 1 for a first re-audit
    head_of_service_follows_up_from: int
    closing_reasons: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TimeLimits:
    """Clocks of one audit from its allocation to its close (L1, L6, L7, L11, Q1, Q3, R1)."""

    meeting_due_before_close: WorkingDays
    issue_due_before_close: WorkingDays
    quality_check_within: WorkingDays
    amendment_aimed_at: WorkingDays
    amendment_within: WorkingDays
    amendment_within_after_discussion: WorkingDays
    carried_over_report_before_close: WorkingDays
    issue_after_late_acceptance: WorkingDays
    missing_note_within: WorkingDays
    follow_up_within: WorkingDays


@dataclass(frozen=True, slots=True)
class FindingsDiscussions:
    """How soon the findings of an issued report are discussed, by grade and by how a re-audit compares (L10)."""

    within_of_audits: Mapping[str, WorkingDays]
    within_of_re_audits: Mapping[str, WorkingDays]
    within_when_lower: WorkingDays
    within_when_kept: Mapping[str, WorkingDays]
    smart_actions_within: WorkingDays
    achievement_grades: tuple[str, ...]
    owed_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reports:
    """What stands on every page of a report (L7)."""

    marking: str
