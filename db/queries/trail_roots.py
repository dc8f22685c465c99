"""Nightly roots: which heads have moved since the root before, and the roots as they stand."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Date, bindparam, exists, func, insert, literal, select, text, update
from sqlalchemy.orm import Session

from db.tables.trail import TrailEntry, TrailHead, TrailRoot, TrailRootHead

_BATCH = 5_000
_PATIENCE = "10min"  # a night's work, not a person's request


class CoveredHead(NamedTuple):
    """A head that a root covers; its hash is None when that entry is not there any more."""

    subject_kind: str
    subject_id: str
    number: int
    hash: str | None


def hold_roots(session: Session) -> None:
    """Of two who would make the root of one night, one waits for the other. Lasts until the transaction ends."""
    session.execute(text(f"SET LOCAL statement_timeout = '{_PATIENCE}'"))
    session.execute(text("LOCK TABLE trail_roots IN SHARE ROW EXCLUSIVE MODE"))


def newest_root(session: Session) -> TrailRoot | None:
    return session.scalars(select(TrailRoot).order_by(TrailRoot.made_on.desc()).limit(1)).first()


def cover_moved_heads(session: Session, made_on: date) -> int:
    """Puts every head that no root covers as it stands now under the root of that night; answers how many."""
    covered = exists().where(
        TrailRootHead.subject_kind == TrailHead.subject_kind,
        TrailRootHead.subject_id == TrailHead.subject_id,
        TrailRootHead.number == TrailHead.number,
    )
    moved = select(TrailHead.subject_kind, TrailHead.subject_id, TrailHead.number, literal(made_on, Date))
    adding = insert(TrailRootHead).from_select(
        ["subject_kind", "subject_id", "number", "made_on"], moved.where(~covered)
    )
    session.execute(adding)
    covered_now = select(func.count()).select_from(TrailRootHead).where(TrailRootHead.made_on == made_on)
    return session.scalar(covered_now) or 0


_COVERED = (
    select(TrailRootHead.subject_kind, TrailRootHead.subject_id, TrailRootHead.number, TrailEntry.hash)
    .outerjoin(
        TrailEntry,
        (TrailEntry.subject_kind == TrailRootHead.subject_kind)
        & (TrailEntry.subject_id == TrailRootHead.subject_id)
        & (TrailEntry.number == TrailRootHead.number),
    )
    .where(TrailRootHead.made_on == bindparam("made_on"))
    .order_by(
        func.convert_to(TrailRootHead.subject_kind, "UTF8"),
        func.convert_to(TrailRootHead.subject_id, "UTF8"),
        TrailRootHead.number,
    )
)


def heads_of_root(session: Session, made_on: date) -> Iterator[CoveredHead]:
    """The heads that a root covers, in the order of its text; a few thousand at a time."""
    rows = session.execute(_COVERED, {"made_on": made_on}, execution_options={"yield_per": _BATCH})
    return (CoveredHead(*row) for row in rows)


def all_roots(session: Session) -> Sequence[TrailRoot]:
    """Every root, the oldest first: one a night."""
    return session.scalars(select(TrailRoot).order_by(TrailRoot.made_on)).all()


def roots_not_exported(session: Session) -> Sequence[TrailRoot]:
    return session.scalars(select(TrailRoot).where(TrailRoot.exported_at.is_(None)).order_by(TrailRoot.made_on)).all()


def mark_exported(session: Session, made_on: Sequence[date], now: datetime) -> None:
    session.execute(update(TrailRoot).where(TrailRoot.made_on.in_(made_on)).values(exported_at=now))
