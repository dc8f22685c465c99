"""What a safety alert needs to be raised, which is little, and by when it is answered (W1, W7).

Its rungs are `rules/ladders.py`. Raising one depends on no state of an audit, on no deadline and on no other record.
Asked with the time that a clock on the wall shows in Europe/London, as messages are (`rules/send_windows.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from rules.case_notes import CaseNote
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.ladder_facts import Standing
from rules.ladders import walk
from rules.policy.ladder_shapes import Rung, in_words
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

LADDER = "safety_alert"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAsked:
    """Three fields are enough: the case, its team and the concern. Of an audit the first two are known.

    Case and team may be unknown. `is_staff` says whether the raiser is on record as staff, `is_concerned` whether they
    have to do with the case.
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


@dataclass(frozen=True, slots=True)
class StageSaid:
    """What was said at one stage: the event, and the summary of the discussion with its outcome."""

    reference: str
    rung: Rung
    event: str
    summary: str


def raise_alert(asked: AlertAsked, on_the_wall: datetime, policy: Policy, calendar: WorkingDayCalendar) -> AlertRaised:
    """The alert that begins at that moment, at any hour of any day.

    Raises InvalidFacts only where nobody could act on it: without a concern, or by somebody who is no staff.
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
        acknowledgement=clock_of(acknowledged_by),
        outcome=clock_of(begins.due_on),
        says=policy.ladders.safety_alert_says,
        flags=tuple(_flags(asked, policy)),
        reasons=begins.reasons,
    )


def why_no_outcome(event: str, standing: Standing, summary: str | None, policy: Policy) -> Reason | None:
    """Why a stage cannot end so: what was discussed and its outcome go on record at every stage (W5)."""
    way_out = next((one for one in standing.possible if one.event == event), None)
    if way_out is None or not way_out.needs_summary or (summary is not None and summary.strip()):
        return None
    sentence = f'"{in_words(event)}" goes on record: write what was discussed and what came of it as the summary.'
    return policy.reason("W5", sentence)


def alert_note(said: StageSaid, said_at: datetime, policy: Policy) -> CaseNote:
    """The case note of one stage: what was discussed and its outcome, under the alert's reference (W5).

    `said_at` is the wall clock of Europe/London. It says stages and roles, and of people nothing but what the summary
    says, which is written for the record.
    """
    what, day = in_words(said.event), f"{day_in_words(said_at.date())} at {said_at:%H:%M}"
    title = f"{said.reference} Safety alert, {said.rung.stage}: {what}"
    return CaseNote(
        note_type=policy.case_system.note_type,
        title=title[: policy.case_system.most_title_characters].rstrip(" ,"),
        contact_at=said_at,
        is_significant=True,
        text=f"Safety alert {said.reference}, {said.rung.stage}, {what} on {day}.\n{said.summary.strip()}",
    )


def clock_of(due_on: date | None) -> AlertClock | None:
    """A last day with the moment at which it has passed; None without one."""
    if due_on is None:
        return None
    return AlertClock(due_on, datetime.combine(due_on + timedelta(days=1), time.min))


def _nobody_could_act(asked: AlertAsked) -> Iterator[Problem]:
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
    if not asked.case_reference.strip():
        sentence = "The case is not known: the audit team asks whoever raised it, and names it."
        yield policy.reason("W7", sentence)
    if asked.team_id is None:
        sentence = "The team is not known, so no team manager can be told: the audit team is, and names one."
        yield policy.reason("W7", sentence)
