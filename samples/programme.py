"""The sample council's programme: three themed cycles, the others ordinary (P1, P2)."""

from rules.policy.shape import Policy
from rules.programme_publishing import CycleKind, PlannedCycle
from samples.themes import THEMES


def sample_programme(policy: Policy, year: int) -> list[PlannedCycle]:
    """A plan for each cycle of the year, with as many themes as the policy asks for, as far as there are."""
    themes = {theme.month: theme for theme in THEMES[: policy.programme.themed_cycles]}
    plans = []
    for month in policy.programme.cycle_months:
        theme = themes.get(month)
        if theme is None:
            plans.append(PlannedCycle(f"{year}-{month:02}", CycleKind.ORDINARY))
        else:
            plans.append(PlannedCycle(f"{year}-{month:02}", CycleKind.THEMED, theme.topic, theme.origin))
    return plans
