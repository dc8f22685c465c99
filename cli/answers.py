"""What a word answers: lines for a person, or the same facts as JSON for a program."""

import enum
import json
import sys
import uuid
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any


def answer(facts: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Prints one or the other. The facts are an object whose names stay as they are; names may be added."""
    if as_json:
        print(json.dumps(facts, default=_plain, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(line)
    sys.stdout.flush()


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 row", "2 rows", "12,000 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, uuid.UUID | Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
