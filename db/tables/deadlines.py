"""Running clocks: what is owed, by whom, by when, and the sentence that says why (DESIGN §5)."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

LOOK_AT_ONCE = date(2000, 1, 1)


_OTHERS = "num_nonnulls(dispute_id, safety_alert_id, moderated_audit_id)"


def _one_running(subject: str, where: str, *, name: str) -> Index:
    return Index(
        f"uq_deadlines_one_running_{name}",
        subject,
        "time_limit",
        "owed_by_role",
        unique=True,
        postgresql_where=text(f"state IN ('running', 'overdue'){where}"),
    )


class Deadline(Base):
    """One running clock of one audit, or of a dispute, a safety alert or a moderated audit. It keeps its edition.

    A clock of the audit itself has `audit_id` alone. Of the others it has the one subject that it runs for, and the
    audit too where there is one; `is_of_the_audit` in db/queries/deadlines.py tells them apart.

    `next_look_on` is when the sweep has something to do with it: a new clock has it in the past, and whoever moves
    `due_on` sets it back to `LOOK_AT_ONCE`; None when nothing more is to come. `working_days` were counted from
    `started_on`; a clock that counts back from a cycle's close has none. `waited_for_id` is the dispute for which a
    re-audit's clock was stopped (S7).
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        CheckConstraint("state IN ('running', 'met', 'overdue', 'withdrawn')", name="state"),
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        CheckConstraint("due_on >= started_on", name="due_after_start"),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_because IS NULL) AND (withdrawn_on IS NULL OR state = 'withdrawn')",
            name="withdrawn_with_a_reason",
        ),
        CheckConstraint(
            f"{_OTHERS} <= 1 AND (audit_id IS NOT NULL OR {_OTHERS} = 1)",
            name="one_subject",
        ),
        # Of one kind one clock runs at a time for each role; one that ended may start again, also on that day (Q1).
        _one_running("audit_id", f" AND {_OTHERS} = 0", name="of_an_audit"),
        _one_running("dispute_id", " AND dispute_id IS NOT NULL", name="of_a_dispute"),
        _one_running("safety_alert_id", " AND safety_alert_id IS NOT NULL", name="of_an_alert"),
        _one_running("moderated_audit_id", " AND moderated_audit_id IS NOT NULL", name="of_a_moderation"),
        Index("ix_deadlines_audit", "audit_id", "due_on"),
        Index("ix_deadlines_due", "due_on", "id", postgresql_where=text("state = 'running'")),
        # Lists, the next due first: of all, of those found overdue, and of one person.
        Index("ix_deadlines_listed", "due_on", "id"),
        Index("ix_deadlines_overdue", "due_on", "id", postgresql_where=text("state = 'overdue'")),
        Index("ix_deadlines_owed", "owed_by_id", "due_on", "id"),
        Index(
            "ix_deadlines_to_look_at",
            "next_look_on",
            "id",
            postgresql_where=text("state IN ('running', 'overdue')"),
        ),
    )

    id: Mapped[Id]
    time_limit: Mapped[str]  # the policy's entry, such as time_limits.meeting_due_before_close
    audit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("audits.id"))
    dispute_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("disputes.id"))
    safety_alert_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("safety_alerts.id"))
    moderated_audit_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("moderated_audits.id"))
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
    waited_for_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("disputes.id"))
    next_look_on: Mapped[date | None] = mapped_column(server_default=text("DATE '2000-01-01'"))
    working_days: Mapped[int | None]


class DeadlineCrossing(Base):
    """A reminder, the day on which a duty was overdue, or an escalation: once for each duty and due date (L13).

    `crossed_on` is the day on which it was to be, `crossed_at` when the sweep came to it.
    """

    __tablename__ = "deadline_crossings"
    __table_args__ = (Index("uq_deadline_crossings_once", "deadline_id", "kind", "due_on", unique=True),)

    id: Mapped[Id]
    deadline_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("deadlines.id"))
    kind: Mapped[str]  # such as reminder_3, overdue, escalation_2
    due_on: Mapped[date]
    crossed_on: Mapped[date]
    crossed_at: Mapped[datetime]
    rule: Mapped[str]
    clause: Mapped[str]
