"""One walker for every ladder of an edition: disputes, safety alerts, re-audits, the quality of reports.

`walk` takes the day on which it began and what happened since, and answers with where it stands on a day: whose turn it
is until when, who is told, what may happen, and everything that the clock said meanwhile. Nothing is stored and nothing
is remembered: the same steps give the same answer. Which rungs there are is data (`ladders.toml`), and
`docs/ladders.md` prints it.

The clock moves a ladder on the day after the last day of a rung, at its beginning; what a person does that day comes
after. A move that the clock made may be recorded as a step, with the later day on which the message went out.
"""

from datetime import date

from rules.ladder_clocks import NamedLadder
from rules.ladder_facts import (
    BY_CLOCK,
    LAPSED,
    NOT_ACKNOWLEDGED,
    NOT_REFERRED,
    POST_VACANT,
    TIME_RAN_OUT,
    Counted,
    Happening,
    LadderFacts,
    Standing,
    Step,
)
from rules.ladder_refusals import refuse_days, refuse_unknown
from rules.ladder_walks import Walk
from rules.policy.ladder_shapes import Ladder, LadderState, When
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

__all__ = (
    "BY_CLOCK",
    "LAPSED",
    "NOT_ACKNOWLEDGED",
    "NOT_REFERRED",
    "POST_VACANT",
    "TIME_RAN_OUT",
    "Counted",
    "Happening",
    "LadderFacts",
    "LadderState",
    "Standing",
    "Step",
    "When",
    "ladder_named",
    "walk",
)

_NO_FACTS = LadderFacts()


def ladder_named(name: str, policy: Policy) -> Ladder:
    """The ladder that an edition has under that name: `dispute`, `safety_alert`, `re_audit`, `quality_of_reports`."""
    ladders = policy.ladders
    return {
        "dispute": ladders.dispute,
        "safety_alert": ladders.safety_alert,
        "re_audit": ladders.re_audit,
        "quality_of_reports": ladders.quality_of_reports,
    }[name]


def walk(
    name: str,
    started_on: date,
    steps: tuple[Step, ...],
    *,
    as_of: date,
    policy: Policy,
    calendar: WorkingDayCalendar,
    facts: LadderFacts = _NO_FACTS,
) -> Standing:
    """Where the ladder stands on the day `as_of`, at its end.

    Raises InvalidFacts for a step that is out of order, unknown or too late, with its place, the rule and what may
    happen instead; OutsideCalendar.
    """
    ladder = ladder_named(name, policy)
    refuse_days(started_on, steps, as_of, calendar)
    refuse_unknown(ladder, steps)
    walking = Walk(NamedLadder(name, ladder, policy, calendar, facts), ladder.rungs[0], started_on)
    walking.begin()
    for position, step in enumerate(steps):
        walking.catch_up(step.on, recorded=step.event)
        walking.take(position, step)
    walking.catch_up(as_of)
    return walking.standing(as_of)
