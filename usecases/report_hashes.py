"""The hash by which a stored version of a report is known again (L7, C4)."""

import json
from hashlib import sha256
from typing import Any


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as one JSON text with its keys in order."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
