"""The whole trail, read in the order of its chains, a few thousand rows at a time (C4).

What somebody may have meddled with is read as it stands: nothing here assumes that a head has entries, or the reverse.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from db.tables.trail import TrailEntry, TrailHead, TrailText

_BATCH = 2_000
_STREAM = {"yield_per": _BATCH}
_ENTRIES = (
    select(
        *TrailEntry.__table__.columns,
        TrailHead.number.label("head_number"),
        TrailHead.entry_hash.label("head_entry_hash"),
        TrailHead.hash.label("head_hash"),
    )
    .outerjoin(
        TrailHead,
        (TrailHead.subject_kind == TrailEntry.subject_kind) & (TrailHead.subject_id == TrailEntry.subject_id),
    )
    .order_by(TrailEntry.subject_kind, TrailEntry.subject_id, TrailEntry.number)
)


class WrittenText(NamedTuple):
    """A text that was not cleared, with what its entry keeps of it."""

    subject_kind: str
    subject_id: str
    number: int
    name: str
    salt: str
    text: str
    text_hashes: dict[str, Any]


def count_entries(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def entries_in_order(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    """Every entry with its subject's head, chain after chain, each from its beginning."""
    return iter(session.execute(_ENTRIES, execution_options=_STREAM))


def heads_without_entries(session: Session) -> Iterator[tuple[str, str, int]]:
    """Heads of which not one entry is left."""
    of_head = exists().where(
        TrailEntry.subject_kind == TrailHead.subject_kind, TrailEntry.subject_id == TrailHead.subject_id
    )
    bare = select(TrailHead.subject_kind, TrailHead.subject_id, TrailHead.number).where(~of_head)
    return ((kind, subject_id, number) for kind, subject_id, number in session.execute(bare, execution_options=_STREAM))


def written_texts(session: Session) -> Iterator[WrittenText]:
    """Every text that was not cleared."""
    joined = select(
        TrailEntry.subject_kind,
        TrailEntry.subject_id,
        TrailEntry.number,
        TrailText.name,
        TrailText.salt,
        TrailText.text,
        TrailEntry.text_hashes,
    ).join(TrailEntry, TrailEntry.id == TrailText.entry_id)
    return (WrittenText(*row) for row in session.execute(joined, execution_options=_STREAM))


def texts_without_entry(session: Session) -> list[UUID]:
    """Texts whose entry is not there; the database's own foreign key refuses that."""
    orphans = select(TrailText.entry_id).where(~exists().where(TrailEntry.id == TrailText.entry_id))
    return list(session.scalars(orphans))
