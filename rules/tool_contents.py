"""A version of a tool as plain values, to be stored and sent, and back; and its hash (P8)."""

import json
from collections.abc import Mapping
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from rules.audit_tools import ToolVersion
from rules.lengths import Length
from rules.policy.values import Where, build_fields

# What names a version; the rest is its content.
_NAMES = ("tool", "version")


def content_of(tool: ToolVersion) -> dict[str, Any]:
    """What a version says, in dictionaries, lists, texts and truths; lengths in words, nothing for nothing."""
    plain = _plain(tool)
    assert isinstance(plain, dict)
    return {name: value for name, value in plain.items() if name not in _NAMES}


def tool_version(tool: str, version: int, content: Mapping[str, Any]) -> ToolVersion:
    """The way back. Raises PolicyError naming the key for a content that is none."""
    built = build_fields(ToolVersion, {**content, "tool": tool, "version": version}, Where(Path(tool)))
    assert isinstance(built, ToolVersion)
    return built


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content as JSON in UTF-8, keys in order, without white space: 64 hexadecimal digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Length):
        return str(value)
    parts = {field.name: getattr(value, field.name) for field in fields(value)}
    return {name: _plain(part) for name, part in parts.items() if part is not None}
