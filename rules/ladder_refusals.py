"""Steps that a ladder does not take, each refused with its place, its rule and the way out (D1–D8, W1–W7)."""

from datetime import date

from rules.dates_in_words import day_in_words, listed
from rules.errors import InvalidFacts, OutsideCalendar, Problem
from rules.ladder_clocks import Moment
from rules.ladder_facts import BY_CLOCK, POST_VACANT, Step
from rules.policy.ladder_shapes import Ladder, LadderState, Rung, RungExit, in_words
from rules.working_days import WorkingDayCalendar


def refuse_days(started_on: date, steps: tuple[Step, ...], as_of: date, calendar: WorkingDayCalendar) -> None:
    """Raises InvalidFacts for days that go backwards or lie ahead; OutsideCalendar, with its place."""
    _refuse_outside("/started_on", started_on, calendar)
    _refuse_outside("/as_of", as_of, calendar)
    problems = []
    if as_of < started_on:
        problems.append(
            Problem(
                "/as_of",
                f"as_of {day_in_words(as_of)} lies before it was started on {day_in_words(started_on)}: "
                "ask for that day or a later one.",
                str(as_of),
            )
        )
    before, what = started_on, "it was started"
    for position, step in enumerate(steps):
        place = f"/steps/{position}/on"
        if step.on < before:
            sentence = (
                f"{step.event} on {day_in_words(step.on)} lies before {what} on {day_in_words(before)}: give the steps "
                "in the order in which they happened."
            )
            problems.append(Problem(place, sentence, str(step.on)))
        elif step.on > as_of:
            sentence = (
                f"{step.event} on {day_in_words(step.on)} lies after as_of: leave it out, or ask for a later day."
            )
            problems.append(Problem(place, sentence, str(step.on)))
        before, what = max(before, step.on), step.event
    if problems:
        raise InvalidFacts(problems)


def refuse_unknown(ladder: Ladder, steps: tuple[Step, ...]) -> None:
    """Raises InvalidFacts for events that the ladder does not have."""
    known = (*ladder.events, *BY_CLOCK)
    problems = [
        Problem(
            f"/steps/{position}/event",
            f"{step.event!r:.60} is nothing that happens to {ladder.concerns}: give one of {', '.join(known)}.",
            step.event[:60],
            ladder.rungs[0].rule,
        )
        for position, step in enumerate(steps)
        if step.event not in known
    ]
    if problems:
        raise InvalidFacts(problems)


def refuse_after_the_end(position: int, step: Step, ladder: Ladder, state: LadderState, ended_on: date) -> None:
    """Raises InvalidFacts: whatever ended stays ended."""
    sentence = (
        f"{step.event} on {day_in_words(step.on)} comes too late: {ladder.concerns} was {in_words(state)} on "
        f"{day_in_words(ended_on)}. Leave the step out; a mistake is corrected as a new version."
    )
    raise _refused(position, "event", sentence, step.event, ladder.rungs[0].rule)


def refuse_out_of_order(position: int, step: Step, ladder: Ladder, rung: Rung, possible: tuple[RungExit, ...]) -> None:
    """Raises InvalidFacts with what may happen instead."""
    words = listed([way_out.event for way_out in possible]) or "nothing, until its time has run out"
    where = [one.id for one in ladder.rungs for way_out in one.exits if way_out.event == step.event]
    there = f"It happens at {listed(list(dict.fromkeys(where)))}. " if where and rung.id not in where else ""
    sentence = (
        f"{step.event} can't happen to {ladder.concerns} at {rung.id} as it stands on {day_in_words(step.on)}. {there}"
        f"Possible then: {words}."
    )
    raise _refused(position, "event", sentence, step.event, rung.rule)


def refuse_early_clock(position: int, step: Step, ladder: Ladder, rung: Rung, moment: Moment | None) -> None:
    """Raises InvalidFacts for what the clock cannot have said yet, or never says at that rung."""
    if moment is not None and moment.to is not None:
        sentence = (
            f"{step.event} on {day_in_words(step.on)} is too early: the clock of {rung.id} says it on "
            f"{day_in_words(moment.on)}, if nobody does anything before."
        )
        raise _refused(position, "on", sentence, str(step.on), ladder.time_runs_out_by)
    why = "has no post whose vacancy moves it" if step.event == POST_VACANT else "does not move by a clock"
    sentence = f"{step.event} does not happen at {rung.id} as it stands: it {why}. Leave the step out."
    raise _refused(position, "event", sentence, step.event, ladder.time_runs_out_by)


def _refused(position: int, field: str, sentence: str, value: str, rule: str) -> InvalidFacts:
    return InvalidFacts([Problem(f"/steps/{position}/{field}", sentence, value, rule)])


def _refuse_outside(pointer: str, on: date, calendar: WorkingDayCalendar) -> None:
    if not calendar.covers(on):
        refusal = OutsideCalendar(
            f"{pointer[1:]} {on} lies outside the years {calendar.first_year} to {calendar.last_year} of the calendar: "
            "give a date in those years."
        )
        refusal.place = Problem(pointer, refusal.sentence, str(on))
        raise refusal
