"""Kinds of fields that several requests share."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

_LONGEST_WRITTEN = 20_000
_NOT_IN_A_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_NOT_ON_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EARLIEST_YEAR = 1900  # as in extracts: nothing real is dated before it

LONGEST_CYCLE_ID = 21

_WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,17})", re.ASCII)


class Asked(BaseModel):
    """What a request may hold: the fields named, and no other."""

    model_config = ConfigDict(extra="forbid")


class AskedToRecord(Asked):
    """What a request puts on record: all its texts are names, references and titles, and stand on one line.

    They come to stand in the headers of messages and in calendars, where a line break would begin something else.
    """

    @field_validator("*")
    @classmethod
    def _on_one_line(cls, value: Any) -> Any:
        for text in value if isinstance(value, list | tuple) else (value,):
            if isinstance(text, str) and _NOT_ON_A_LINE.search(text):
                raise ValueError("it holds a line break or a control character: write it on one line, as plain text")
        return value


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
# What somebody writes at length: several lines, as plain text; what looks like a formula is kept as it is.
Written = Annotated[str, Field(max_length=_LONGEST_WRITTEN), AfterValidator(_as_somebody_writes)]
