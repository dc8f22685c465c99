"""The report of an audit in every version there was, as it was read then (L7, L15, DESIGN §5)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class ReportVersion(Base):
    """One version of one audit's report, counted from 1. A trigger holds that it stays as it was written.

    `is_issued` is what opens it to practitioner and managers: before, a report is the auditor's and the audit team's
    (L7). `content` is the report as values (reports/audit_reports.py), empty once retention has cleared it; its hash
    stays.
    """

    __tablename__ = "report_versions"
    __table_args__ = (
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("btrim(because) <> ''", name="has_a_reason"),
        CheckConstraint("(content IS NULL) = (cleared_at IS NOT NULL)", name="content_until_cleared"),
        Index("uq_report_versions_number", "audit_id", "number", unique=True),
    )

    id: Mapped[Id]
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    number: Mapped[int]
    because: Mapped[str]  # a code: what happened that made it, such as issued
    is_issued: Mapped[bool]
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    content_hash: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cleared_at: Mapped[datetime | None]
