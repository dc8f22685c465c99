"""Audit years and audit cycles (P1–P3), those of the programme and extra ones."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class AuditYear(Base):
    """The programme of one calendar year: a draft until it is published (P2)."""

    __tablename__ = "audit_years"
    __table_args__ = (CheckConstraint("state IN ('draft', 'published')", name="state"),)

    year: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str]
    edition_id: Mapped[str]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class PlannedCycle(Base):
    """A cycle in a year's programme: ordinary, or themed with a topic, an origin and perhaps a narrower population.

    A draft may still lack a theme; publishing it then is refused (P2).
    """

    __tablename__ = "planned_cycles"
    __table_args__ = (CheckConstraint("kind IN ('ordinary', 'themed')", name="kind"),)

    month: Mapped[str] = mapped_column(primary_key=True)  # "2026-10"
    year: Mapped[int] = mapped_column(ForeignKey("audit_years.year", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    topic: Mapped[str | None]
    origin: Mapped[str | None]
    services: Mapped[list[str]]  # empty: all
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))  # name: codes


class AuditCycle(Base):
    """A cycle that was drawn for, opened or cancelled, with the edition it is pinned to."""

    __tablename__ = "audit_cycles"
    __table_args__ = (
        CheckConstraint("state IN ('planned', 'open', 'closed', 'cancelled')", name="state"),
        CheckConstraint("(state = 'cancelled') = (cancelled_because IS NOT NULL)", name="cancelled_with_a_reason"),
    )

    id: Mapped[Id]
    month: Mapped[str] = mapped_column(unique=True)  # its id: "2026-10", of an extra one "2026-08-12-extra-1"
    kind: Mapped[str]
    state: Mapped[str]
    edition_id: Mapped[str]
    edition_version: Mapped[str]
    opens_on: Mapped[date]
    report_due_on: Mapped[date]
    closes_on: Mapped[date]
    opened_at: Mapped[datetime | None]
    opened_by: Mapped[str | None]
    opened_because: Mapped[str | None]  # the reason given when it was forced
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_because: Mapped[str | None]  # the reason given when it was forced
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[str | None]
    cancelled_because: Mapped[str | None]  # the director's reason (P2)
    figures_at_close: Mapped[dict[str, Any] | None]
    closing_report: Mapped[dict[str, Any] | None]  # how its audits stood to their dates when that was told (L12)
    shortfalls: Mapped[list[dict[str, Any]]]  # what was asked for and could not be had, by name of rule
    warnings: Mapped[list[dict[str, Any]]]  # what somebody should know or decide, by name of rule


class ExtraCycle(Base):
    """What an extra themed cycle was arranged for, outside the ten of a year (P2). It stays as it was arranged."""

    __tablename__ = "extra_cycles"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("topic <> '' AND reason <> ''", name="says_why"),
    )

    cycle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_cycles.id"), primary_key=True)
    topic: Mapped[str]
    origin: Mapped[str]
    services: Mapped[list[str]]  # empty: all
    attributes: Mapped[dict[str, Any]]  # name: codes
    size: Mapped[int]
    reason: Mapped[str]
    arranged_at: Mapped[datetime]
    arranged_by: Mapped[str]


class AuditReferenceNumber(Base):
    """The last number used in the references of a year's audits (PA-2026-0412)."""

    __tablename__ = "audit_reference_numbers"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
