"""Which months of a record an audit looks at (S6)."""

from dataclasses import dataclass
from datetime import date, timedelta

from rules.lengths import CalendarMonths

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AuditWindow:
    """The period that an audit covers, both days included."""

    starts_on: date
    ends_on: date

    @property
    def is_empty(self) -> bool:
        """Whether no day lies in it, because what it looks at began on the opening day or later."""
        return self.starts_on > self.ends_on


def window_of_audit(opens_on: date, involvement_began_on: date, covered: CalendarMonths) -> AuditWindow:
    """From that many months before the opening day, or since the involvement began, to the day before it opens."""
    return AuditWindow(max(covered.before(opens_on), involvement_began_on), opens_on - _DAY)


def window_of_re_audit(opens_on: date, previous_issued_on: date, covered: CalendarMonths) -> AuditWindow:
    """From the day after the previous report was issued, at most that many months, to the day before it opens."""
    day_after = min(previous_issued_on, date.max - _DAY) + _DAY
    return AuditWindow(max(covered.before(opens_on), day_after), opens_on - _DAY)
