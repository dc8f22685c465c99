"""The compliance checks of an audit: their score, yes ÷ (yes + no), and what dates say of a timescale (P8)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from rules.audit_tools import Timescale
from rules.errors import OutsideCalendar
from rules.gradings import CheckAnswer, CheckFound
from rules.lengths import CalendarMonths
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class ComplianceScore:
    """How many checks are met of those that apply."""

    yes: int
    no: int
    not_applicable: int

    @property
    def share(self) -> Fraction | None:
        """yes ÷ (yes + no), exactly; None where no check applies."""
        return Fraction(self.yes, self.yes + self.no) if self.yes + self.no else None

    @property
    def percentage(self) -> int | None:
        """The share in per cent, halves rounded up; None where no check applies."""
        return None if self.share is None else int(self.share * 100 + Fraction(1, 2))


def compliance_score(found: Iterable[CheckFound]) -> ComplianceScore:
    """The score of P8: what is not applicable, or not answered yet, counts on neither side."""
    given = [check.answer for check in found]
    return ComplianceScore(*(given.count(answer) for answer in CheckAnswer))


def last_day_in_time(timescale: Timescale, started_on: date, calendar: WorkingDayCalendar) -> date | None:
    """The last day on which it is in time; None where no bank holidays are known of the days to count."""
    if isinstance(timescale.within, CalendarMonths):
        return timescale.within.after(started_on)
    try:
        return calendar.add(started_on, timescale.within)
    except OutsideCalendar:
        return None
