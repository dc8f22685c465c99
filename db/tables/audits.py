"""Audits: one look at one case by one auditor."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

STATES = (
    "allocated",
    "under_way",
    "discussed",
    "submitted",
    "returned",
    "accepted",
    "issued",
    "closed",
    "withdrawn",
)


class Audit(Base):
    """An audit. Team and service are those at allocation: figures stay with them when the team moves.

    `origin` is `drawn` for audits that a cycle made and `recorded` for those from before the product was in use;
    `month` is the first of the month of the cycle it was drawn for, in which its history is compared (S2, S3).
    """

    __tablename__ = "audits"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
        CheckConstraint("kind IN ('ordinary', 'themed', 're_audit')", name="kind"),
        CheckConstraint("origin IN ('drawn', 'recorded')", name="origin"),
        CheckConstraint("(kind = 're_audit') = (sequence > 0)", name="sequence"),
        CheckConstraint("origin = 'recorded' OR auditor_id IS NOT NULL", name="has_auditor"),
        CheckConstraint("auditor_id <> practitioner_id", name="auditor_is_somebody_else"),  # A2
        CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),  # else S2's key would not hold
        # S2: the database itself refuses a second audit of a practitioner in a month, whatever code asks.
        Index(
            "uq_audits_one_a_month",
            "practitioner_id",
            "month",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_audits_history", "case_reference", "month"),
        Index("ix_audits_practitioner", "practitioner_id", "month"),  # withdrawn ones too: what somebody is shown
        Index("ix_audits_auditor", "auditor_id", "month"),
        Index("ix_audits_team", "team_id", "month"),
        Index("ix_audits_service", "service_id", "month"),
        Index("ix_audits_cycle", "cycle_id"),
        Index("ix_audits_draw", "draw_id"),
        Index("ix_audits_audit_tool", "audit_tool_id"),
        Index("ix_audits_re_audit_of", "re_audit_of"),
        Index("ix_audits_issued", "id", postgresql_where=text("state = 'issued'")),  # whose findings are to be seen to
        # S9: what was withdrawn says so wholly or not at all, and has one replacement at most.
        CheckConstraint(
            "(withdrawn_at IS NULL) = (withdrawn_because IS NULL) AND (withdrawn_at IS NULL OR state = 'withdrawn')",
            name="withdrawn_with_a_reason",
        ),
        CheckConstraint("replaces_id <> id", name="replaces_another"),
        Index(
            "uq_audits_one_replacement", "replaces_id", unique=True, postgresql_where=text("replaces_id IS NOT NULL")
        ),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)  # PA-2026-0412
    origin: Mapped[str]
    kind: Mapped[str]
    state: Mapped[str]
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audit_cycles.id"))
    draw_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("draws.id"))
    month: Mapped[date]
    case_reference: Mapped[str]
    practitioner_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("teams.id"))
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    auditor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    allocated_on: Mapped[date]
    window_from: Mapped[date]
    window_to: Mapped[date]
    report_due_on: Mapped[date]
    issued_on: Mapped[date | None]
    overall_grade: Mapped[str | None]  # effective
    re_audit_of: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audits.id"))
    re_audit_case_reference: Mapped[str | None]  # another case of theirs that its re-audit looks at (S7)
    re_audit_waived_because: Mapped[str | None]  # a code of policy: somebody decided that none follows (S7, R2)
    sequence: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[dict[str, Any]]]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]
    withdrawn_because: Mapped[str | None]  # a code of selection.withdrawal_reasons, or what became of its cycle
    replaces_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audits.id"))
    audit_tool_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audit_tools.id"))  # the form it is done with


class AuditorChange(Base):
    """An audit that passed from one auditor to another, and why (A4)."""

    __tablename__ = "auditor_changes"
    __table_args__ = (
        CheckConstraint("from_id <> to_id", name="to_somebody_else"),
        Index("ix_auditor_changes_audit", "audit_id", "id"),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    from_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    to_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    because: Mapped[str]  # a code of eligibility.auditor_change_reasons
    is_widened: Mapped[bool]  # found beyond the service area of the auditor before
