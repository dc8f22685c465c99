"""From what TOML holds to typed values, following the annotations of `shape.py`."""

import dataclasses
import enum
import types
import typing
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from rules.errors import PolicyError
from rules.lengths import CalendarMonths, Length, WorkingDays, parse_length
from rules.policy.draw_shapes import MonthDay
from rules.policy.ladder_shapes import Ladder

_PLAIN = {
    str: "text",
    int: "a whole number",
    bool: "true or false",
    date: "a date such as 2026-04-03",
    time: "a time such as 08:30:00",
}
_MONTHS = {f"{date(2000, month, 1):%B}": month for month in range(1, 13)}

_SAY_THEMSELVES = WorkingDays | CalendarMonths | MonthDay | Ladder


@dataclass(frozen=True, slots=True)
class Where:
    """A place in a policy file, to name it in an error."""

    file: Path
    keys: tuple[str, ...] = ()

    def at(self, *keys: str) -> "Where":
        return Where(self.file, (*self.keys, *keys))

    def error(self, what: str) -> PolicyError:
        key = f"[{'.'.join(self.keys)}] " if self.keys else ""
        return PolicyError(f"{self.file.name}: {key}{what}.")

    def refuse_other_keys(
        self, table: Mapping[str, Any], allowed: Collection[str], optional: Collection[str] = ()
    ) -> None:
        """Raises PolicyError for a key that is not allowed, then for one that is missing."""
        for key in table:
            if key not in allowed:
                raise self.error(f"has the unknown key {key!r}; allowed are {', '.join(sorted(allowed))}")
        for key in sorted(set(allowed) - set(optional)):
            if key not in table:
                raise self.error(f"lacks the key {key!r}")


def build_fields(shape: type[Any], table: Any, where: Where) -> Any:
    """An object of that dataclass from a TOML table whose keys are its fields."""
    if not isinstance(table, dict):
        raise where.error(f"should be a table, not {table!r}")
    hints = _hints(typing.cast(Hashable, shape))
    optional = {field.name for field in dataclasses.fields(shape) if field.default is not dataclasses.MISSING}
    where.refuse_other_keys(table, set(hints), optional)
    return shape(**{key: build(hints[key], value, where.at(key)) for key, value in table.items()})


@lru_cache
def _hints(shape: Hashable) -> Mapping[str, Any]:
    """What the fields of a dataclass hold; a tool has hundreds of objects of four kinds."""
    return typing.get_type_hints(shape)


def build(hint: Any, raw: Any, where: Where) -> Any:
    """The value that the annotation asks for; PolicyError naming file, key and what is allowed."""
    origin = typing.get_origin(hint)
    if origin is tuple:
        return _build_tuple(typing.get_args(hint)[0], raw, where)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return _build_mapping(typing.get_args(hint)[1], raw, where)
    if origin is types.UnionType and hint != Length:
        return build(typing.get_args(hint)[0], raw, where)
    if hint in _PLAIN:
        return _build_plain(hint, raw, where)
    if hint in (WorkingDays, CalendarMonths, Length):
        return _build_length(hint, raw, where)
    if hint is MonthDay:
        return _build_month_day(raw, where)
    if issubclass(hint, enum.Enum):
        return _build_choice(hint, raw, where)
    return build_fields(hint, raw, where)


def as_text(value: Any) -> str:
    """A value as the register prints it, in the document's own words where it has some."""
    if isinstance(value, tuple):
        return ", ".join(map(as_text, value)) or "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {as_text(item)}" for key, item in value.items()) or "none"
    if dataclasses.is_dataclass(value) and not isinstance(value, _SAY_THEMSELVES):
        parts = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
        return ", ".join(f"{name} {as_text(part) if part != () else 'any'}" for name, part in parts if part is not None)
    return str(value)


def _build_tuple(item: Any, raw: Any, where: Where) -> tuple[Any, ...]:
    if not isinstance(raw, list):
        raise where.error(f"should be a list, not {raw!r}")
    return tuple(build(item, entry, where.at(str(position))) for position, entry in enumerate(raw))


def _build_mapping(item: Any, raw: Any, where: Where) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise where.error(f"should be a table, not {raw!r}")
    return types.MappingProxyType({key: build(item, value, where.at(key)) for key, value in raw.items()})


def _build_plain(hint: type[Any], raw: Any, where: Where) -> Any:
    if type(raw) is not hint:
        raise where.error(f"should be {_PLAIN[hint]}, not {raw!r}")
    if hint is str and not raw.strip():
        raise where.error("should be text, not nothing")
    return raw


def _build_length(hint: Any, raw: Any, where: Where) -> Any:
    example = "3 months" if hint is CalendarMonths else "5 working days"
    try:
        length = parse_length(raw) if isinstance(raw, str) else None
    except ValueError as error:
        raise where.error(f"should be a length such as {example!r}: {error}") from None
    if not isinstance(length, hint):
        raise where.error(f"should be a length such as {example!r}, not {raw!r}")
    return length


def _build_month_day(raw: Any, where: Where) -> MonthDay:
    day, _, month = str(raw).partition(" ")
    try:
        found = MonthDay(_MONTHS[month], int(day))
        found.in_year(2001)
    except (KeyError, ValueError):
        raise where.error(f"should be a day of the year such as '1 November', not {raw!r}") from None
    return found


def _build_choice(hint: type[enum.Enum], raw: Any, where: Where) -> enum.Enum:
    try:
        return hint(raw)
    except ValueError:
        allowed = ", ".join(repr(member.value) for member in hint)
        raise where.error(f"should be one of {allowed}, not {raw!r}") from None
