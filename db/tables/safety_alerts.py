"""Safety alerts: one row an alert, and what happened to it, step by step (W1 to W7).

Where an alert stands is what `rules/ladders.py` makes of its steps; the columns of the row are kept for lists and
indexes, and written by nothing else. What people wrote stands apart, where retention can clear it (C3).
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class SafetyAlert(Base):
    """A concern about somebody's immediate safety, raised from an audit or without one.

    `audit_id` is no foreign key on purpose: its check would wait for whoever holds the audit, and raising an alert
    waits for nobody (W7). Audits are never deleted; an invariant looks for those that are not there. `version` is the
    alert's own: of two who move one alert at once only one can have it.
    """

    __tablename__ = "safety_alerts"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'resolved', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="ends_with_a_day"),
        Index("uq_safety_alerts_number", "number", unique=True),
        Index("ix_safety_alerts_open", "id", postgresql_where=text("state = 'open'")),
        Index("ix_safety_alerts_audit", "audit_id", postgresql_where=text("audit_id IS NOT NULL")),
        Index("ix_safety_alerts_team", "team_id", "id"),
        Index("ix_safety_alerts_raiser", "raised_by_id", "id"),
        Index("ix_safety_alerts_case", "case_reference"),
    )

    id: Mapped[Id]
    number: Mapped[int] = mapped_column(Identity())
    audit_id: Mapped[uuid.UUID | None]
    case_reference: Mapped[str]  # "" until somebody names it
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("teams.id"))
    practitioner_id: Mapped[uuid.UUID | None]  # of the audit as it stood; no foreign keys, for the same reason
    auditor_id: Mapped[uuid.UUID | None]
    raised_by: Mapped[str]
    raised_by_id: Mapped[uuid.UUID | None]
    is_concerned: Mapped[bool]  # whether the raiser has to do with the case (W7)
    raised_at: Mapped[datetime]
    raised_on: Mapped[date]
    edition_id: Mapped[str]
    state: Mapped[str]
    rung: Mapped[str]
    awaits: Mapped[str | None]
    due_on: Mapped[date | None]
    version: Mapped[int]
    ended_on: Mapped[date | None]

    @property
    def reference(self) -> str:
        """What people call it, such as SA-2026-0007."""
        return alert_reference(self.raised_on, self.number)


def alert_reference(raised_on: date, number: int) -> str:
    """SA, the year in which it was raised, and a number that counts on from year to year."""
    return f"SA-{raised_on.year}-{number:04}"


class SafetyAlertStep(Base):
    """One thing that happened to one alert, by a person's word or by the clock, with the sentence that says why.

    `rung`, `state` and `awaits` are those after it. `happened_on` is the day from which the next clocks count.
    """

    __tablename__ = "safety_alert_steps"
    __table_args__ = (
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        Index("uq_safety_alert_steps_version", "safety_alert_id", "version", unique=True),
    )

    id: Mapped[Id]
    safety_alert_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("safety_alerts.id"))
    event: Mapped[str]
    version: Mapped[int]
    rung: Mapped[str]
    state: Mapped[str]
    by_clock: Mapped[bool]
    moves: Mapped[bool]  # to another rung, a referral or the end: what a later walk has to be handed again
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    sentence: Mapped[str]


class SafetyAlertStepText(Base):
    """What somebody wrote with a step: the concern, a summary of the discussion, a reason."""

    __tablename__ = "safety_alert_step_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("safety_alert_steps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
