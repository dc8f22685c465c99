"""The nightly root of the trail: one hash over the heads, kept here and outside (C4, DESIGN §5).

Each root covers the heads that have moved since the root before and holds that one's hash, so that it stands for all.
What it costs grows with what happened since, not with the trail.
"""

from datetime import date, datetime
from hashlib import sha256

from sqlalchemy.orm import Session, sessionmaker

from db.queries import trail_roots
from db.tables.trail import TrailRoot
from usecases.ports import Clock, ExportedRoot, RootExists, RootFolder
from usecases.trail_chains import NO_HASH, root_header, root_line
from usecases.work import LONDON


def make_and_export_root(sessions: sessionmaker[Session], clock: Clock, folder: RootFolder) -> str:
    """Makes the night's root if it was not made yet, then writes to the folder what is not there yet.

    Called as often as one likes. A night that was missed is made good once: the next root covers it. Raises RootExists,
    and OSError when the folder cannot be written to; what was made stays, and is exported next time.
    """
    now = clock.now()
    with sessions.begin() as session:
        made = make_root(session, now)
    exported = _export(sessions, now, folder)
    told = f"Made the root of {made.made_on} over {made.heads} heads." if made else "The root of today is made."
    return f"{told} Exported {exported}."


def make_root(session: Session, now: datetime) -> TrailRoot | None:
    """The root of the night that began this day; None when this day, or a later one, has its root."""
    today = now.astimezone(LONDON).date()
    if not _is_due(trail_roots.newest_root(session), today):
        return None
    trail_roots.hold_roots(session)
    newest = trail_roots.newest_root(session)
    if not _is_due(newest, today):
        return None
    previous_hash = newest.hash if newest else NO_HASH
    heads = trail_roots.cover_moved_heads(session, today)
    root = TrailRoot(
        made_on=today,
        made_at=now,
        heads=heads,
        previous_hash=previous_hash,
        hash=_hash(session, today, root_header(today, now, heads, previous_hash)),
    )
    session.add(root)
    session.flush()
    return root


def _is_due(newest: TrailRoot | None, today: date) -> bool:
    return newest is None or newest.made_on < today


def _hash(session: Session, made_on: date, header: str) -> str:
    digest = sha256(header.encode())
    for head in trail_roots.heads_of_root(session, made_on):
        # One whose entry was taken away must not keep the others without a root; checking the trail tells of it.
        digest.update(root_line(head.subject_kind, head.subject_id, head.number, head.hash or NO_HASH).encode())
    return digest.hexdigest()


def _export(sessions: sessionmaker[Session], now: datetime, folder: RootFolder) -> int:
    with sessions() as session:
        waiting = [_exported(root) for root in trail_roots.roots_not_exported(session)]
    kept: list[date] = []
    refused: list[RootExists] = []
    for root in waiting:
        try:
            folder.keep(root)
            kept.append(root.made_on)
        except RootExists as other:  # as after a restore; the nights after it are exported all the same
            refused.append(other)
    if kept:
        with sessions.begin() as session:
            trail_roots.mark_exported(session, kept, now)
    if refused:
        raise refused[0]
    return len(kept)


def _exported(root: TrailRoot) -> ExportedRoot:
    name = f"trail-root-{root.made_on.isoformat()}.json"
    return ExportedRoot(name, root.made_on, root.made_at, root.heads, root.previous_hash, root.hash)
