"""The sections on what senior leaders look at again, and on how far two gradings agree (M1–M5, O8)."""

import enum
from dataclasses import dataclass

from rules.lengths import CalendarMonths


class Weighting(enum.StrEnum):
    """How much less than full agreement two different grades are (M5)."""

    QUADRATIC = "quadratic"  # by the square of the levels between them
    LINEAR = "linear"
    EQUAL = "equal"  # any two different grades alike


class ModerationSpread(enum.StrEnum):
    """Over what the audits that are moderated are spread, in this order (M1)."""

    GRADES = "grades"  # one of each grade there is
    SERVICES = "services"  # in proportion, by largest remainder
    AUDITORS = "auditors"  # those not moderated yet first


class ModerationConflict(enum.StrEnum):
    """What somebody is to an audit who would look at their own work, or at that of those they answer for (M2)."""

    AUDITOR = "auditor"
    PRACTITIONER = "practitioner"
    EARLIER_AUDITOR = "earlier_auditor"
    PRACTITIONERS_MANAGER = "practitioners_manager"  # line manager, or manager of the team
    AUDITORS_MANAGER = "auditors_manager"
    QUALITY_CHECKER = "quality_checker"  # who accepted or returned its report


@dataclass(frozen=True, slots=True)
class Moderation:
    """Which audits senior leaders look at again, and by when (M1, M3)."""

    share_drawn: int  # per cent of the audits issued since the last draw
    least_drawn: int
    spread_over: tuple[ModerationSpread, ...]
    never_moderated_by: tuple[ModerationConflict, ...]
    within: CalendarMonths


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """How agreement between two gradings is worked out (M5, O8)."""

    least_pairs: int
    weighting: Weighting
    confidence_level: int  # per cent
