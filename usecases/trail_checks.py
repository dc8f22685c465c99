"""Checking the trail: every chain, text that is left, stored report and nightly root (C4; docs/the-trail.md).

Reads the trail once from end to end, with memory that does not grow with it. Whoever calls this holds one snapshot of
the database, so that what is written meanwhile is not taken for a fault.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from db.queries import trail_chains as chains
from db.queries import trail_roots
from db.queries.report_versions import versions_kept
from db.tables.trail import TrailRoot
from rules.dates_in_words import day_in_words
from usecases.ports import ExportedRoot
from usecases.report_hashes import hash_of
from usecases.trail_chains import (
    NO_HASH,
    canonical_text,
    chained_hash,
    entry_hash,
    root_header,
    root_line,
    text_hash,
)

_CONTENT = (
    *("subject_kind", "subject_id", "at", "actor", "correlation_id", "action", "rule", "clause"),
    *("details", "text_hashes"),
)
_TELL_EVERY = 1_000
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class TrailFault:
    """Something in the trail that is not as it was written: what, and where."""

    code: str
    sentence: str


def check_trail(session: Session, *, on_progress: Progress = lambda _: None) -> Iterator[TrailFault]:
    """Every fault, as it is found. `on_progress` is told now and then how many entries were read."""
    yield from _entries(session, on_progress)
    for kind, subject_id, number in chains.heads_without_entries(session):
        where = f"{kind} {subject_id}"
        yield TrailFault("chain_gone", f"All {number} entries of {where} are missing: only the head is left.")
    yield from _texts(session)
    yield from _reports(session)
    yield from _roots(session)


def compare_with_exported(session: Session, exported: Iterator[ExportedRoot]) -> Iterator[TrailFault]:
    """Where roots that were exported and the roots in the database differ."""
    known = {root.made_on: root for root in trail_roots.all_roots(session)}
    for copy in exported:
        root = known.get(copy.made_on)
        night = day_in_words(copy.made_on)
        if root is None:
            yield TrailFault("root_gone", f"The root of {night} was exported to {copy.name} and is missing here.")
        elif _as_exported(root) != (copy.made_at, copy.heads, copy.previous_hash, copy.hash):
            yield TrailFault(
                "root_differs",
                f"The root of {night} is not the one that was exported to {copy.name}: the trail was written anew.",
            )


def _as_exported(root: TrailRoot) -> tuple[Any, ...]:
    return root.made_at, root.heads, root.previous_hash, root.hash


def _entries(session: Session, on_progress: Progress) -> Iterator[TrailFault]:
    before: Any = None
    read = 0
    for read, row in enumerate(chains.entries_in_order(session), 1):
        if before is not None and _subject(before) != _subject(row):
            yield from _end(before)
            before = None
        yield from _place(before, row)
        before = row
        if read % _TELL_EVERY == 0:
            on_progress(read)
    if before is not None:
        yield from _end(before)
    on_progress(read)


def _place(before: Any, row: Any) -> Iterator[TrailFault]:
    """Whether an entry stands where it was written, behind the one before, and says what it said."""
    expected = before.number + 1 if before is not None else 1
    if row.number < expected:
        yield TrailFault("order_broken", f"{_where(row)} has an entry numbered {row.number}, before its first.")
    elif row.number > expected:
        gap = f"entry {expected}" if row.number == expected + 1 else f"entries {expected} to {row.number - 1}"
        yield TrailFault("entry_missing", f"Missing of {_where(row)}: {gap}.")
    elif row.previous_hash != (before.hash if before is not None else NO_HASH):
        yield TrailFault("order_broken", f"Entry {row.number} of {_where(row)} does not follow the entry before it.")
    if chained_hash(row.number, row.previous_hash, hash_of_row(row)) != row.hash:
        yield TrailFault("entry_changed", f"Entry {row.number} of {_where(row)} was changed after it was written.")


def _end(last: Any) -> Iterator[TrailFault]:
    """Whether a chain ends where its head says."""
    if last.head_number is None:
        yield TrailFault("head_missing", f"The head of {_where(last)} is missing.")
    elif last.head_number > last.number:
        cut = f"entries {last.number + 1} to {last.head_number}"
        yield TrailFault("chain_cut", f"The chain of {_where(last)} was cut: {cut} are missing.")
    elif (last.head_number, last.head_hash, last.head_entry_hash) != (last.number, last.hash, hash_of_row(last)):
        yield TrailFault("head_differs", f"The head of {_where(last)} is not the last entry of the chain.")


def hash_of_row(row: Any) -> str:
    """The hash of an entry by itself, worked out from what its row says now."""
    return entry_hash(row.id, canonical_text({name: getattr(row, name) for name in _CONTENT}))


def _texts(session: Session) -> Iterator[TrailFault]:
    for written in chains.written_texts(session):
        if written.text_hashes.get(written.name) != text_hash(written.salt, written.text):
            yield TrailFault(
                "text_changed",
                f"The text {written.name!r} of entry {written.number} of {_where(written)} is not what was written.",
            )
    for entry_id in chains.texts_without_entry(session):
        yield TrailFault("text_without_entry", f"There is a text for entry {entry_id}, which is missing.")


def _reports(session: Session) -> Iterator[TrailFault]:
    """Whether each stored version of a report is what the trail says was stored (L7, L15)."""
    for kept in versions_kept(session):
        what = f"Version {kept.number} of the report of audit {kept.audit_id}"
        if kept.kept_hash is None:
            yield TrailFault("report_gone", f"{what} was stored, and is missing.")
        elif kept.trail_hash is None:
            yield TrailFault("report_without_entry", f"{what} is stored, and the trail knows nothing of it.")
        elif kept.kept_hash != kept.trail_hash or (kept.content and hash_of(kept.content) != kept.kept_hash):
            yield TrailFault("report_changed", f"{what} is not what was stored.")


def _roots(session: Session) -> Iterator[TrailFault]:
    previous = NO_HASH
    for root in trail_roots.all_roots(session):
        night = day_in_words(root.made_on)
        if root.previous_hash != previous:
            yield TrailFault("root_order_broken", f"The root of {night} does not follow the root before it.")
        yield from _root(session, root, night)
        previous = root.hash


def _root(session: Session, root: TrailRoot, night: str) -> Iterator[TrailFault]:
    digest = sha256(root_header(root.made_on, root.made_at, root.heads, root.previous_hash).encode())
    missing = False
    for head in trail_roots.heads_of_root(session, root.made_on):
        if head.hash is None:
            missing = True
            where = f"{head.subject_kind} {head.subject_id}"
            yield TrailFault(
                "rooted_entry_missing",
                f"Entry {head.number} of {where} stood in the root of {night} and is missing now.",
            )
        else:
            digest.update(root_line(head.subject_kind, head.subject_id, head.number, head.hash).encode())
    if not missing and digest.hexdigest() != root.hash:
        yield TrailFault("root_changed", f"The root of {night} is not the hash of the chains as they stood then.")


def _subject(row: Any) -> tuple[str, str]:
    return row.subject_kind, row.subject_id


def _where(row: Any) -> str:
    return f"{row.subject_kind} {row.subject_id}"
