"""Every path through the table: no state that can't be reached, and none that an audit can't leave (L1–L15, Q2, R2).

All situations are walked that differ in state, in what happened and in which clocks are open; days don't count. The
short form forgets, once an audit is submitted, how it came to that; the long one doesn't.
"""

from collections import deque
from dataclasses import fields, replace
from datetime import time, timedelta

import pytest

from rules.audit_events import CHANGES_OF_GRADES
from rules.audit_facts import CaseAsked
from rules.lifecycle_roles import roles_that_may
from rules.lifecycles import LIFECYCLE, Actor, Asked, AuditFacts, Event, State, decide, facts_after
from rules.matrix import NoticeEvent
from tests.rules.audit_lives import CALENDAR, POLICY, graded, october, re_audit

A_MONTH = timedelta(days=31)
KINDS = {
    "an audit graded Good": graded("good"),
    "an audit graded Inadequate": graded("inadequate"),
    "an audit without grades": october(is_graded=False, grade_before=None, grade_after=None),
    "a first re-audit that stays Inadequate": re_audit("inadequate"),
    "a second re-audit that stays Inadequate": re_audit("inadequate", 2),
}
BEFORE_SUBMISSION = (State.ALLOCATED, State.UNDER_WAY, State.DISCUSSED)
HOW_IT_CAME_TO_BE_SUBMITTED = (
    "meeting_on",
    "discussed_on",
    "returned_on",
    "discussion_offered",
    "not_accepted_on",
    "carried_over_on",
)
WHERE_DAYS_MATTER = (State.SUBMITTED, State.RETURNED)
ENDS = (State.CLOSED, State.WITHDRAWN)
Situation = tuple[object, ...]


def situation(facts: AuditFacts, *, in_short: bool) -> Situation:
    """What tells two situations apart: not when something happened, but whether it did."""
    values = {field.name: getattr(facts, field.name) for field in fields(facts)}
    if in_short and facts.state not in BEFORE_SUBMISSION:
        values |= dict.fromkeys(HOW_IT_CAME_TO_BE_SUBMITTED)
    open_clocks = frozenset(values.pop("open_deadlines"))
    return (open_clocks, *(value is not None if name.endswith("_on") else value for name, value in values.items()))


def asked_for(event: Event, facts: AuditFacts) -> list[Asked]:
    all_of_it = Asked(
        on_day=facts.issued_on or facts.allocated_on,
        reason="case_closed",
        has_text=True,
        points=1,
        team_manager_attended=True,
        changes_domains=True,
        is_decided=True,
        case=CaseAsked(reference="C-2"),
    )
    if event in (Event.MEETING_ARRANGED, Event.MEETING_MOVED):
        another_hour = time(10) if facts.meeting_at is None else None
        return [replace(all_of_it, on_day=facts.allocated_on + 9 * A_MONTH, at=another_hour)]
    if event is Event.REPORT_RETURNED:
        return [all_of_it, replace(all_of_it, offers_discussion=True)]
    if event in CHANGES_OF_GRADES:
        return [replace(all_of_it, grade=grade) for grade in ("good", "inadequate")] if facts.is_graded else [all_of_it]
    if event is Event.AUDIT_CLOSED:
        return [replace(all_of_it, reason=None)]  # by itself; for a reason it can be closed anyway
    return [all_of_it]


def next_ones(facts: AuditFacts) -> list[tuple[str, AuditFacts]]:
    """What may come next, at once or much later, with what others do: actions agreed, a re-audit allocated."""
    found: list[tuple[str, AuditFacts]] = []
    if facts.state is State.ISSUED:
        found.append(("actions agreed", replace(facts, actions_agreed=True)))
        found.append(("uploaded", replace(facts, uploaded_on=facts.allocated_on)))
        found.append(("re-audit allocated", replace(facts, re_audit_allocated_on=facts.allocated_on)))
        found.append(("dispute opened", replace(facts, dispute_open=True)))
        found.append(("case closed", replace(facts, case_is_open=False)))
    latest = max(
        (day for day in (facts.issued_on, facts.returned_on, facts.submitted_on) if day), default=facts.allocated_on
    )
    for event in Event:
        who = Actor.of(roles_that_may(event, POLICY)[0])
        for asked in asked_for(event, facts):
            for on in (latest, latest + A_MONTH) if facts.state in WHERE_DAYS_MATTER else (latest,):
                decision = decide(event, facts, who, on=on, policy=POLICY, calendar=CALENDAR, asked=asked)
                if decision.refused is None:
                    after = facts_after(facts, decision, asked)
                    is_open = facts.dispute_open and event is not Event.DISPUTE_RESOLVED
                    found.append((event, replace(after, dispute_open=is_open)))
    return found


def walked(
    start: AuditFacts, *, in_short: bool
) -> tuple[dict[Situation, AuditFacts], dict[Situation, set[Situation]], set[str]]:
    """Every situation that can be reached, from which others each is reached, and the events on the way."""
    first = situation(start, in_short=in_short)
    known, came_from, events = {first: start}, {first: set[Situation]()}, set[str]()
    waiting = deque([start])
    while waiting:
        facts = waiting.popleft()
        here = situation(facts, in_short=in_short)
        for event, after in next_ones(facts):
            events.add(event)
            key = situation(after, in_short=in_short)
            came_from.setdefault(key, set()).add(here)
            if key not in known:
                known[key] = after
                waiting.append(after)
    return known, came_from, events


def can_end(known: dict[Situation, AuditFacts], came_from: dict[Situation, set[Situation]]) -> set[Situation]:
    """The situations from which an audit can still be closed or withdrawn."""
    ending = {key for key, facts in known.items() if facts.state in ENDS}
    waiting = deque(ending)
    while waiting:
        for earlier in came_from[waiting.popleft()] - ending:
            ending.add(earlier)
            waiting.append(earlier)
    return ending


@pytest.mark.proves("L1", "L3", "L5", "L6", "L7", "L10", "L11", "L15", "Q2", "R1", "R2", "S7", "S9")
@pytest.mark.parametrize("in_short", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_every_state_and_event_can_be_reached_and_no_situation_is_a_dead_end(in_short: bool) -> None:
    states, events, count = set[State](), set[str](), 0
    for name, start in KINDS.items():
        known, came_from, happened = walked(start, in_short=in_short)
        assert set(known) == can_end(known, came_from), f"{name}: stuck"
        states |= {facts.state for facts in known.values()}
        events |= happened
        count += len(known)
    print(f"{count:,} situations walked, {len(states)} states and {len(events & set(Event))} events reached.")
    assert states == set(State)
    assert events >= set(Event)


@pytest.mark.proves("L1")
def test_the_table_has_each_event_once_and_tells_of_what_the_matrix_knows() -> None:
    assert sorted(move.event for move in LIFECYCLE) == sorted(Event)
    assert {move.told_of for move in LIFECYCLE if move.told_of} <= set(NoticeEvent)
    assert {move.rule for move in LIFECYCLE} <= set(POLICY.clauses)
