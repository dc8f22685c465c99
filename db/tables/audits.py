"""Audits: one look at one case by one auditor."""

import uuid
from datetime import date
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
        Index("ix_audits_auditor", "auditor_id", "month"),
        Index("ix_audits_team", "team_id", "month"),
        Index("ix_audits_service", "service_id", "month"),
        Index("ix_audits_cycle", "cycle_id"),
        Index("ix_audits_draw", "draw_id"),
        Index("ix_audits_re_audit_of", "re_audit_of"),
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
    sequence: Mapped[int] = mapped_column(default=0)
    reasons: Mapped[list[dict[str, Any]]]
