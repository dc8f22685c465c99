"""Kinds of fields that several requests share."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

_LONGEST_WRITTEN = 20_000
_NOT_IN_A_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_ON_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# Characters that have text shown in another order than it is kept in (embeddings, overrides, isolates and such).
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u206f]")
# In a name or reference also what nobody sees, so that two that look the same are the same.
_UNSEEN_ON_A_LINE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")
_EARLIEST_YEAR = 1900  # as in extracts: nothing real is dated before it

LONGEST_CYCLE_ID = 21

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)


class Asked(BaseModel):
    """What a request may hold: the fields named, and no other; and text that reads as it is kept."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*")
    @classmethod
    def _as_it_is_kept(cls, value: Any) -> Any:
        for text in _texts_in(value):
            _refuse_hidden(_TURNS_TEXT, text)
        return value


def shown_as(*examples: dict[str, Any]) -> ConfigDict:
    """`model_config = shown_as({…})`: the whole body by example, where examples of its fields don't make one."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [*examples]})


class AskedToRecord(Asked):
    """What a request puts on record: all its texts are names, references and titles, and stand on one line.

    They come to stand in the headers of messages and in calendars, where a line break would begin something else.
    """

    @field_validator("*")
    @classmethod
    def _on_one_line(cls, value: Any) -> Any:
        for text in _texts_in(value):
            _as_on_one_line(text)
        return value


def _texts_in(value: Any) -> Iterator[str]:
    """The text itself, those of a list, or the keys and values of an object."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for text in (*value, *value.values()) if isinstance(text, str))
    elif isinstance(value, list | tuple):
        yield from (text for text in value if isinstance(text, str))


def _refuse_hidden(characters: re.Pattern[str], text: str) -> None:
    found = characters.search(text)
    if found is not None:
        raise ValueError(f"it holds U+{ord(found[0]):04X}, which nobody sees on the page: write it as plain text")


def _as_on_one_line(text: str) -> str:
    if _NOT_ON_A_LINE.search(text):
        raise ValueError("it holds a line break or a control character: write it on one line, as plain text")
    _refuse_hidden(_UNSEEN_ON_A_LINE, text)
    return text


def _only_iso(value: Any) -> Any:
    """A bare number would be read as seconds since 1970, and an instant as the day it falls on in UTC."""
    if not isinstance(value, date) and not (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        raise ValueError("give a date such as 2026-04-02")
    return value


def _only_digits(value: Any) -> Any:
    """Pydantic reads " 5", "5.0", "5_0" and "05" as numbers too, which nobody means in a query."""
    if isinstance(value, str) and not _WHOLE_NUMBER.fullmatch(value):
        raise PydanticCustomError("int_parsing", "give a whole number")
    return value


def _as_somebody_writes(value: str) -> str:
    """Line breaks of any system are one line feed; blank is nothing, and control characters are not written."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise ValueError("it says nothing: write something, or leave it out")
    if _NOT_IN_A_TEXT.search(text):
        raise ValueError("it holds a control character: write it as plain text; lines and tabs are fine")
    _refuse_hidden(_TURNS_TEXT, text)
    return text


def _not_long_ago(value: date) -> date:
    if value.year < _EARLIEST_YEAR:
        raise ValueError(f"nothing here is dated before {_EARLIEST_YEAR}: correct the year")
    return value


# The id of a cycle in a query: of one of the programme its month, of an extra one such as "2026-08-12-extra-1".
CycleOrNone = Annotated[str | None, Field(max_length=LONGEST_CYCLE_ID, examples=["2026-10"])]
# To be put after a number's limits: `Annotated[int, Field(ge=1), IN_DIGITS]`.
IN_DIGITS = BeforeValidator(_only_digits)
IsoDate = Annotated[date, BeforeValidator(_only_iso), Field(examples=["2026-04-02"])]
# A date that is put on record, of somebody's work or of a file.
RecordedDate = Annotated[IsoDate, AfterValidator(_not_long_ago)]
# A name, reference or title, where not all that a request holds is one (else AskedToRecord).
ON_ONE_LINE = AfterValidator(_as_on_one_line)
# To be put after a text's greatest length, where somebody says briefly why.
AS_WRITTEN = AfterValidator(_as_somebody_writes)
# What somebody writes at length: several lines, as plain text; what looks like a formula is kept as it is.
Written = Annotated[str, Field(max_length=_LONGEST_WRITTEN), AfterValidator(_as_somebody_writes)]
