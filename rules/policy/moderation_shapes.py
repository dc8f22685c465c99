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


@dataclass(frozen=True, slots=True)
class Moderation:
    """Which audits senior leaders look at again, and by when (M1, M3)."""

    share_drawn: int  # per cent of the audits issued since the last draw
    least_drawn: int
    spread_over: tuple[ModerationSpread, ...]
    within: CalendarMonths


@dataclass(frozen=True, slots=True)
class AgreementFigures:
    """How agreement between two gradings is worked out (M5, O8)."""

    least_pairs: int
    weighting: Weighting
    confidence_level: int  # per cent
