"""What a council brings along when it starts in mid-year: lists that were imported, and its own counts (C5)."""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

COUNTS = (
    "allocated",
    "completed_on_time",
    "completed_late",
    "not_completed",
    "not_accepted",
    "discussions_in_time",
    "discussions_late",
)


class FirstUseImport(Base):
    """One list that was recorded: past audits, open re-audits or counts; what it was and what became of its rows."""

    __tablename__ = "first_use_imports"
    __table_args__ = (CheckConstraint("kind IN ('past_audits', 'open_re_audits', 'counts')", name="kind"),)

    id: Mapped[Id]
    kind: Mapped[str]
    file_name: Mapped[str | None]  # none for rows that came as JSON
    sha256: Mapped[str]
    encoding: Mapped[str | None]
    date_form: Mapped[str | None]
    imported_at: Mapped[datetime]
    imported_by: Mapped[str]
    rows_read: Mapped[int]
    rows_loaded: Mapped[int]
    rows_refused: Mapped[int]
    rows_passed_over: Mapped[int]
    summary: Mapped[dict[str, Any]]  # what changed, what was noticed, and which columns were not read


class RecordedAudit(Base):
    """Since when an audit from before the product is on record, and from which line of which list.

    `recorded_at` decides whether a mistake in it can still be put right: until a draw was issued that saw it.
    """

    __tablename__ = "recorded_audits"
    __table_args__ = (Index("ix_recorded_audits_import", "import_id"),)

    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"), primary_key=True)
    import_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("first_use_imports.id"))
    line: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]


class RecordedCount(Base):
    """What the council itself counted for a month of the year in which it started: a team's or a service's audits.

    With an auditor the row counts theirs alone; no audit is counted in two rows. The council's figures add up as the
    sum over its rows (O3).
    """

    __tablename__ = "recorded_counts"
    __table_args__ = (
        Index(
            "uq_recorded_counts",
            "month",
            "service_id",
            "team_id",
            "auditor_id",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
        CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),
        CheckConstraint(f"least({', '.join(COUNTS)}) >= 0", name="counts_are_not_negative"),
        CheckConstraint(
            "completed_on_time + completed_late + not_completed <= allocated", name="no_more_than_were_allocated"
        ),
    )

    id: Mapped[Id]
    import_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("first_use_imports.id"))
    month: Mapped[date]
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"))
    auditor_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    allocated: Mapped[int]
    completed_on_time: Mapped[int]
    completed_late: Mapped[int]
    not_completed: Mapped[int]
    not_accepted: Mapped[int]
    discussions_in_time: Mapped[int]
    discussions_late: Mapped[int]
