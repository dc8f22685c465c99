"""What an auditor writes of an audit: two gradings, the improvement plan, feedback to others (L2, L3, L4, L8).

Texts that people wrote stand here and in no trail entry (C3). What is fixed is refused any change by triggers
(migrations/versions/0005_by_hand.py).
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Grading(Base):
    """One of the two gradings of an audit (L3). Once `fixed_at` is set it stays as it is.

    `changed_because` is why the second is another than the first where no discussion was held, here of the overall
    grade.
    """

    __tablename__ = "gradings"
    __table_args__ = (
        CheckConstraint("stage IN ('before_discussion', 'after_discussion')", name="stage"),
        CheckConstraint("stage = 'after_discussion' OR added_by_discussion = ''", name="added_after_it"),
        Index("uq_gradings_stage", "audit_id", "stage", unique=True),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    stage: Mapped[str]
    overall_grade: Mapped[str | None]
    overall_because: Mapped[str]
    is_anyone_unsafe: Mapped[bool | None]
    strengths: Mapped[list[str]]
    areas_to_improve: Mapped[list[str]]
    added_by_discussion: Mapped[str]
    changed_because: Mapped[str] = mapped_column(server_default="")
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    fixed_at: Mapped[datetime | None]


class DomainGrade(Base):
    """What a grading says of one domain of the tool. `lines` are the answers to its key lines of enquiry, in order."""

    __tablename__ = "domain_grades"
    __table_args__ = (
        CheckConstraint("is_applicable OR grade IS NULL", name="applies_if_graded"),
        Index("ix_domain_grades_domain", "domain", "grade"),
    )

    grading_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gradings.id"), primary_key=True)
    domain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    grade: Mapped[str | None]
    evidence: Mapped[str]
    is_applicable: Mapped[bool]
    changed_because: Mapped[str] = mapped_column(server_default="")
    lines: Mapped[list[dict[str, Any]]]


class CheckResult(Base):
    """What a compliance check found (P8)."""

    __tablename__ = "check_results"
    __table_args__ = (
        CheckConstraint("answer IN ('yes', 'no', 'not_applicable')", name="answer"),
        Index("ix_check_results_check", "check_id", "answer"),
    )

    grading_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("gradings.id"), primary_key=True)
    check_id: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    answer: Mapped[str | None]
    started_on: Mapped[date | None]
    done_on: Mapped[date | None]
    note: Mapped[str]


class ImprovementPlan(Base):
    """One revision of an audit's plan: the first is the auditor's draft, fixed when the report is accepted (L4).

    Later ones are made when findings are discussed, and fixed once everybody has agreed who is to; the newest counts.
    """

    __tablename__ = "improvement_plans"
    __table_args__ = (
        CheckConstraint("revision >= 1", name="revision"),
        Index("uq_improvement_plans_revision", "audit_id", "revision", unique=True),
        Index("uq_improvement_plans_one_draft", "audit_id", unique=True, postgresql_where=text("fixed_at IS NULL")),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    revision: Mapped[int]
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    fixed_at: Mapped[datetime | None]


class SmartAction(Base):
    """One action of one revision of a plan (L4)."""

    __tablename__ = "smart_actions"
    __table_args__ = (
        CheckConstraint("number >= 1", name="number"),
        Index("uq_smart_actions_number", "plan_id", "number", unique=True),
        Index("ix_smart_actions_owner", "owner_id", "due_on"),
    )

    id: Mapped[Id]
    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("improvement_plans.id"))
    number: Mapped[int]
    specific: Mapped[str]
    measurable: Mapped[str]
    achievable: Mapped[str]
    relevant: Mapped[str]
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    due_on: Mapped[date | None]


class PlanAgreement(Base):
    """That somebody agreed a revision of the plan, or confirmed it as head of service; gone when the draft changes."""

    __tablename__ = "plan_agreements"

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("improvement_plans.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[str]


class ActionEvidence(Base):
    """What shows that an action was done. One more may be added; none is changed (L4)."""

    __tablename__ = "action_evidence"
    __table_args__ = (
        CheckConstraint("btrim(evidence) <> ''", name="says_something"),
        Index("ix_action_evidence_action", "action_id", "id"),
    )

    id: Mapped[Id]
    action_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("smart_actions.id"))
    done_on: Mapped[date]
    evidence: Mapped[str]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class EarlierFeedback(Base):
    """A strength or concern that belongs to an earlier practitioner or team, for them and their manager (L8).

    It is given when the audit is issued, and stays as it was given.
    """

    __tablename__ = "earlier_feedback"
    __table_args__ = (
        CheckConstraint("kind IN ('strength', 'concern')", name="kind"),
        CheckConstraint("to_person_id IS NOT NULL OR to_team_id IS NOT NULL", name="for_somebody"),
        CheckConstraint("btrim(text) <> ''", name="says_something"),
        Index("ix_earlier_feedback_audit", "audit_id", "id"),
        Index("ix_earlier_feedback_person", "to_person_id", "id"),
        Index("ix_earlier_feedback_team", "to_team_id", "id"),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    to_person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    to_team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"))
    kind: Mapped[str]
    text: Mapped[str]
    version: Mapped[int]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    given_at: Mapped[datetime | None]
