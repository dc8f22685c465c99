"""Why a ladder moved, why it stays and what comes next, in sentences with rule and clause."""

from collections.abc import Iterator
from datetime import date, timedelta

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.ladder_clocks import Moment, NamedLadder, next_reminder_on
from rules.ladder_facts import LAPSED, NOT_ACKNOWLEDGED, NOT_REFERRED, POST_VACANT
from rules.policy.ladder_shapes import Rung, RungExit, When, in_words, roles_in_words


def said_by_somebody(rung: Rung, event: str, on: date) -> Reason:
    """What happened, by somebody's word."""
    words = in_words(event)
    return Reason(rung.rule, rung.clause, f"{words[:1].upper()}{words[1:]} on {day_in_words(on)}.")


def put_on_record(named: NamedLadder, way_out: RungExit) -> Iterator[Reason]:
    """What a step owes to the record, if it owes anything."""
    if way_out.records:
        kept = ", ".join(map(in_words, way_out.records))
        yield named.policy.reason(named.ladder.records_by, f"To be put on record: {kept}.")


def said_by_the_clock(named: NamedLadder, rung: Rung, moment: Moment, on: date) -> Reason:
    """What the clock says at a rung, the day after its last day."""
    due_on = moment.on - timedelta(days=1)
    if moment.event == NOT_ACKNOWLEDGED and rung.acknowledgement is not None:
        part = rung.acknowledgement
        return Reason(part.rule, part.clause, f"{rung.id} was not acknowledged by {day_in_words(due_on)}.")
    if moment.event in (LAPSED, NOT_REFERRED) and rung.referral is not None:
        referral = rung.referral
        then = "it lapsed, and what was before stands" if moment.to else "it waits until somebody does"
        sentence = f"Unresolved at {rung.id} and not taken further by {day_in_words(due_on)}: {then}."
        return Reason(referral.rule, referral.clause, sentence)
    return named.policy.reason(named.ladder.time_runs_out_by, _of_the_stage(rung, moment, due_on, on))


def what_comes_next(named: NamedLadder, rung: Rung, awaits: When, entered_on: date, as_of: date) -> Iterator[Reason]:
    """What happens if nobody does anything."""
    rule = named.ladder.time_runs_out_by
    if awaits is When.REFERRAL and rung.referral is not None:
        referral = rung.referral
        then = "it lapses, and what was before stands" if referral.lapses else "it waits on, and they are reminded"
        yield Reason(referral.rule, referral.clause, f"Not taken further by then, {then}.")
    elif rung.moves_up_to:
        yield named.policy.reason(rule, f"Without an outcome by then it moves up to {rung.moves_up_to} by itself.")
    elif rung.within is not None:
        sentence = "When its time runs out it does not move by itself: it is told, and a person decides."
        yield named.policy.reason(rule, sentence)
    else:
        yield from _without_a_clock(named, rung, entered_on, as_of)


def _of_the_stage(rung: Rung, moment: Moment, due_on: date, on: date) -> str:
    moved = f"it moved up to {moment.to} by itself on {day_in_words(on)}"
    if moment.event == POST_VACANT:
        return f"Nobody can act at {rung.id} as {roles_in_words(rung.owed_by)}: {moved}."
    ran_out = f"The time of {rung.id} ran out on {day_in_words(due_on)} without an outcome"
    if moment.to is not None:
        return f"{ran_out}: {moved}."
    too = f", those of {rung.tells_when_overdue} are told too" if rung.tells_when_overdue else ""
    return f"{ran_out}: it does not move by itself{too}, and a person decides."


def _without_a_clock(named: NamedLadder, rung: Rung, entered_on: date, as_of: date) -> Iterator[Reason]:
    sentence = f"{rung.id}: {rung.owed_in_words()}; it has no clock."
    reminder_on = next_reminder_on(rung, entered_on, as_of, named.calendar)
    if reminder_on is not None:
        sentence += f" A reminder goes out every {rung.reminder_every}, next on {day_in_words(reminder_on)}."
    yield Reason(rung.rule, rung.clause, sentence)
