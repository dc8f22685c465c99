"""The audit tool in versions, and the forms that audits are pinned to (P8, L2)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class ToolVersion(Base):
    """One version of a form or module: a draft until it is published, then as it is for ever (a trigger holds that).

    `origin` is `edition` for what the framework's files hold and `council` for what people here made of it.
    """

    __tablename__ = "tool_versions"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'published')", name="state"),
        CheckConstraint("origin IN ('edition', 'council')", name="origin"),
        CheckConstraint("(state = 'published') = (published_at IS NOT NULL)", name="published_at_an_instant"),
        CheckConstraint("(origin = 'council') = (because IS NOT NULL)", name="changed_with_a_reason"),
        CheckConstraint("number > 0", name="number"),
        UniqueConstraint("edition_id", "tool", "number"),
        Index(
            "uq_tool_versions_one_draft", "edition_id", "tool", unique=True, postgresql_where=text("state = 'draft'")
        ),
    )

    id: Mapped[Id]
    edition_id: Mapped[str]
    tool: Mapped[str]
    number: Mapped[int]
    state: Mapped[str]
    origin: Mapped[str]
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    because: Mapped[str | None]  # why the council changed it
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    published_at: Mapped[datetime | None]
    published_by: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")  # of the row, for its ETag


class AuditTool(Base):
    """A form that audits are pinned to: published versions put together. One for each composition there was."""

    __tablename__ = "audit_tools"
    __table_args__ = (UniqueConstraint("edition_id", "composition"),)

    id: Mapped[Id]
    edition_id: Mapped[str]
    composition: Mapped[str]  # "adult_social_care 2 + mash 1"
    made_at: Mapped[datetime]


class AuditToolPart(Base):
    """A version in a form, at its place."""

    __tablename__ = "audit_tool_parts"
    __table_args__ = (Index("ix_audit_tool_parts_version", "tool_version_id"),)

    audit_tool_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audit_tools.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    tool_version_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("tool_versions.id"))


class ThemeTool(Base):
    """The tool that the audits of a themed cycle use, chosen for its theme (P2); None once taken back."""

    __tablename__ = "theme_tools"

    cycle: Mapped[str] = mapped_column(primary_key=True)  # "2026-10", of an extra one "2026-08-12-extra-1"
    tool: Mapped[str | None]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
