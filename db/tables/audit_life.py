"""What happened in the life of an audit: one row a step, and the facts that a step has beside it (L1 to L15).

What people wrote stands apart, where retention can clear it (C3). Nothing here is ever changed.
"""

import uuid
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class AuditStep(Base):
    """One thing that happened to one audit, with the sentence that says why it could, and the state it led to.

    `version` is the audit's own after it: of two who move one audit at once only one can have it. `happened_on` is the
    day as somebody told it, which may be before the day on which it was recorded.
    """

    __tablename__ = "audit_steps"
    __table_args__ = (
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        Index("uq_audit_steps_version", "audit_id", "version", unique=True),
        Index("ix_audit_steps_event", "event", "happened_on"),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    event: Mapped[str]  # in the past tense, such as report_submitted
    version: Mapped[int]
    state: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    sentence: Mapped[str]


class AuditStepText(Base):
    """What somebody wrote with a step: what the discussion added, the points to change, a comment, a reason."""

    __tablename__ = "audit_step_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class PlannedMeeting(Base):
    """When auditor and practitioner are to meet. The newest counts; those before it were moved (L1)."""

    __tablename__ = "planned_meetings"
    __table_args__ = (Index("ix_planned_meetings_audit", "audit_id", "step_id"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    meets_on: Mapped[date]
    meets_at: Mapped[time | None]  # Europe/London


class ReflectiveDiscussion(Base):
    """The meeting as it was held, or that it was not, which needs a reason (L3). The newest counts."""

    __tablename__ = "reflective_discussions"
    __table_args__ = (
        CheckConstraint("held_on IS NOT NULL OR NOT coalesce(team_manager_attended, false)", name="attended_if_held"),
        Index("ix_reflective_discussions_audit", "audit_id", "step_id"),
    )

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    held_on: Mapped[date | None]
    team_manager_attended: Mapped[bool | None]  # asked of a second re-audit (3.6)


class QualityCheck(Base):
    """What the audit team found of one submission: accepted, or returned with points to change (L6, Q1)."""

    __tablename__ = "quality_checks"
    __table_args__ = (
        CheckConstraint("outcome IN ('accepted', 'returned')", name="outcome"),
        CheckConstraint("outcome = 'returned' OR NOT is_discussion_offered", name="offered_if_returned"),
        Index("ix_quality_checks_audit", "audit_id", "step_id"),
    )

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    outcome: Mapped[str]
    is_discussion_offered: Mapped[bool]


class FindingsDiscussion(Base):
    """The discussion of the findings between team manager and practitioner (L10). One for each version of the report.

    `case_note_on` is the day of the case note that records it, as whoever recorded it says (L11).
    """

    __tablename__ = "findings_discussions"
    __table_args__ = (Index("ix_findings_discussions_audit", "audit_id", "step_id"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    held_on: Mapped[date]
    case_note_on: Mapped[date | None]


class CaseNoteCheck(Base):
    """Whether the audit team found the case note of the discussion of findings in the case system (L11)."""

    __tablename__ = "case_note_checks"
    __table_args__ = (Index("ix_case_note_checks_audit", "audit_id", "step_id"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    is_there: Mapped[bool]


class ReportCorrection(Base):
    """A mistake in an issued report, put right by the audit manager as a new version (L15)."""

    __tablename__ = "report_corrections"
    __table_args__ = (Index("ix_report_corrections_audit", "audit_id", "step_id"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    grade_before: Mapped[str | None]
    grade_after: Mapped[str | None]
    domain_grades: Mapped[dict[str, Any]]  # by domain, of those that were corrected
    is_anyone_unsafe: Mapped[bool | None]  # where a grade that was given asks it (L2)
    is_discussed_anew: Mapped[bool]  # the discussion held before does not cover the new grade (D7)


class ReAuditOrder(Base):
    """That a further re-audit follows, beyond those that are due by themselves: who decided it, and on which day (R2).

    The step says who recorded it. Nobody is named where a role decides for which the asker has no person.
    """

    __tablename__ = "re_audit_orders"
    __table_args__ = (Index("ix_re_audit_orders_audit", "audit_id", "step_id"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_steps.id"), primary_key=True)
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    decided_on: Mapped[date]
