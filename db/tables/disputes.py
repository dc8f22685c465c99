"""Disputes: what is challenged with which reasons and evidence, and everything that happened since (D1 to D8).

Where a dispute stands is worked out from its steps (rules/ladders.py); state, rung and day on its row are what the
newest walk said, for lists and indexes. What people wrote stands apart, where retention can clear it (C3).
"""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class Dispute(Base):
    """A dispute about one version of one audit's report; the database refuses a second one about it (D7).

    `next_look_on` is the day on which the clock has something to say next, None once it has ended.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'resolved', 'lapsed', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'open') = (ended_on IS NULL)", name="ended_or_open"),
        CheckConstraint("state = 'open' OR next_look_on IS NULL", name="looked_at_while_open"),
        Index("uq_disputes_one_a_version", "audit_id", "report_version", unique=True),
        Index("uq_disputes_one_open", "audit_id", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_disputes_raised_by", "raised_by_id", "id"),
        Index("ix_disputes_to_look_at", "next_look_on", "id", postgresql_where=text("state = 'open'")),
        Index("ix_disputes_open", "due_on", "id", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[Id]
    reference: Mapped[str] = mapped_column(unique=True)  # the audit's with a number: PA-2026-0412-dispute-1
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    report_version: Mapped[int]
    raised_by_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    raised_as: Mapped[str]  # the role by which they may: practitioner or team_manager
    raised_on: Mapped[date]  # the day of the written response, from which the first clock counts
    edition_id: Mapped[str]
    state: Mapped[str]
    rung: Mapped[str]
    awaits: Mapped[str | None]  # stage or referral, while it is open
    due_on: Mapped[date | None]
    next_look_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    grade_before: Mapped[str | None]  # as it was disputed
    grade_after: Mapped[str | None]  # as it stood when the dispute was resolved
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class DisputeGround(Base):
    """One part of a report that is challenged: a domain of the form, the findings or the overall grade (3.11)."""

    __tablename__ = "dispute_grounds"
    __table_args__ = (CheckConstraint("btrim(part) <> ''", name="says_what"),)

    dispute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disputes.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)


class DisputeGroundText(Base):
    """What was written of one part: `reasons` and `evidence`."""

    __tablename__ = "dispute_ground_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    dispute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disputes.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class DisputeStep(Base):
    """One thing that happened to one dispute, by somebody's word or by the clock, with the sentence that says why.

    `number` counts them; `rung` and `state` are where it stood afterwards. What the clock said has the day on which it
    was to be said, whenever the sweep came to it. `recorded_by_id` is whoever of the organisation said it, as their
    record was then: who is meant by it now is asked of the aliases (S10).
    """

    __tablename__ = "dispute_steps"
    __table_args__ = (
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        Index("uq_dispute_steps_number", "dispute_id", "number", unique=True),
        # What the clock says at a rung it says once, whoever sweeps.
        Index(
            "uq_dispute_steps_said_once", "dispute_id", "rung_before", "event", unique=True,
            postgresql_where=text("by_clock"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    dispute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disputes.id"))
    number: Mapped[int]
    event: Mapped[str]
    by_clock: Mapped[bool]
    rung_before: Mapped[str]
    rung: Mapped[str]
    state: Mapped[str]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    recorded_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    rule: Mapped[str]
    clause: Mapped[str]
    sentence: Mapped[str]


class DisputeStepText(Base):
    """What somebody wrote with a step: a summary, an outcome, a reason."""

    __tablename__ = "dispute_step_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dispute_steps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class DisputeConsent(Base):
    """That a dispute about a version may be opened late, by whoever's consent that needs (D7)."""

    __tablename__ = "dispute_consents"

    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"), primary_key=True)
    report_version: Mapped[int] = mapped_column(primary_key=True)
    given_on: Mapped[date]
    given_at: Mapped[datetime]
    given_by: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]


class IndependentReview(Base):
    """An independent review that was settled on at a formal stage: by whom, and when they reported (D3)."""

    __tablename__ = "independent_reviews"
    __table_args__ = (
        CheckConstraint("(reported_on IS NULL) = (reported_by IS NULL)", name="reported_by_somebody"),
        Index("ix_independent_reviews_dispute", "dispute_id", "id"),
        Index("ix_independent_reviews_reviewer", "reviewer_id"),
    )

    id: Mapped[Id]
    dispute_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("disputes.id"))
    reviewer_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    asked_on: Mapped[date]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str]
    reported_on: Mapped[date | None]
    reported_at: Mapped[datetime | None]
    reported_by: Mapped[str | None]


class IndependentReviewText(Base):
    """What was asked of the reviewer (`brief`), and what they found (`findings`)."""

    __tablename__ = "independent_review_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    review_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("independent_reviews.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
