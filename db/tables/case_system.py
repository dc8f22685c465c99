"""What is owed to the case system: uploads, case notes and alerts, each to arrive exactly once (C2, DESIGN §5)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

KINDS = ("upload_document", "record_note", "send_alert")
STATES = ("pending", "leased", "done", "refused", "uncertain", "manual", "cancelled")


class CaseSystemCommand(Base):
    """One thing that the case system is to do. It keeps one key for ever, however often it is tried.

    `next_attempt_at` is null while it waits for the command before it. `may_have_arrived` is set before anything is
    sent and cleared only by an answer that says that nothing was done. `recipients` are `{"role", "person_id"}`.
    """

    __tablename__ = "case_system_commands"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, KINDS))})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(map(repr, STATES))})", name="state"),
        CheckConstraint("state <> 'leased' OR (leased_until IS NOT NULL AND lease_id IS NOT NULL)", name="lease_ends"),
        CheckConstraint("(state IN ('done', 'cancelled')) = (settled_at IS NOT NULL)", name="settled_with_time"),
        CheckConstraint("state <> 'done' OR btrim(coalesce(reference, '')) <> ''", name="done_with_reference"),
        CheckConstraint("after_id <> id", name="after_another"),
        CheckConstraint(
            "num_nonnulls(audit_id, safety_alert_id) = 1 AND (audit_id IS NULL) = (report_version IS NULL)",
            name="one_subject",
        ),
        Index(
            "ix_case_system_commands_alert",
            "safety_alert_id",
            postgresql_where=text("safety_alert_id IS NOT NULL"),
        ),
        Index(
            "ix_case_system_commands_due",
            "next_attempt_at",
            "id",
            postgresql_where=text("state IN ('pending', 'leased')"),
        ),
        Index("ix_case_system_commands_state", "state", "id", postgresql_where=text("state <> 'done'")),
        Index("ix_case_system_commands_audit", "audit_id", "id"),
        Index("ix_case_system_commands_after", "after_id"),
        Index(
            "ix_case_system_commands_moderated",
            "moderated_audit_id",
            postgresql_where=text("moderated_audit_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    audit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audits.id"))
    kind: Mapped[str]
    occasion: Mapped[str]
    report_version: Mapped[int | None]
    # Of a safety alert a note goes on the record, which belongs to no report, and waits for no audit (W5).
    safety_alert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("safety_alerts.id"))
    # Of a moderated audit its template goes on the record, and not the report (M4).
    moderated_audit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("moderated_audits.id"))
    after_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("case_system_commands.id"))
    recipients: Mapped[list[dict[str, Any]]]
    state: Mapped[str]
    version: Mapped[int]
    attempts: Mapped[int]
    may_have_arrived: Mapped[bool]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    lease_id: Mapped[uuid.UUID | None]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str | None]
    reference: Mapped[str | None]  # the case system's own, of what it made
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None]
    last_error: Mapped[str | None]


class CaseSystemText(Base):
    """What a command says, apart from it: retention can clear it and keep the figures (C3)."""

    __tablename__ = "case_system_texts"

    command_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_system_commands.id"), primary_key=True)
    note_type: Mapped[str]
    title: Mapped[str]
    contact_at: Mapped[datetime]
    is_significant: Mapped[bool]
    text: Mapped[str]
