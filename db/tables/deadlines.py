"""Running clocks: what is owed, by whom, by when, and the sentence that says why (DESIGN §5)."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Deadline(Base):
    """One running clock of one audit. It keeps the edition under which it started."""

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'met', 'overdue', 'withdrawn')", name="state"),
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        CheckConstraint("due_on >= started_on", name="due_after_start"),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_because IS NULL) AND (withdrawn_on IS NULL OR state = 'withdrawn')",
            name="withdrawn_with_a_reason",
        ),
        # Of one kind one clock runs at a time; one that ended may start again, also on the same day (Q1).
        Index(
            "uq_deadlines_one_running_of_a_kind",
            "audit_id",
            "time_limit",
            unique=True,
            postgresql_where=text("state IN ('running', 'overdue')"),
        ),
        Index("ix_deadlines_audit", "audit_id", "due_on"),
        Index("ix_deadlines_due", "due_on", "id", postgresql_where=text("state = 'running'")),
        # Lists, the next due first: of all, of those found overdue, and of one person.
        Index("ix_deadlines_listed", "due_on", "id"),
        Index("ix_deadlines_overdue", "due_on", "id", postgresql_where=text("state = 'overdue'")),
        Index("ix_deadlines_owed", "owed_by_id", "due_on", "id"),
    )

    id: Mapped[Id]
    time_limit: Mapped[str]  # the policy's entry, such as time_limits.meeting_due_before_close
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    owed_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    owed_by_role: Mapped[str] = mapped_column(server_default="auditor")  # as what: rules.roles.Role
    started_on: Mapped[date]
    due_on: Mapped[date]
    rule: Mapped[str]
    clause: Mapped[str]
    sentence: Mapped[str]
    edition_id: Mapped[str]
    state: Mapped[str]
    met_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    withdrawn_because: Mapped[str | None]  # the sentence that says why it is owed no more
