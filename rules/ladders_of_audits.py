"""The two ladders on which an audit itself moves: of returned reports (Q1–Q3), and of re-audits (S7, R2–R4).

They are walked as all ladders are (`rules/ladders.py`). Their events are those of the life of an audit, which asks here
how long an amendment may take and what comes of it, and whether a re-audit follows or waits for somebody's word.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from rules.decisions import DeadlineStart
from rules.ladders import LadderFacts, Standing, Step, walk
from rules.lengths import WorkingDays
from rules.notice_events import NoticeEvent
from rules.policy.ladder_shapes import BELOW, ORDERED, Ladder, Rung
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

QUALITY_OF_REPORTS, RE_AUDIT = "quality_of_reports", "re_audit"
_OFFERED = LadderFacts(discussion_offered=True)
_NOTHING_OFFERED = LadderFacts()


def waiting_for_amendment(
    returned_on: date, offers_discussion: bool, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[Standing, ...]:
    """How it stands on each rung on which a returned report may still come back, while nobody does anything (Q1).

    Each is as of the day on which the clock reaches that rung. Raises OutsideCalendar.
    """
    facts = _OFFERED if offers_discussion else _NOTHING_OFFERED
    stages: list[Standing] = []
    reached_on = returned_on
    while True:
        found = walk(
            QUALITY_OF_REPORTS, returned_on, (), as_of=reached_on, policy=policy, calendar=calendar, facts=facts
        )
        stages.append(found)
        above = policy.ladders.quality_of_reports.rung_above(found.rung)
        if found.due_on is None or above is None or _is_not_accepted(above):
            return tuple(stages)
        reached_on = found.due_on + timedelta(days=1)


def leads_to_non_acceptance(policy: Policy) -> bool:
    """Whether a returned report that nobody amends is not accepted by the clock, in the end (Q2)."""
    return any(_is_not_accepted(rung) for rung in _moving_up(policy.ladders.quality_of_reports))


def rungs_between(policy: Policy) -> tuple[Rung, ...]:
    """The rungs between the first and non-acceptance, on which the clock tells others and goes on."""
    return tuple(rung for rung in _moving_up(policy.ladders.quality_of_reports) if not _is_not_accepted(rung))[1:]


def amending(stages: tuple[Standing, ...], returned_on: date, calendar: WorkingDayCalendar) -> DeadlineStart:
    """The clock of the first rung, until the last day of the last one on which the report may come back (Q1)."""
    clock = stages[0].deadlines[0]
    last_on = max(started.due_on for stage in stages for started in stage.deadlines)
    if last_on == clock.due_on:
        return clock
    return replace(clock, due_on=last_on, length=WorkingDays(calendar.between(returned_on, last_on)))


def re_audits_by_themselves(policy: Policy) -> int:
    """How many re-audits follow one on the other by themselves, before one waits for somebody's word (S7, R2)."""
    return sum(1 for _ in _by_themselves(policy.ladders.re_audit))


def standing_of_re_audits(
    sequence: int, issued_on: date, policy: Policy, calendar: WorkingDayCalendar, grade: str | None
) -> Standing:
    """Where work stands that was graded below the outcome again, after its re-audit of that number; 0 is the audit.

    Earlier ones are taken as of the day of the newest: their rungs have no say any more.
    """
    ladder = policy.ladders.re_audit
    steps = tuple(Step(BELOW, issued_on) for _ in range(_possible_times(ladder, sequence)))
    facts = LadderFacts(grade=grade)
    return walk(RE_AUDIT, issued_on, steps, as_of=issued_on, policy=policy, calendar=calendar, facts=facts)


def waits_for_a_word(standing: Standing) -> bool:
    """Whether a further re-audit takes somebody's decision, with or without a clock for it (R2, R4)."""
    return any(way_out.event == ORDERED for way_out in standing.possible)


def _is_not_accepted(rung: Rung) -> bool:
    return rung.told_of == NoticeEvent.NOT_ACCEPTED


def _moving_up(ladder: Ladder) -> Iterator[Rung]:
    """The rungs that the clock passes by itself, from the first."""
    rung: Rung | None = ladder.rungs[0]
    while rung is not None:
        yield rung
        rung = ladder.rung_above(rung)


def _by_themselves(ladder: Ladder) -> Iterator[Rung]:
    """The rungs after which a re-audit follows without anybody's word, in the order in which they are reached."""
    rung: Rung | None = ladder.rungs[0]
    while rung is not None and not any(way_out.event == ORDERED for way_out in rung.exits):
        yield rung
        rung = _below(ladder, rung)


def _below(ladder: Ladder, rung: Rung) -> Rung | None:
    """Where it stands after one more re-audit below the outcome; None where that is the end."""
    to = next((way_out.to for way_out in rung.exits if way_out.event == BELOW), "")
    return next((one for one in ladder.rungs if one.id == to), None)


def _possible_times(ladder: Ladder, sequence: int) -> int:
    """As often as it can happen, up to that number, before it ends."""
    times = 0
    rung: Rung | None = ladder.rungs[0]
    while times < sequence and rung is not None:
        times, rung = times + 1, _below(ladder, rung)
    return times
