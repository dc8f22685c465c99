"""What waits for a person of the audit team: found by the service, settled by somebody who says how."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from db.tables.registry import Base, Id


class Task(Base):
    """One thing to be settled. While it is open there is no other of its kind and key.

    The sentence names people, cases and files by reference: no name, no address (C3).
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by IS NOT NULL AND closed_because IS NOT NULL)",
            name="closed_with_reason",
        ),
        Index("uq_tasks_open", "kind", "key", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_tasks_state", "state", "id"),
        Index("ix_tasks_kind", "kind", "id"),
        Index("ix_tasks_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]  # such as address_refused
    key: Mapped[str]  # what it is about, in the words of whoever opened it
    sentence: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    state: Mapped[str]
    version: Mapped[int]
    opened_at: Mapped[datetime]
    opened_by: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    closed_because: Mapped[str | None]
