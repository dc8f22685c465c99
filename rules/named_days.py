"""A single day and the name it is known by."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A single day with the name it is known by: a bank holiday, one proclaimed since, a council's closure day."""

    on: date
    name: str
