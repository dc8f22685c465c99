"""What a safety alert needs to be raised, which is little, and by when it is answered (W1, W7).

Its rungs are `rules/ladders.py`. Raising one depends on no state of an audit, on no deadline and on no other record.
Asked with the time that a clock on the wall shows in Europe/London, as messages are (`rules/send_windows.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.ladders import walk
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

LADDER = "safety_alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAsked:
    """Three fields are enough: the case, its team and the concern. Of an audit the first two are known.

    `team_id` may be unknown. `is_staff` says whether the raiser is on record as staff, `is_concerned` whether they have
    to do with the case.
    """

    case_reference: str
    concern: str
    team_id: str | None = None
    is_staff: bool = True
    is_concerned: bool = True


@dataclass(frozen=True, slots=True)
class AlertClock:
    """The last day for something, and the moment on the wall at which that day has passed."""

    due_on: date
    passes_at: datetime


@dataclass(frozen=True, slots=True)
class AlertRaised:
    """An alert as it begins: what is acknowledged by when, None where the edition does not ask for it, and its outcome.

    `says` is what whoever raises one reads; `flags` are said and stop nothing (W7).
    """

    raised_on: date
    acknowledgement: AlertClock | None
    outcome: AlertClock | None
    says: str
    flags: tuple[Reason, ...]
    reasons: tuple[Reason, ...]


def raise_alert(asked: AlertAsked, on_the_wall: datetime, policy: Policy, calendar: WorkingDayCalendar) -> AlertRaised:
    """The alert that begins at that moment, at any hour of any day.

    Raises InvalidFacts only where nobody could act on it: without a case or a concern, or by somebody who is no staff.
    """
    problems = list(_nobody_could_act(asked))
    if problems:
        raise InvalidFacts(problems)
    raised_on = on_the_wall.date()
    begins = walk(LADDER, raised_on, (), as_of=raised_on, policy=policy, calendar=calendar)
    awaited = {clock.time_limit: clock.due_on for clock in begins.deadlines}
    acknowledged_by = next((due_on for limit, due_on in awaited.items() if limit.endswith(".acknowledgement")), None)
    return AlertRaised(
        raised_on=raised_on,
        acknowledgement=_clock(acknowledged_by),
        outcome=_clock(begins.due_on),
        says=policy.ladders.safety_alert_says,
        flags=tuple(_flags(asked, policy)),
        reasons=begins.reasons,
    )


def _clock(due_on: date | None) -> AlertClock | None:
    if due_on is None:
        return None
    return AlertClock(due_on, datetime.combine(due_on + timedelta(days=1), time.min))


def _nobody_could_act(asked: AlertAsked) -> Iterator[Problem]:
    if not asked.case_reference.strip():
        yield Problem("/case_reference", "Nobody knows whom it is about: give the case reference.", "", "W7")
    if not asked.concern.strip():
        yield Problem("/concern", "Nobody knows what the matter is: write a few words about the concern.", "", "W7")
    if not asked.is_staff:
        sentence = (
            "A safety alert is raised by staff: tell the council's contact for the public, or the police, at once."
        )
        yield Problem("", sentence, None, "W7")


def _flags(asked: AlertAsked, policy: Policy) -> Iterator[Reason]:
    if not asked.is_concerned:
        yield policy.reason("W7", "Raised by somebody who has nothing to do with the case: accepted, and recorded.")
    if asked.team_id is None:
        sentence = "The team is not known, so no team manager can be told: the audit team is, and names one."
        yield policy.reason("W7", sentence)
