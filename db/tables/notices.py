"""The outbox: what is owed to people, and the messages in which it goes out (DESIGN §5).

A notice is saved with the decision that owes it. When it is due, the notices of one person and one moment are put into
one message, which is then tried until it is sent or waits for a person.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Message(Base):
    """One e-mail to one person. It is formed once, and keeps one Message-ID for ever, however often it is tried.

    `digest_on` is the day for which it is the person's one digest (L13): the day it was formed, or sent if later.
    """

    __tablename__ = "messages"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'leased', 'sent', 'parked', 'bounced', 'cancelled')", name="state"),
        CheckConstraint("btrim(address) <> ''", name="has_address"),
        CheckConstraint("state <> 'leased' OR leased_until IS NOT NULL", name="lease_ends"),
        Index("ix_messages_to_send", "next_attempt_at", "id", postgresql_where=text("state IN ('pending', 'leased')")),
        Index(
            "uq_messages_digest",
            "recipient_id",
            "digest_on",
            unique=True,
            postgresql_where=text("digest_on IS NOT NULL"),
        ),
        Index(
            "uq_messages_waiting_digest",
            "recipient_id",
            unique=True,
            postgresql_where=text("digest_on IS NOT NULL AND state IN ('pending', 'leased')"),
        ),
    )

    id: Mapped[Id]
    message_id: Mapped[str] = mapped_column(unique=True)
    recipient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str]
    send_window: Mapped[str]
    digest_on: Mapped[date | None]
    state: Mapped[str]
    attempts: Mapped[int]
    formed_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


class Notice(Base):
    """Something that one person is to be told: owed once, however often its message is tried.

    `content` holds references and dates only; names, findings and grades are behind the links (P4).
    One without an address is parked from the start, with the reason in `last_error` (A5). `state`, `next_attempt_at`
    and `last_error` follow the message; a single notice can be cancelled. A reminder names its `deadline_id`, with
    which it is owed no more (L13). One about a safety alert names that, and goes out before and apart from all others.
    """

    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint("state IN ('pending', 'sent', 'parked', 'bounced', 'cancelled')", name="state"),
        CheckConstraint("coalesce(btrim(address), '') <> '' OR state IN ('parked', 'cancelled')", name="has_address"),
        Index("ix_notices_waiting", "next_attempt_at", postgresql_where=text("state = 'pending'")),
        Index(
            "ix_notices_to_form",
            "next_attempt_at",
            "id",
            postgresql_where=text("state = 'pending' AND in_message IS NULL"),
        ),
        Index("ix_notices_for_a_person", "state", "id", postgresql_where=text("state IN ('parked', 'bounced')")),
        Index("ix_notices_recipient", "recipient_id"),
        Index("ix_notices_cycle", "cycle_id"),
        Index("ix_notices_in_message", "in_message"),
        Index(
            "ix_notices_of_deadlines",
            "deadline_id",
            postgresql_where=text("deadline_id IS NOT NULL AND state IN ('pending', 'parked')"),
        ),
        Index("ix_notices_of_safety_alerts", "safety_alert_id", postgresql_where=text("safety_alert_id IS NOT NULL")),
        Index(
            "ix_notices_of_safety_alerts_waiting",
            "next_attempt_at",
            "id",
            postgresql_where=text("safety_alert_id IS NOT NULL AND state = 'pending'"),
        ),
    )

    id: Mapped[Id]
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    send_window: Mapped[str] = mapped_column(server_default="at_once")
    recipient_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    address: Mapped[str | None]
    cycle_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audit_cycles.id"))
    deadline_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("deadlines.id"))
    safety_alert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("safety_alerts.id"))
    content: Mapped[dict[str, Any]]
    in_message: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("messages.id"))
    state: Mapped[str]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    last_error: Mapped[str | None]
