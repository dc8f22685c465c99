"""One line of a timeline, as every answer with one says it."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BaseModel, Field


class TimelineLine(BaseModel):
    """One date or step; each timeline says which kinds it has. A `clock` stands at its last day in time, owed `by` a
    role; `texts` are what people wrote.
    """

    on: date
    at: datetime | None
    kind: str
    what: Annotated[str, Field(description="An event or a time limit", examples=["report_submitted"])]
    by: str | None
    state: Annotated[str | None, Field(description="Of a step what it led to, of a clock its own")]
    started_on: date | None
    ended_on: Annotated[date | None, Field(description="When a clock was met, or owed no more")]
    ended_because: str | None
    texts: dict[str, str]
    rule: str
    clause: str
    sentence: str
