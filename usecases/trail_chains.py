"""The form of the trail: an entry as one text, and the hashes that chain entries (docs/the-trail.md).

Published, so that somebody outside can check a chain with nothing but SHA-256. Nothing here asks the database.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

NO_HASH = "0" * 64  # stands before the first entry of a chain
_LONGEST_CODE = 200
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/+~#-]*[A-Za-z0-9])?")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class NotForTheTrail(ValueError):
    """An entry holds something other than ids, codes, dates, counts and hashes (C4)."""


def canonical_text(fields: Mapping[str, Any]) -> str:
    """An entry's content as one JSON text: keys in order, no white space, instants in UTC with microseconds."""
    return _encode({name: instant_as_text(it) if isinstance(it, datetime) else it for name, it in fields.items()})


def instant_as_text(moment: datetime) -> str:
    """As `2026-10-01T08:00:00.000000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(entry_id: UUID, content: str) -> str:
    """The hash of one entry by itself."""
    return _hash(f"{entry_id}\n{content}")


def chained_hash(number: int, previous_hash: str, hash_of_entry: str) -> str:
    """The hash that an entry has in its chain, at this place and after this hash."""
    return _hash(f"{number} {previous_hash} {hash_of_entry}")


def text_hash(salt: str, text: str) -> str:
    """The hash that an entry keeps of a text; without the salt, which is cleared with it, it tells nothing."""
    return _hash(f"{salt}\n{text}")


def root_header(made_on: date, made_at: datetime, heads: int, previous_hash: str) -> str:
    """The first line of a root's text; a line for each head follows."""
    return f"{made_on.isoformat()} {instant_as_text(made_at)} {heads} {previous_hash}\n"


def root_line(subject_kind: str, subject_id: str, number: int, hash_of_head: str) -> str:
    """A head in a root's text. Lines are in the order of the UTF-8 bytes of kind, then id."""
    return f"{subject_kind} {subject_id} {number} {hash_of_head}\n"


def refuse_what_is_no_code(value: object, path: str) -> None:
    """Lets pass ids, codes, dates, numbers and hashes, and lists and mappings of those.

    Raises NotForTheTrail for anything that could be a name, an address or a sentence.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _refuse_name(name, path)
            refuse_what_is_no_code(inner, f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            refuse_what_is_no_code(inner, f"{path}[{place}]")
    elif isinstance(value, str):
        _refuse_text(value, path)
    elif value is not None and not isinstance(value, int):
        raise NotForTheTrail(f"{path} is of type {type(value).__name__}: give text, a whole number, a list or nothing.")


def as_code(text: str) -> str:
    """A reference or name that a council chose, as the trail may keep it: as it is if it is a code, else its hash."""
    return text if _is_code(text) else f"sha256:{_hash(text)}"


def _is_code(text: str) -> bool:
    return len(text) <= _LONGEST_CODE and _CODE.fullmatch(text) is not None


def _refuse_text(value: str, path: str) -> None:
    if not _is_code(value):
        raise NotForTheTrail(
            f"{path} holds {len(value)} characters that are no code: the trail keeps ids, codes, dates and hashes. "
            "What somebody wrote goes into `texts`."
        )


def _refuse_name(name: object, path: str) -> None:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise NotForTheTrail(f"{path} has a key that is no name in snake_case: name it after what it holds.")


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
