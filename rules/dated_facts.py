"""Facts that hold from one day to another, and whether a change of them rewrites days gone by (P4).

A change holds from today or a later day: what was true yesterday stays on record as it was. Whatever alters what is on
record for a day before today is a correction, because somebody may have been told, drawn or given something by it.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included. None: as long as is known, and until further notice."""

    began_on: date | None = None
    ended_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in it."""
        return (self.began_on or date.min) <= day <= (self.ended_on or date.max)

    def overlaps(self, other: "Period") -> bool:
        """Whether the two share a day."""
        return max(self.began_on or date.min, other.began_on or date.min) <= min(
            self.ended_on or date.max, other.ended_on or date.max
        )

    def before(self, day: date) -> tuple[date, date] | None:
        """The days of it that lie before that day; None when there are none."""
        first, last = self.began_on or date.min, self.ended_on or date.max
        if day == date.min or first >= day:
            return None
        return first, min(last, date.fromordinal(day.toordinal() - 1))


def rewrites_the_past(before: Period | None, after: Period | None, *, says_the_same: bool, today: date) -> bool:
    """Whether what is on record for a day before today is another than it was.

    `before` and `after` are the days on which the fact held by the record, None for not at all; `says_the_same` tells
    that only the days differ.
    """
    was = before.before(today) if before else None
    is_now = after.before(today) if after else None
    return was != is_now if says_the_same else was is not None or is_now is not None
