"""The trail: adding entries to their subjects' chains, and reading them (DESIGN §5).

An entry's hash is made here, because only the row of its subject's head knows the hash before it (docs/the-trail.md).
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import DateTime, Row, Text, Uuid, bindparam, select, text, tuple_
from sqlalchemy.orm import Session

from db.queries.page_sizes import at_most
from db.tables.trail import TrailEntry, TrailHead, TrailRoot, TrailText


@dataclass(frozen=True, slots=True)
class KeptText:
    """What somebody wrote, kept beside an entry."""

    name: str
    salt: str
    text: str


@dataclass(frozen=True, slots=True)
class ChainedEntry:
    """An entry's content as the one text that is hashed, and its texts."""

    content: str
    texts: Sequence[KeptText]


def _hash(*pieces: str) -> str:
    return f"encode(sha256(convert_to(concat({', '.join(pieces)}), 'UTF8')), 'hex')"


_OF_ENTRY = _hash("id", "chr(10)", "content")
_OF_FIRST = _hash("'1 '", "repeat('0', 64)", "' '", "entry_hash")
_OF_FOLLOWING = _hash("head.number + 1", "' '", "head.hash", "' '", "excluded.entry_hash")

# Heads are taken in the order of their subjects, so that two writers of several subjects wait but never deadlock.
# The columns come from the very text that is hashed.
_ADD = text(
    f"""
WITH given AS MATERIALIZED (
    SELECT each.*, {_OF_ENTRY} AS entry_hash,
        fields->>'subject_kind' AS subject_kind, fields->>'subject_id' AS subject_id
    FROM (SELECT uuidv7() AS id, content, content::jsonb AS fields, texts
        FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS each (content text, texts jsonb) OFFSET 0) AS each
), moved AS (
    INSERT INTO trail_heads AS head (subject_kind, subject_id, number, entry_hash, hash)
    SELECT subject_kind, subject_id, 1, entry_hash, {_OF_FIRST}
    FROM given ORDER BY subject_kind COLLATE "C", subject_id COLLATE "C"
    ON CONFLICT (subject_kind, subject_id) DO UPDATE SET number = head.number + 1, entry_hash = excluded.entry_hash,
        hash = {_OF_FOLLOWING}
    RETURNING head.subject_kind, head.subject_id, new.number, new.hash, old.hash AS previous_hash
), added AS (
    INSERT INTO trail_entries (id, subject_kind, subject_id, number, at, actor, correlation_id, action, rule, clause,
        details, text_hashes, previous_hash, hash)
    SELECT id, subject_kind, subject_id, number, (fields->>'at')::timestamptz, fields->>'actor',
        fields->>'correlation_id', fields->>'action', fields->>'rule', fields->>'clause',
        fields->'details', fields->'text_hashes', coalesce(previous_hash, repeat('0', 64)), hash
    FROM given JOIN moved USING (subject_kind, subject_id)
)
INSERT INTO trail_texts (entry_id, name, salt, text)
SELECT given.id, written.name, written.salt, written.text
FROM given CROSS JOIN jsonb_to_recordset(given.texts) AS written (name text, salt text, text text)
"""
)


def add_entries(session: Session, entries: Sequence[ChainedEntry]) -> None:
    """Adds entries of different subjects to their chains, in one statement."""
    rows = [
        {"content": entry.content, "texts": [{"name": it.name, "salt": it.salt, "text": it.text} for it in entry.texts]}
        for entry in entries
    ]
    session.execute(_ADD, {"entries": json.dumps(rows, ensure_ascii=False)})


_COLUMNS = tuple(column for column in TrailEntry.__table__.columns)
_PLACE = tuple_(TrailEntry.at, TrailEntry.id)
_AFTER = select(TrailEntry.at, TrailEntry.id).where(TrailEntry.id == bindparam("after", type_=Uuid)).scalar_subquery()
# Each filter of the list with the condition it adds.
_FILTERS = {
    "subject_kind": TrailEntry.subject_kind == bindparam("subject_kind", type_=Text),
    "subject_id": TrailEntry.subject_id == bindparam("subject_id", type_=Text),
    "actor": TrailEntry.actor == bindparam("actor", type_=Text),
    "action": TrailEntry.action == bindparam("action", type_=Text),
    "begins_at": TrailEntry.at >= bindparam("begins_at", type_=DateTime(timezone=True)),
    "ends_at": TrailEntry.at < bindparam("ends_at", type_=DateTime(timezone=True)),
    "after": _PLACE < _AFTER,
}


def entries(session: Session, limit: int, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the trail, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = select(*_COLUMNS).order_by(TrailEntry.at.desc(), TrailEntry.id.desc()).limit(at_most(limit))
    for name in given:
        question = question.where(_FILTERS[name])
    return session.execute(question, given).all()


def count_of_entries(session: Session, subject_kind: str, subject_id: str) -> int:
    """How many entries a subject's chain has: what was decided about it since somebody looked makes it more."""
    head = select(TrailHead.number).where(TrailHead.subject_kind == subject_kind, TrailHead.subject_id == subject_id)
    return session.scalar(head) or 0


def texts_of(session: Session, entry_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """What people wrote with these entries, as far as it was not cleared."""
    found: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    written = select(TrailText.entry_id, TrailText.name, TrailText.text).where(TrailText.entry_id.in_(entry_ids))
    for entry_id, name, words in session.execute(written):
        found[entry_id][name] = words
    return found


def roots(session: Session, first_on: date | None, last_on: date | None, limit: int) -> Sequence[TrailRoot]:
    """Nightly roots of those days, the newest first."""
    question = select(TrailRoot).order_by(TrailRoot.made_on.desc()).limit(limit)
    if first_on is not None:
        question = question.where(TrailRoot.made_on >= first_on)
    if last_on is not None:
        question = question.where(TrailRoot.made_on <= last_on)
    return session.scalars(question).all()
