"""The trail: adding entries to their subjects' chains (DESIGN §5).

An entry's hash is made here, because only the row of its subject's head knows the hash before it (docs/the-trail.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session


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
