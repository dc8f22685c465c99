"""What a move of an audit comes to, by the table of its life (rules/lifecycle_table.py).

`decide` answers with the new state and all that follows, or with every reason against it; `allowed_moves` says of each
event whether it could happen now. Nothing is refused for coming late.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from rules.audit_events import SCHEDULER, Event, Record, State
from rules.audit_facts import THE_CLOCK, Actor, Asked, Asking, AuditFacts
from rules.dates_in_words import WEEKDAYS, day_in_words
from rules.decisions import Decision, Reason
from rules.facts_after_moves import facts_after, happened_on
from rules.lifecycle_clocks import MEETING
from rules.lifecycle_needs import must_team_manager_attend
from rules.lifecycle_pages import in_words
from rules.lifecycle_refusals import why_not_by_them, why_not_in_this_state
from rules.lifecycle_table import LIFECYCLE, LifecycleMove
from rules.policy.shape import Policy
from rules.quality_checks import AMENDMENTS, is_lapsed
from rules.re_audit_orders import decider_in_words, recorded_in_words
from rules.working_days import WorkingDayCalendar

__all__ = (
    "LIFECYCLE",
    "SCHEDULER",
    "THE_CLOCK",
    "Actor",
    "AllowedMove",
    "Asked",
    "AuditFacts",
    "Event",
    "LifecycleMove",
    "Record",
    "State",
    "allowed_moves",
    "decide",
    "facts_after",
)

MOVES = {move.event: move for move in LIFECYCLE}
_NOTHING = Asked()


@dataclass(frozen=True, slots=True)
class AllowedMove:
    """One event: whether this person could make it happen now, why not, and what has to come with it, in words."""

    event: Event
    is_allowed: bool
    reasons: tuple[Reason, ...]
    needs: tuple[str, ...]


def decide(
    event: Event,
    facts: AuditFacts,
    actor: Actor,
    *,
    on: date,
    policy: Policy,
    calendar: WorkingDayCalendar,
    asked: Asked = _NOTHING,
) -> Decision:
    """What the event comes to on that day. Raises OutsideCalendar; InvalidFacts for a re-audit without its original."""
    asking = Asking(facts, actor, asked, on, policy, calendar)
    move = MOVES[event]
    against = tuple(_why_not(move, asking)) or tuple(reason for need in move.needs for reason in need(asking))
    if against:
        return Decision(facts.state, against, against[0])
    if event is Event.REPORT_AMENDED and _came_too_late(asking):
        return _not_accepted_first(move, asking)
    return _taken(move, asking)


def allowed_moves(
    facts: AuditFacts, actor: Actor, *, on: date, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[AllowedMove, ...]:
    """Every event in the order of the table, with yes, or with the reasons why not."""
    asking = Asking(facts, actor, _NOTHING, on, policy, calendar)
    return tuple(_allowed(move, asking) for move in LIFECYCLE)


def _allowed(move: LifecycleMove, asking: Asking) -> AllowedMove:
    reasons = tuple(_why_not(move, asking))
    return AllowedMove(move.event, not reasons, reasons, tuple(map(in_words, move.needs)))


def _why_not(move: LifecycleMove, asking: Asking) -> Iterator[Reason]:
    """Who may not is told no more than that: what stands in the way may be none of their business yet."""
    reason = why_not_by_them(move, asking) or why_not_in_this_state(move, asking)
    if reason is not None:
        yield reason
        return
    for guard in move.guards:
        yield from guard(asking)


def _came_too_late(asking: Asking) -> bool:
    facts = asking.facts
    due = [facts.open_deadlines[limit] for limit in facts.open_among(AMENDMENTS)]
    return any(is_lapsed(due_on, asking.on, asking.policy) for due_on in due)


def _not_accepted_first(move: LifecycleMove, asking: Asking) -> Decision:
    """An amendment after its last day: the report was not accepted by then, whether or not anybody has looked (Q2)."""
    lapsed = _taken(MOVES[Event.NOT_ACCEPTED], replace(asking, actor=THE_CLOCK))
    since = facts_after(asking.facts, lapsed, _NOTHING)
    amended = _taken(move, replace(asking, facts=since))
    ended = {withdrawn.time_limit for withdrawn in lapsed.deadlines_withdrawn}
    not_started = {*amended.deadlines_met, *(withdrawn.time_limit for withdrawn in amended.deadlines_withdrawn)}
    return replace(
        amended,
        reasons=(*lapsed.reasons, *amended.reasons),
        events=(*lapsed.events, *amended.events),
        deadlines_start=(
            *(start for start in lapsed.deadlines_start if start.time_limit not in not_started),
            *amended.deadlines_start,
        ),
        deadlines_met=tuple(limit for limit in amended.deadlines_met if limit in asking.facts.open_deadlines),
        deadlines_withdrawn=(
            *lapsed.deadlines_withdrawn,
            *(
                withdrawn
                for withdrawn in amended.deadlines_withdrawn
                if withdrawn.time_limit in asking.facts.open_deadlines and withdrawn.time_limit not in ended
            ),
        ),
        told_of=(*lapsed.told_of, *amended.told_of),
    )


def _taken(move: LifecycleMove, asking: Asking) -> Decision:
    """What follows from a move that nothing stands against."""
    facts = asking.facts
    met = facts.open_among(move.meets)
    starts = tuple(start for clock in move.starts for start in clock(asking))
    flags = tuple(_flags(met, move, asking))
    is_told = move.tells_if is None or move.tells_if(asking)
    # Nobody has a report that is corrected before it was issued, so there is nothing to recall and nothing to file.
    is_before_issue = move.event is Event.REPORT_CORRECTED and facts.issued_on is None
    return Decision(
        state=_state_after(move, facts.state, reopened=bool(starts)),
        reasons=(asking.reason(move.rule, _said(move, asking)), *flags),
        events=(move.event,),
        happened_on=happened_on(move.event, asking.asked, asking.on),
        deadlines_start=starts,
        deadlines_met=met,
        deadlines_withdrawn=tuple(ended for clock in move.withdraws for ended in clock(asking)),
        told_of=(move.told_of,) if move.told_of and is_told and not is_before_issue else (),
        records=() if is_before_issue else move.records,
        flags=flags,
    )


def _state_after(move: LifecycleMove, state: State, *, reopened: bool) -> State:
    """An audit that is closed is issued again while something is owed."""
    if state is State.CLOSED and reopened:
        return State.ISSUED
    return move.to or state


_ATTENDED = "; the team manager, or whoever acts in their place, attended"


def _said(move: LifecycleMove, asking: Asking) -> str:
    points = asking.asked.points
    return move.says.format(
        day=day_in_words(asking.asked.on_day or asking.on),
        on=day_in_words(asking.on),
        points=f"{points} point{'' if points == 1 else 's'}",
        attended=_ATTENDED if must_team_manager_attend(asking) else "",
        decider=decider_in_words(asking),
        recorded=recorded_in_words(asking),
    )


def _flags(met: tuple[str, ...], move: LifecycleMove, asking: Asking) -> Iterator[Reason]:
    """What came late, or was recorded on a later day: said, never refused (L12)."""
    done_on = happened_on(move.event, asking.asked, asking.on)
    for limit in met:
        due_on = asking.facts.open_deadlines[limit]
        if done_on > due_on:
            late = asking.calendar.between(due_on, done_on)
            days = f"{late} working day{'' if late == 1 else 's'} late" if late else "late"
            sentence = (
                f"{asking.facts.reference}: due on {day_in_words(due_on)} and done on {day_in_words(done_on)}, {days}."
            )
            yield asking.policy.reason_by_entry(limit, sentence)
    if done_on < asking.on:
        yield asking.reason(move.rule, f"done on {day_in_words(done_on)} and recorded on {day_in_words(asking.on)}.")
    if move.event in (Event.MEETING_ARRANGED, Event.MEETING_MOVED) and asking.asked.on_day is not None:
        yield from _flags_of_plan(asking.asked.on_day, asking)


def _flags_of_plan(planned: date, asking: Asking) -> Iterator[Reason]:
    """What may be a slip of the pen: a meeting planned for after its last day, or for a day off (L1)."""
    due_on = asking.facts.open_deadlines.get(MEETING)
    if due_on is not None and planned > due_on:
        sentence = f"the meeting is due by {day_in_words(due_on)}, and {day_in_words(planned)} is after that."
        yield asking.reason("L1", sentence)
    day_off = asking.calendar.why_not_working(planned)
    if day_off is not None:
        named = "" if day_off in WEEKDAYS else f" ({day_off})"
        yield asking.reason("L1", f"{day_in_words(planned)}{named} is no working day.")
