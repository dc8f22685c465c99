"""Moderation: which issued audits senior leaders look at again, what they find, and how it goes on (M1 to M6).

What people wrote stands apart from what is counted (C3). Frames, rounds and steps are never changed
(migrations/versions/0007_by_hand.py).
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id

MODERATION_STATES = ("allocated", "fed_back", "closed")


class ModerationFrame(Base):
    """The list of issued audits a moderation draw was made from, frozen and hashed before any seed was taken (M1).

    `month` is the first of the moderation month. There is one for a month, so that nobody draws twice.
    """

    __tablename__ = "moderation_frames"
    __table_args__ = (CheckConstraint("extract(day FROM month) = 1", name="month_is_its_first_day"),)

    id: Mapped[Id]
    month: Mapped[date] = mapped_column(unique=True)
    hash: Mapped[str]
    canonical: Mapped[str]  # the text whose SHA-256 is the hash
    frozen_at: Mapped[datetime]


class ModerationRound(Base):
    """The draw of one moderation month: the seed, taken after the frame was frozen, and the rules' answer (M1, M2)."""

    __tablename__ = "moderation_rounds"

    id: Mapped[Id]
    frame_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderation_frames.id"), unique=True)
    month: Mapped[date] = mapped_column(unique=True)
    drawn_on: Mapped[date]
    drawn_at: Mapped[datetime]
    drawn_by: Mapped[str]
    edition_id: Mapped[str]
    edition_version: Mapped[str]
    seed: Mapped[str]
    due_on: Mapped[date]
    result: Mapped[dict[str, Any]]  # the answer of the rules library


class ModeratedAudit(Base):
    """One audit of a round: who moderates it, by when, and where that stands.

    `auditor_grade` is its effective grade on the day of the draw, and `report_version` the report that was looked at.
    A `moderator_id` of None is a shortfall: nobody could take it (M2).
    """

    __tablename__ = "moderated_audits"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(map(repr, MODERATION_STATES))})", name="state"),
        CheckConstraint("state <> 'fed_back' OR fed_back_on IS NOT NULL", name="fed_back_on_a_day"),
        CheckConstraint("fed_back_on IS NULL OR moderator_id IS NOT NULL", name="fed_back_by_somebody"),
        Index("uq_moderated_audits_once", "round_id", "audit_id", unique=True),
        Index("uq_moderated_audits_place", "round_id", "place", unique=True),
        Index("ix_moderated_audits_audit", "audit_id"),
        Index("ix_moderated_audits_moderator", "moderator_id", "due_on"),
        Index("ix_moderated_audits_open", "due_on", "id", postgresql_where=text("state = 'allocated'")),
    )

    id: Mapped[Id]
    round_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderation_rounds.id"))
    audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("audits.id"))
    place: Mapped[int]  # its order in the draw, from 1
    moderator_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    is_own_service: Mapped[bool]
    reasons: Mapped[list[dict[str, Any]]]
    auditor_grade: Mapped[str]
    report_version: Mapped[int]
    due_on: Mapped[date]
    state: Mapped[str]
    met_on: Mapped[date | None]  # moderator and auditor (M3)
    fed_back_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Regrade(Base):
    """What a moderator finds of one audit: the moderation template (M3). Once `fixed_at` is set it stays as it is."""

    __tablename__ = "regrades"
    __table_args__ = (CheckConstraint("fixed_at IS NULL OR overall_grade IS NOT NULL", name="graded_when_fixed"),)

    moderated_audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderated_audits.id"), primary_key=True)
    overall_grade: Mapped[str | None]
    findings: Mapped[str]
    strengths: Mapped[list[str]]
    areas_to_improve: Mapped[list[str]]
    saved_at: Mapped[datetime]
    saved_by: Mapped[str]
    fixed_at: Mapped[datetime | None]


class RegradedDomain(Base):
    """What a moderator says of one domain of the audit's tool."""

    __tablename__ = "regraded_domains"
    __table_args__ = (CheckConstraint("is_applicable OR grade IS NULL", name="applies_if_graded"),)

    moderated_audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("regrades.moderated_audit_id"), primary_key=True)
    domain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    grade: Mapped[str | None]
    is_applicable: Mapped[bool]
    findings: Mapped[str]


class ModerationStep(Base):
    """One thing that happened to one moderated audit, with the sentence that says why it could.

    `happened_on` is the day as somebody told it. `version` is the moderated audit's own after it.
    """

    __tablename__ = "moderation_steps"
    __table_args__ = (
        CheckConstraint("btrim(sentence) <> '' AND btrim(rule) <> ''", name="has_reason"),
        Index("uq_moderation_steps_version", "moderated_audit_id", "version", unique=True),
    )

    id: Mapped[Id]
    moderated_audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderated_audits.id"))
    event: Mapped[str]  # in the past tense, such as feedback_given
    version: Mapped[int]
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    rule: Mapped[str]
    clause: Mapped[str]
    sentence: Mapped[str]


class ModerationStepText(Base):
    """What somebody wrote with a step: the feedback, why nobody met, why another moderates, why it ended."""

    __tablename__ = "moderation_step_texts"
    __table_args__ = (CheckConstraint("btrim(text) <> ''", name="says_something"),)

    step_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderation_steps.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]


class ModerationTemplate(Base):
    """The moderation template as it was when feedback was given: what goes to the case system (M4).

    It stays as it was written; `content` is empty once retention has cleared it, and its hash stays.
    """

    __tablename__ = "moderation_templates"
    __table_args__ = (CheckConstraint("(content IS NULL) = (cleared_at IS NOT NULL)", name="content_until_cleared"),)

    moderated_audit_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("moderated_audits.id"), primary_key=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    content_hash: Mapped[str]
    content: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    cleared_at: Mapped[datetime | None]
