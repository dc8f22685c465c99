"""What an edition says of the year, and of which cases go to which auditors (P1–P7, S2–S10, A1–A3)."""

import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import listed
from rules.lengths import CalendarMonths, WorkingDays
from rules.named_days import NamedDay


class ReAuditsInModerationMonth(enum.StrEnum):
    """What becomes of re-audits that fall due in a month in which senior leaders moderate (P7)."""

    DEFER = "defer"
    INADEQUATE_ONLY = "inadequate_only"
    ALLOW = "allow"


class RestrictedRecords(enum.StrEnum):
    """Whether a restricted record may be drawn, and for whom (S10)."""

    EXCLUDED = "excluded"
    CLEARED_AUDITORS = "cleared_auditors"  # for auditors whose appointment clears them for it, and for nobody else


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of any year, such as 1 November."""

    month: int
    day: int

    def __str__(self) -> str:
        return f"{self.day} {date(2000, self.month, 1):%B}"

    def in_year(self, year: int) -> date:
        return date(year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class WhoMayAudit:
    """Auditors of these services who hold one of these roles; an empty list means any."""

    services: tuple[str, ...]
    roles: tuple[str, ...]

    def includes(self, service_id: str, roles: Collection[str]) -> bool:
        """Whether an auditor of that service with these roles is one of them."""
        in_service = not self.services or service_id in self.services
        return in_service and (not self.roles or any(role in self.roles for role in roles))

    def in_words(self) -> str:
        """ "any manager or senior manager of quality_assurance"."""
        roles = " or ".join(role.replace("_", " ") for role in self.roles) or "auditor"
        return f"any {roles} of {listed(self.services) or 'any service'}"


@dataclass(frozen=True, slots=True)
class SampleSize:
    """How many new audits a cycle asks for (S8).

    `kind` is one of `fixed`, `per_team`, `per_auditor`, `per_practitioner` (`number` of audits each),
    `percentage` (`number` per cent of open cases), `statistical` (`confidence` and `margin` in per cent)
    and `who_is_due` (everyone due by S3, up to `number` audits per available auditor).
    """

    kind: str
    number: int | None = None
    confidence: int | None = None
    margin: int | None = None


@dataclass(frozen=True, slots=True)
class Programme:
    """The year (P1–P7, L5)."""

    cycle_months: tuple[int, ...]
    cycle_length: CalendarMonths
    opens_on_working_day: int
    closes_on_working_day_from_end: int
    report_due_before_close: WorkingDays
    cycle_withdrawn_within: WorkingDays
    ordinary_cycles: int
    themed_cycles: int
    theme_origins: tuple[str, ...]
    extra_cycle_length: CalendarMonths
    next_programme_warned_from: MonthDay
    services_every_cycle: tuple[str, ...]
    moderation_months: tuple[int, ...]
    reaudits_in_moderation_month: ReAuditsInModerationMonth


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off beside the bank holidays of England (FRAMEWORK, Words)."""

    closure_days: tuple[NamedDay, ...]
    proclaimed_days: tuple[NamedDay, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases (S2–S9)."""

    least_months_between_audits: CalendarMonths
    target_months_between_audits: CalendarMonths
    preferred_allocation: CalendarMonths
    period_covered: CalendarMonths
    months_before_same_case: CalendarMonths
    months_before_re_audit: CalendarMonths
    sample_size: SampleSize
    largest_extra_sample: int
    away_for_more_than: WorkingDays
    restricted_records: RestrictedRecords
    withdrawal_reasons: Mapping[str, str]
    only_while_nobody_is_cleared: tuple[str, ...]
    preview_stands_for: WorkingDays


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Which auditors (A1–A3)."""

    auditors_of_re_audits: WhoMayAudit
    auditors_of_services: Mapping[str, WhoMayAudit]
    auditors_of_the_rest: WhoMayAudit
    months_before_meeting_again: CalendarMonths
    admitted_first: tuple[str, ...]
    auditor_change_reasons: Mapping[str, str]
    not_given_back_after: tuple[str, ...]
