"""The trail: who did what, when and by which rule; ids, codes, clauses and hashes, never a text (DESIGN §5, C4).

Entries are chained per subject: each holds the hash of the one before it (docs/the-trail.md). A trigger refuses to
change or delete one. What people wrote stands in `trail_texts`, which retention may clear: the entry keeps its hash.
"""

import uuid
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.tables.registry import Base, Id


class TrailEntry(Base):
    """One thing that happened to one subject, such as an audit, a cycle or a person."""

    __tablename__ = "trail_entries"
    __table_args__ = (
        Index("uq_trail_entries_place", "subject_kind", "subject_id", "number", unique=True),
        Index("ix_trail_entries_at", "at", "id"),
        Index("ix_trail_entries_actor", "actor", "at", "id"),
        Index("ix_trail_entries_action", "action", "at", "id"),
    )

    id: Mapped[Id]
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    number: Mapped[int]  # the place in the subject's chain, from 1
    at: Mapped[datetime]
    actor: Mapped[str]
    correlation_id: Mapped[str | None]
    action: Mapped[str]  # in the past tense, such as draw_issued
    rule: Mapped[str | None]
    clause: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    text_hashes: Mapped[dict[str, Any]]  # by name, of each text with its salt
    previous_hash: Mapped[str]
    hash: Mapped[str]


class TrailHead(Base):
    """The newest entry of a subject's chain; its row is what writers of one subject take turns on."""

    __tablename__ = "trail_heads"

    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    entry_hash: Mapped[str]  # of the newest entry alone
    hash: Mapped[str]


class TrailText(Base):
    """What somebody wrote, such as a reason; cleared by retention, while the entry keeps its hash."""

    __tablename__ = "trail_texts"

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("trail_entries.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    salt: Mapped[str]  # goes with the text, so that what remains cannot be guessed
    text: Mapped[str]


class TrailRoot(Base):
    """One hash over all heads as they stood that night; exported, so that a chain cut short later shows.

    Each root holds the hash of the one before it and covers the heads that have moved since.
    """

    __tablename__ = "trail_roots"

    made_on: Mapped[date] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    heads: Mapped[int]
    previous_hash: Mapped[str]
    hash: Mapped[str]
    exported_at: Mapped[datetime | None]


class TrailRootHead(Base):
    """A head that a root covers, by the number of the entry it was at."""

    __tablename__ = "trail_root_heads"
    __table_args__ = (Index("ix_trail_root_heads_root", "made_on", "subject_kind", "subject_id"),)

    subject_kind: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    # The root is written last, when its hash is known.
    made_on: Mapped[date] = mapped_column(ForeignKey("trail_roots.made_on", deferrable=True, initially="DEFERRED"))
