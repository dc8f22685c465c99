"""Whatever happens to a dispute or an alert, and whenever: it ends, or waits for somebody who was told."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.ladders import BY_CLOCK, LadderFacts, LadderState, Standing, Step, ladder_named, walk
from rules.named_days import NamedDay
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.roles import Role
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
NORTHMOOR = load_edition("tests/editions/northmoor_2026")
EDITIONS = (POLICY, NORTHMOOR)
CALENDARS = {policy.edition.id: WorkingDayCalendar.of_policy(policy.calendar) for policy in EDITIONS}
NAMES = ("dispute", "safety_alert", "re_audit", "quality_of_reports")
NO_FACTS = LadderFacts()

days = st.dates(date(2026, 1, 1), date(2030, 12, 31))
names = st.sampled_from(NAMES)
editions = st.sampled_from(EDITIONS)
# A life is a choice among what is possible, again and again, each some days after the one before.
choices = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 25)), max_size=10)
posts = st.dictionaries(st.sampled_from([role.value for role in Role]), days, max_size=4)


def stands(
    name: str, began: date, steps: tuple[Step, ...], as_of: date, policy: Policy, *, facts: LadderFacts = NO_FACTS
) -> Standing:
    calendar = CALENDARS[policy.edition.id]
    return walk(name, began, steps, as_of=as_of, policy=policy, calendar=calendar, facts=facts)


def lived(
    name: str, began: date, chosen: list[tuple[int, int]], policy: Policy, facts: LadderFacts = NO_FACTS
) -> tuple[tuple[Step, ...], date]:
    """The steps of one life, each among those that were possible on its day, and the day of the last."""
    steps: tuple[Step, ...] = ()
    on = began
    for choice, wait in chosen:
        on += timedelta(days=wait)
        possible = stands(name, began, steps, on, policy, facts=facts).possible
        if not possible:
            break
        steps = (*steps, Step(possible[choice % len(possible)].event, on))
    return steps, on


@pytest.mark.proves("D1", "D8", "W1", "W6")
@given(name=names, began=days, chosen=choices, later=st.integers(0, 400), policy=editions, vacant=posts)
def test_a_ladder_has_ended_or_waits_for_somebody_who_was_told_and_can_do_something(
    *, name: str, began: date, chosen: list[tuple[int, int]], later: int, policy: Policy, vacant: dict[str, date]
) -> None:
    facts = LadderFacts(vacant_since=vacant)
    steps, last_on = lived(name, began, chosen, policy, facts)
    found = stands(name, began, steps, last_on + timedelta(days=later), policy, facts=facts)

    if found.state is not LadderState.OPEN:
        assert (found.owed_by, found.deadlines, found.possible, found.due_on) == ((), (), (), None)
        return
    assert found.owed_by
    assert set(found.owed_by) <= set(Role)
    assert any(way_out.to not in ("stays", found.rung.id) for way_out in found.possible)
    if name in ("dispute", "safety_alert"):
        assert set(found.owed_by) <= {one.role for one in found.told}


@pytest.mark.proves("D1", "W1")
@given(names, days, choices, editions)
def test_every_due_date_is_a_working_day_and_never_before_the_day_it_is_counted_from(
    name: str, began: date, chosen: list[tuple[int, int]], policy: Policy
) -> None:
    steps, last_on = lived(name, began, chosen, policy)
    found = stands(name, began, steps, last_on, policy)

    for happening in found.history:
        for clock in happening.deadlines_start:
            assert CALENDARS[policy.edition.id].is_working_day(clock.due_on)
            assert clock.started_on == happening.on <= clock.due_on
    assert [happening.on for happening in found.history] == sorted(happening.on for happening in found.history)


@pytest.mark.proves("D1", "W1")
@given(st.sampled_from(("dispute", "safety_alert")), days, days, editions)
def test_what_begins_later_is_due_no_earlier(name: str, one: date, other: date, policy: Policy) -> None:
    earlier, later = sorted((one, other))
    first = stands(name, earlier, (), earlier, policy)
    second = stands(name, later, (), later, policy)

    if first.due_on is not None and second.due_on is not None:
        assert first.due_on <= second.due_on


@pytest.mark.proves("D7")
@given(names, days, choices, editions)
def test_nobody_judges_who_must_not_and_nobody_owes_a_duty_to_themselves(
    name: str, began: date, chosen: list[tuple[int, int]], policy: Policy
) -> None:
    steps, last_on = lived(name, began, chosen, policy)
    found = stands(name, began, steps, last_on, policy)

    assert not set(found.owed_by) & set(found.must_not_judge)


@pytest.mark.proves("D1", "recipients.dispute_step")
@pytest.mark.parametrize("policy", EDITIONS, ids=lambda policy: policy.edition.id)
def test_everybody_told_at_a_rung_of_a_dispute_is_told_at_those_above(policy: Policy) -> None:
    told: set[str] = set()
    for rung in ladder_named("dispute", policy).rungs:
        by_matrix = {
            role
            for row in policy.recipients.dispute_step
            if rung.id in row.stages or not row.stages
            for role in row.roles
        }
        assert told <= by_matrix
        told = by_matrix


@given(names, days, choices, st.integers(0, 120), editions)
def test_what_was_said_stays_said_and_the_next_days_only_add_to_it(
    name: str, began: date, chosen: list[tuple[int, int]], later: int, policy: Policy
) -> None:
    steps, last_on = lived(name, began, chosen, policy)
    early = stands(name, began, steps, last_on, policy).history
    late = stands(name, began, steps, last_on + timedelta(days=later), policy).history

    assert late[: len(early)] == early
    assert all(happening.by_clock for happening in late[len(early) :])


@given(names, days, choices, st.integers(0, 60), editions)
def test_moves_of_the_clock_that_are_recorded_on_their_day_change_nothing(
    name: str, began: date, chosen: list[tuple[int, int]], later: int, policy: Policy
) -> None:
    steps, last_on = lived(name, began, chosen, policy)
    as_of = last_on + timedelta(days=later)
    by_itself = stands(name, began, steps, as_of, policy)
    assume(any(happening.event in BY_CLOCK for happening in by_itself.history))

    moving = [
        Step(after.event, after.on)
        for before, after in zip(by_itself.history, by_itself.history[1:], strict=False)
        if not after.by_clock or (after.event in BY_CLOCK and (before.rung, before.state) != (after.rung, after.state))
    ]
    assert stands(name, began, tuple(moving), as_of, policy) == by_itself


@given(st.sampled_from(("dispute", "safety_alert")), days, st.integers(1, 10))
def test_a_day_off_that_is_proclaimed_never_shortens_a_rung(name: str, began: date, after: int) -> None:
    off = NamedDay(began + timedelta(days=after), "Day of mourning")
    calendar = WorkingDayCalendar.of_england(proclaimed_days=[off])
    usual = stands(name, began, (), began, POLICY)
    longer = walk(name, began, (), as_of=began, policy=POLICY, calendar=calendar)

    assert usual.due_on is not None
    assert longer.due_on is not None
    assert usual.due_on <= longer.due_on
