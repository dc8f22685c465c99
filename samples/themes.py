"""The three themed cycles of the sample council's year: month, topic and where the theme came from (P2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Theme:
    """What a themed cycle looks at, and why."""

    month: int
    topic: str
    origin: str


THEMES = (
    Theme(2, "Recording of mental capacity assessments", "performance_issue"),
    Theme(5, "Moving from children's to adults' services", "senior_management_request"),
    Theme(10, "Self-neglect and hoarding", "serious_case_review"),
)

THEMED_MONTHS = frozenset(theme.month for theme in THEMES)
