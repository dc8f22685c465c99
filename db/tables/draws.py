"""Sampling frames, the draws made from them, and why each case was chosen or not (S5)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class SamplingFrame(Base):
    """The list of cases a draw was made from, frozen and hashed before any seed was taken."""

    __tablename__ = "sampling_frames"
    __table_args__ = (Index("uq_sampling_frames_content", "cycle_id", "hash", unique=True),)

    id: Mapped[Id]
    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_cycles.id"))
    hash: Mapped[str]
    canonical: Mapped[str]  # the text whose SHA-256 is the hash
    caseload_import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("caseload_imports.id"))
    frozen_at: Mapped[datetime]


class Draw(Base):
    """A draw: a preview until it is issued. One seed per frame, from the system's randomness."""

    __tablename__ = "draws"
    __table_args__ = (
        CheckConstraint("state IN ('preview', 'issued', 'superseded', 'withdrawn')", name="state"),
        CheckConstraint("state <> 'issued' OR issued_at IS NOT NULL", name="issued_at"),
        CheckConstraint(
            "(state = 'withdrawn') = (withdrawn_at IS NOT NULL)"
            " AND (withdrawn_at IS NULL) = (withdrawn_because IS NULL)",
            name="withdrawn_with_a_reason",
        ),
        Index("uq_draws_one_issued", "cycle_id", unique=True, postgresql_where=text("state = 'issued'")),
        Index("uq_draws_one_preview", "cycle_id", unique=True, postgresql_where=text("state = 'preview'")),
    )

    id: Mapped[Id]
    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_cycles.id"), index=True)
    frame_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("sampling_frames.id"), unique=True)
    state: Mapped[str]
    seed: Mapped[str]
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]
    redrawn_because: Mapped[str | None]
    issued_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]  # with the whole cycle, on its first day (S9)
    withdrawn_by: Mapped[str | None]
    withdrawn_because: Mapped[str | None]  # as somebody wrote it
    result: Mapped[dict[str, Any]]  # the answer of the rules library, without its list of cases


class DrawCaseOutcome(Base):
    """What became of one case of the frame, and why."""

    __tablename__ = "draw_case_outcomes"
    __table_args__ = (
        CheckConstraint("outcome IN ('drawn', 'reserve', 'excluded', 'not_reached', 're_audit')", name="outcome"),
        Index("ix_draw_case_outcomes_reserve", "draw_id", postgresql_where=text("outcome = 'reserve'")),
    )

    draw_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("draws.id"), primary_key=True)
    case_reference: Mapped[str] = mapped_column(primary_key=True)
    practitioner_reference: Mapped[str]
    team_reference: Mapped[str]
    outcome: Mapped[str]
    place: Mapped[int | None]  # in the team's order (S3, S4, ticket)
    ticket: Mapped[str | None]
    auditor_reference: Mapped[str | None]
    reasons: Mapped[list[dict[str, Any]]]
