"""What does not fit a request's model, as sentences with the place of each (JSON pointers, RFC 6901)."""

import json
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from api.problems import PlaceOfProblem

MOST_PLACES = 100
_LONGEST_VALUE = 60
_SHORT = reprlib.Repr()  # never writes out a whole body
_PARTS = ("body", "query", "path", "header", "cookie")
_WITHOUT_VALUE = ("missing", "json_invalid", "repeated_key")
_SENTENCES = {
    "missing": "{name} is missing: give it.",
    "extra_forbidden": "{name} is not a field here: leave it out, or correct its name.",
    "unexpected_keyword_argument": "{name} is not a field here: leave it out, or correct its name.",
    "json_invalid": "The body is not valid JSON ({error}): send JSON as described at /docs.",
    "model_attributes_type": "{name} is no JSON object: send one, with Content-Type: application/json for a body.",
    "literal_error": "{name} is {value}: give {expected}.",
    "enum": "{name} is {value}: give {expected}.",
    "int_parsing": "{name} is {value}: give a whole number.",
    "int_type": "{name} is {value}: give a whole number.",
    "int_from_float": "{name} is {value}: give a whole number.",
    "int_parsing_size": "{name} has too many digits: give a smaller number.",
    "repeated_key": "{name} is given more than once: give it once.",
    "list_type": "{name} is {value}: give a list.",
    "tuple_type": "{name} is {value}: give a list.",
    "dataclass_type": "{name} is {value}: give a JSON object.",
    "dict_type": "{name} is {value}: give a JSON object.",
    "model_type": "{name} is {value}: give a JSON object.",
    "bool_type": "{name} is {value}: give true or false.",
    "string_type": "{name} is {value}: give text.",
    "string_too_short": "{name} is too short: give {min_length} or more characters.",
    "string_too_long": "{name} is too long: give {max_length} characters at most.",
    "string_unicode": "{name} holds half a character (a lone surrogate): give plain text.",
    "greater_than_equal": "{name} is {value}: give {ge} or more.",
    "less_than_equal": "{name} is {value}: give {le} or less.",
    "date_from_datetime_parsing": "{name} is {value}: give a date such as 2026-04-02.",
    "date_parsing": "{name} is {value}: give a date such as 2026-04-02.",
    "time_parsing": "{name} is {value}: give a time such as 10:30.",
    "time_type": "{name} is {value}: give a time such as 10:30.",
    "date_type": "{name} is {value}: give a date such as 2026-04-02.",
    "uuid_parsing": "{name} is {value}: give an id as this service gave it.",
}


def places_in(errors: Sequence[Mapping[str, Any]]) -> list[PlaceOfProblem]:
    """Each error with its place, at most a hundred of them."""
    return [_place_of(error) for error in errors[:MOST_PLACES]]


def summary_of(places: Sequence[PlaceOfProblem], count: int) -> str:
    """The first sentence, and how many more there are in all."""
    more = f" (and {count - 1} more)" if count > 1 else ""
    return f"{places[0].sentence}{more}"


def _place_of(error: Mapping[str, Any]) -> PlaceOfProblem:
    path = [_sendable(str(part)) for part in error["loc"]]
    if path and path[0] in _PARTS:
        path = path[1:]
    kind = error["type"]
    if kind == "json_invalid":
        path = []
    value = _value_of(error) if kind not in _WITHOUT_VALUE else None
    name = _name_of(error["loc"], path)
    facts = {"name": name, "value": value, "error": "", "expected": "", **error.get("ctx", {})}
    sentence = _SENTENCES[kind].format(**facts) if kind in _SENTENCES else f"{name}: {_cleaned(error['msg'])}."
    return PlaceOfProblem(pointer=_pointer_of(path), sentence=sentence, value=value)


def _name_of(loc: Sequence[str | int], path: Sequence[str]) -> str:
    if not path:
        return "The body"
    *above, last = path
    if above and isinstance(loc[-1], int):
        return f"row {int(last) + 1} of {above[-1]}"  # people count from one, JSON pointers from nought
    in_row = len(above) > 1 and isinstance(loc[-2], int)
    return f"{last} in row {int(above[-1]) + 1} of {above[-2]}" if in_row else last


def _pointer_of(path: Sequence[str]) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _value_of(error: Mapping[str, Any]) -> str:
    given = error.get("input")
    text = _sendable(given if isinstance(given, str) else _in_json(given))
    short = text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 3]}..."
    # Where text is the wrong kind of value, "1" must not look like 1.
    return f'"{short}"' if isinstance(given, str) and error["type"].endswith("_type") else short


def _in_json(given: Any) -> str:
    """As it was sent; of a list or an object only what it is, for it can be a whole body."""
    if isinstance(given, list | tuple):
        return "[…]" if given else "[]"
    if isinstance(given, dict):
        return "{…}" if given else "{}"
    return json.dumps(given) if given is None or isinstance(given, bool | float) else _SHORT.repr(given)


def _sendable(text: str) -> str:
    """Half a character has no UTF-8, so an answer shows a question mark in its place."""
    return text.encode("utf-8", "replace").decode()


def _cleaned(message: str) -> str:
    """Pydantic's words without its prefix for errors raised by our own checks."""
    return message.removeprefix("Value error, ").rstrip(".")
