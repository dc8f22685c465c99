"""One line of an audit's timeline, whoever tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from usecases.work import LONDON


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One line of a timeline.

    `kind` is allocated, step, auditor_changed, filed, dispute, re_audit, clock, crossing or withdrawn. A clock stands
    at the last day on which it is in time, with its `state`; `texts` are what people wrote, by name, for those who may
    read it.
    """

    on: date
    kind: str
    what: str
    rule: str
    clause: str
    sentence: str
    at: datetime | None = None
    by: str | None = None
    state: str | None = None
    started_on: date | None = None
    ended_on: date | None = None
    ended_because: str | None = None
    texts: Mapping[str, str] = field(default_factory=dict)


def day_of(instant: datetime) -> date:
    """The day on which it was in London."""
    return instant.astimezone(LONDON).date()
