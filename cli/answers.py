"""What a word answers: lines for a person, or the same facts as JSON for a program."""

import enum
import json
import sys
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any


def answer(facts: Any, lines: Iterable[str], *, as_json: bool) -> None:
    """Prints one or the other. The facts are an object whose names stay as they are; names may be added."""
    if as_json:
        print(json.dumps(_plain(facts), ensure_ascii=False, indent=2))
    else:
        for line in lines:
            print(line)
    sys.stdout.flush()


def counted(number: int, one: str, many: str | None = None) -> str:
    """ "1 row", "2 rows", "12,000 rows"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _plain(value: Any) -> Any:
    """The value as JSON has it: objects and rows by their names, whatever they stand in."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return _PLAIN.get(type(value), _as_it_is)(value)


def _as_it_is(value: Any) -> Any:
    if isinstance(value, enum.Enum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no form in JSON")


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    date: date.isoformat,
    datetime: datetime.isoformat,
    uuid.UUID: str,
    type(Path()): str,
}
