"""Kinds of fields that several requests share."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Asked(BaseModel):
    """What a request may hold: the fields named, and no other."""

    model_config = ConfigDict(extra="forbid")


def _only_iso(value: Any) -> Any:
    """A bare number would be read as seconds since 1970, and an instant as the day it falls on in UTC."""
    if isinstance(value, str) and not _ISO_DATE.fullmatch(value):
        raise ValueError("give a date such as 2026-04-02")
    return value


IsoDate = Annotated[date, BeforeValidator(_only_iso), Field(examples=["2026-04-02"])]
