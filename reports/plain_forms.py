"""Frozen dataclasses as values that JSON has, and back again, exactly: what was stored is what is read."""

import dataclasses
import enum
import types
import typing
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

Form = TypeVar("Form")


class NotOfThisForm(ValueError):
    """What was stored does not fit the form that it is read as; the sentence names the place."""


def as_plain(form: Any) -> dict[str, Any]:
    """A dataclass as a dictionary: dates and instants in ISO form, tuples as lists, members of enums by value."""
    return {field.name: _plain(getattr(form, field.name)) for field in dataclasses.fields(form)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return as_plain(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, enum.Enum) else value


def from_plain(form: type[Form], plain: Any, place: str = "") -> Form:
    """The dataclass again; fields that are not there have their default.

    Raises NotOfThisForm for a field that the form does not have, a needed one that is missing, or a wrong value.
    """
    if not isinstance(plain, dict):
        raise NotOfThisForm(f"{place or '/'} should be an object of {form.__name__}")
    hints = _hints(typing.cast("typing.Hashable", form))
    unknown = sorted(plain.keys() - hints.keys())
    if unknown:
        raise NotOfThisForm(f"{place}/{unknown[0]} is no field of {form.__name__}: it was stored by a newer version")
    read = {name: _read(hints[name], value, f"{place}/{name}") for name, value in plain.items()}
    try:
        return form(**read)
    except TypeError as why:
        raise NotOfThisForm(f"{place or '/'}: {why}") from why


@cache
def _hints(form: Any) -> dict[str, Any]:
    return typing.get_type_hints(form)


def _read(wanted: Any, value: Any, place: str) -> Any:
    if isinstance(wanted, types.UnionType):
        return None if value is None else _read(_other_than_none(wanted), value, place)
    if typing.get_origin(wanted) is tuple:
        return _tuple(typing.get_args(wanted)[0], value, place)
    if dataclasses.is_dataclass(wanted):
        return from_plain(typing.cast("type[Any]", wanted), value, place)
    return _single(wanted, value, place)


def _other_than_none(wanted: Any) -> Any:
    (other,) = (kind for kind in typing.get_args(wanted) if kind is not types.NoneType)
    return other


def _tuple(each: Any, value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise NotOfThisForm(f"{place} should be a list")
    return tuple(_read(each, item, f"{place}/{number}") for number, item in enumerate(value))


def _single(wanted: Any, value: Any, place: str) -> Any:
    try:
        if wanted in (date, datetime):
            return wanted.fromisoformat(value)
        if issubclass(wanted, enum.Enum):
            return wanted(value)
    except (TypeError, ValueError) as why:
        raise NotOfThisForm(f"{place}: {value!r} is no {wanted.__name__}") from why
    if type(value) is not wanted:
        raise NotOfThisForm(f"{place}: {value!r} is no {wanted.__name__}")
    return value
