"""The outbox: messages owed, saved with the decision that owes them and sent after the commit (DESIGN §5)."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Notice(Base):
    """One message to one person. It keeps one Message-ID for ever, however often it is tried.

    `content` holds references and dates only; names, findings and grades are behind the links (P4).
    One without an address is parked from the start, with the reason in `last_error` (A5).
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'leased', 'sent', 'parked', 'cancelled')", name="state"),
        CheckConstraint("coalesce(btrim(address), '') <> '' OR state IN ('parked', 'cancelled')", name="has_address"),
        CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name="lease_ends"),
        Index(
            "ix_notices_to_send",
            "next_attempt_at",
            "id",
            postgresql_where=text("state IN ('pending', 'leased')"),
        ),
        Index("ix_notices_recipient", "recipient_id"),
        Index("ix_notices_cycle", "cycle_id"),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    recipient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str | None]
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audit_cycles.id"))
    content: Mapped[dict[str, Any]]
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
