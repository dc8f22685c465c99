"""One text for one sampling frame, its hash, and the way back (S5; docs/the-draw.md describes it for outsiders).

The text is JSON without white space, keys and lists in order, in UTF-8. It holds everything that a draw depends on
but the seed: the policy by the id of its edition.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date
from hashlib import sha256
from json.encoder import encode_basestring as _text  # in quotes, with only what must be escaped
from operator import attrgetter
from typing import Any

from rules.sampling_frames import (
    Auditor,
    CarriedOver,
    Case,
    DueReAudit,
    Pairing,
    Practitioner,
    SamplingFrame,
    SetAside,
    Team,
)

# Each list of a frame, in the order of the text, with what its rows are.
ROWS: dict[str, type[Any]] = {
    "auditors": Auditor,
    "carried_over": CarriedOver,
    "cases": Case,
    "pairings": Pairing,
    "practitioners": Practitioner,
    "re_audits": DueReAudit,
    "set_aside": SetAside,
    "teams": Team,
}
_DATES = {row: {field.name for field in fields(row) if field.type in (date, date | None)} for row in ROWS.values()}
_SETS = {"roles", "team_ids", "line_manages"}
# Written where they are true, and left out elsewhere: a frame without restricted records has the text it always had.
_ONLY_IF_TRUE = {"is_restricted", "is_cleared_for_restricted"}
# Written where there is such a day: a frame without a re-audit that somebody ordered has the text it always had.
_ONLY_IF_KNOWN = {"ordered_on"}
_LEFT_OUT = _ONLY_IF_TRUE | _ONLY_IF_KNOWN
# Rows written at a time: a frame of a million cases never stands in memory as one text more.
_BATCH = 5_000


def canonical_text(frame: SamplingFrame, edition: str) -> str:
    """The frame as one JSON text: the same facts give the same text, in whatever order they came."""
    return "".join(_pieces(frame.in_order(), edition))


def frame_hash(frame: SamplingFrame, edition: str) -> str:
    """SHA-256 of the canonical text in UTF-8, as 64 hexadecimal digits."""
    return hash_in_order(frame.in_order(), edition)


def hash_in_order(frame: SamplingFrame, edition: str) -> str:
    """`frame_hash` for a frame whose lists are in order already."""
    digest = sha256()
    for piece in _pieces(frame, edition):
        digest.update(piece.encode())
    return digest.hexdigest()


def frame_from_text(text: str) -> tuple[SamplingFrame, str]:
    """The frame that a canonical text was made from, and the id of its edition."""
    plain = json.loads(text)
    edition = plain.pop("edition")
    lists: dict[str, Any] = {name: tuple(_row(shape, row) for row in plain.pop(name)) for name, shape in ROWS.items()}
    return SamplingFrame(**plain, **lists), edition


def _pieces(frame: SamplingFrame, edition: str) -> Iterator[str]:
    values = {"cycle": _text(frame.cycle), "edition": _text(edition), "size": str(frame.size)}
    days = _Days({None: "null"})
    opening = "{"
    for name in sorted([*ROWS, *values]):
        yield f'{opening}"{name}":'
        opening = ","
        if name in values:
            yield values[name]
        else:
            yield from _list(getattr(frame, name), ROWS[name], days)
    yield "}"


class _Days(dict[date | None, str]):
    """Dates as JSON, each worked out once: a caseload has far more cases than days."""

    def __missing__(self, on: date | None) -> str:
        assert on is not None, "None is there from the start"
        self[on] = f'"{on.isoformat()}"'
        return self[on]


def _list(rows: tuple[Any, ...], shape: type[Any], days: _Days) -> Iterator[str]:
    """Written column by column: what a field holds decides how, and no row is looked at twice."""
    columns = sorted((field.name, field.type) for field in fields(shape))
    # What may be left out brings its own key and comma with it, and is last in no row.
    keys = ["%s" if name in _LEFT_OUT else f'"{name}":%s,' for name, _ in columns]
    one_row = "{" + "".join(keys).removesuffix(",") + "}"
    yield "["
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        written = [map(_writer(name, kind, days), map(attrgetter(name), batch)) for name, kind in columns]
        yield ("," if start else "") + ",".join(map(one_row.__mod__, zip(*written, strict=True)))
    yield "]"


def _writer(name: str, kind: Any, days: _Days) -> Callable[[Any], str]:
    if name in _ONLY_IF_TRUE:
        return {True: f'"{name}":true,', False: ""}.__getitem__
    if name in _ONLY_IF_KNOWN:
        return lambda on: "" if on is None else f'"{name}":{days[on]},'
    if kind in (date, date | None):
        return days.__getitem__
    return _text if kind is str else _value


def _value(value: Any) -> str:
    """Anything but a date: a number, a yes or no, a text or none, a list of texts."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _row(shape: type[Any], plain: dict[str, Any]) -> Any:
    for name in _DATES[shape]:
        if plain.get(name) is not None:
            plain[name] = date.fromisoformat(plain[name])
    for name in _SETS & plain.keys():
        plain[name] = tuple(plain[name])
    return shape(**plain)
