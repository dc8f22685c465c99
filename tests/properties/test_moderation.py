"""What holds for every moderation draw, beside the plainest way to make it (M1–M3)."""

import dataclasses
from datetime import date, timedelta
from fractions import Fraction
from itertools import product
from math import ceil, floor
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.moderation import ModerationDraw, draw_moderation, moderation_due, verify_moderation
from rules.moderation_frames import (
    AuditToModerate,
    ModerationFrame,
    Moderator,
    canonical_moderation_text,
    moderation_frame_from_text,
)
from rules.moderators import why_may_not_moderate
from rules.policy.load import load_edition
from rules.policy.moderation_shapes import ModerationSpread
from rules.policy.shape import Policy
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
GRADES = [*POLICY.gradings.grades]
DRAWN_ON = date(2026, 6, 1)
PEOPLE = [f"person {number}" for number in range(8)]
SERVICES = ["mash", "review", "send", "nelft"]

seeds = st.text(min_size=1, max_size=5)
spreads = st.lists(st.sampled_from(ModerationSpread), unique=True).map(tuple)


@st.composite
def frames(draw: st.DrawFn, most: int = 70) -> ModerationFrame:
    # One number, not hundreds of choices: a failing frame shrinks by its size alone, and is made in no time.
    chance = Random(draw(st.integers(0, 2**32)))
    found = [
        AuditToModerate(
            id=f"audit {number}",
            issued_on=date(2026, 2, 20) + timedelta(days=chance.randrange(110)),
            grade=chance.choice([*GRADES, "good", "good", None]),
            service_id=chance.choice(SERVICES[: chance.randint(1, 4)]),
            auditor_id=chance.choice(PEOPLE),
            practitioner_id=chance.choice(PEOPLE),
            is_disputed=chance.random() < 0.1,
        )
        for number in range(draw(st.integers(0, most)))
    ]
    moderators = [
        Moderator(person, tuple(chance.sample(SERVICES, chance.randint(0, 2))), chance.choice([None, None, 0, 1, 2]))
        for person in chance.sample(PEOPLE, chance.randint(0, 5))
    ]
    last = draw(st.sampled_from([None, date(2026, 3, 2)]))
    moderated = tuple(chance.sample(PEOPLE, chance.randint(0, 6)))
    return ModerationFrame(DRAWN_ON, last, tuple(found), tuple(moderators), moderated)


def with_spread(spread: tuple[ModerationSpread, ...]) -> Policy:
    return dataclasses.replace(POLICY, moderation=dataclasses.replace(POLICY.moderation, spread_over=spread))


def drawn(frame: ModerationFrame, seed: str, policy: Policy = POLICY) -> ModerationDraw:
    return draw_moderation(frame, seed, policy, CALENDAR)


def eligible(frame: ModerationFrame) -> dict[str, AuditToModerate]:
    since = frame.last_drawn_on or date.min
    return {
        it.id: it
        for it in frame.audits
        if since <= it.issued_on < DRAWN_ON and not it.is_disputed and it.grade is not None
    }


def largest_remainders(places: int, audits: dict[str, int], seed: str) -> dict[str, int]:
    """Hamilton's method from the book: whole parts first, then one each to the largest remainders, ties by ticket."""
    total = sum(audits.values())
    shares = {service: Fraction(places * number, total) for service, number in audits.items()}
    seats = {service: floor(share) for service, share in shares.items()}
    tickets = Tickets(seed)
    order = sorted(shares, key=lambda it: (seats[it] - shares[it], tickets.of("service", it)))
    for service in order[: places - sum(seats.values())]:
        seats[service] += 1
    return seats


@given(frames(), seeds, st.randoms())
def test_the_order_of_the_facts_changes_nothing(frame: ModerationFrame, seed: str, chance: Random) -> None:
    turned = ModerationFrame(
        frame.drawn_on,
        frame.last_drawn_on,
        tuple(chance.sample(frame.audits, len(frame.audits))),
        tuple(chance.sample(frame.moderators, len(frame.moderators))),
        tuple(chance.sample(frame.auditors_moderated, len(frame.auditors_moderated))),
    )

    assert drawn(turned, seed) == drawn(frame, seed)


@given(frames(), seeds)
def test_every_audit_is_drawn_once_or_has_its_reason_why_not(frame: ModerationFrame, seed: str) -> None:
    answer = drawn(frame, seed)
    could = eligible(frame)

    named = [*(it.audit_id for it in answer.drawn), *(it.audit_id for it in answer.not_drawn)]
    assert sorted(named) == sorted(it.id for it in frame.audits)
    assert {it.audit_id for it in answer.drawn} <= could.keys()
    assert all(it.was_in_draw == (it.audit_id in could) for it in answer.not_drawn)
    assert [it.order for it in answer.drawn] == [*range(1, answer.size_drawn + 1)]


@given(frames(), seeds, spreads)
def test_the_size_is_that_of_the_rule(frame: ModerationFrame, seed: str, spread: tuple[ModerationSpread, ...]) -> None:
    issued = sum((frame.last_drawn_on or date.min) <= it.issued_on < DRAWN_ON for it in frame.audits)
    answer = drawn(frame, seed, with_spread(spread))

    assert answer.size_asked == max(5, ceil(Fraction(issued, 10)))
    assert answer.size_drawn == min(answer.size_asked, len(eligible(frame)))


@given(frames(), seeds)
def test_each_grade_that_there_is_is_drawn(frame: ModerationFrame, seed: str) -> None:
    could = eligible(frame)
    answer = drawn(frame, seed)

    assert {could[it.audit_id].grade for it in answer.drawn} == {it.grade for it in could.values()}


@given(frames(), seeds)
def test_by_services_alone_it_is_the_method_of_largest_remainders(frame: ModerationFrame, seed: str) -> None:
    answer = drawn(frame, seed, with_spread((ModerationSpread.SERVICES, ModerationSpread.AUDITORS)))
    audits = {it.name: it.could_be_drawn for it in answer.services}

    assert not audits or {it.name: it.drawn for it in answer.services} == largest_remainders(
        answer.size_drawn, audits, seed
    )


@given(frames(), seeds)
def test_a_service_has_more_than_its_share_only_of_audits_taken_for_their_grade(
    frame: ModerationFrame, seed: str
) -> None:
    could = eligible(frame)
    answer = drawn(frame, seed)
    for service in answer.services:
        share = Fraction(answer.size_drawn * service.could_be_drawn, len(could))
        for_their_grade = sum(
            could[it.audit_id].service_id == service.name and it.reasons[0].sentence.startswith("One of each grade")
            for it in answer.drawn
        )
        assert service.drawn <= max(ceil(share), for_their_grade)


@given(frames(), seeds)
def test_within_a_service_nobody_has_two_more_than_somebody_whose_audits_were_left(
    frame: ModerationFrame, seed: str
) -> None:
    one_service = dataclasses.replace(
        frame, audits=tuple(dataclasses.replace(it, service_id="mash") for it in frame.audits)
    )
    could = eligible(one_service)
    answer = drawn(one_service, seed, with_spread((ModerationSpread.AUDITORS,)))
    taken = {it.audit_id for it in answer.drawn}
    loads = {
        person: sum(could[name].auditor_id == person for name in taken)
        for person in {it.auditor_id for it in could.values()}
    }
    for left in could.keys() - taken:
        assert loads[could[left].auditor_id] >= max(loads.values()) - 1


@given(frames(), seeds)
def test_auditors_moderated_before_wait_for_those_who_were_not(frame: ModerationFrame, seed: str) -> None:
    could = eligible(frame)
    answer = drawn(frame, seed, with_spread((ModerationSpread.AUDITORS,)))
    taken = [could[it.audit_id].auditor_id for it in answer.drawn]
    new = {it.auditor_id for it in could.values()} - {*frame.auditors_moderated}

    assert set(taken[: len(new)]) <= new


@given(frames(), seeds)
def test_another_moderator_changes_no_audit_that_is_drawn(frame: ModerationFrame, seed: str) -> None:
    more = dataclasses.replace(frame, moderators=(*frame.moderators, Moderator("one more")))

    assert [it.audit_id for it in drawn(more, seed).drawn] == [it.audit_id for it in drawn(frame, seed).drawn]


@given(frames(), seeds)
def test_a_draw_can_be_made_again_from_the_stored_text(frame: ModerationFrame, seed: str) -> None:
    stored, edition = moderation_frame_from_text(canonical_moderation_text(frame, POLICY.edition.id))

    assert edition == POLICY.edition.id
    assert verify_moderation(drawn(frame, seed), stored, POLICY, CALENDAR) == ()


@given(frames(most=9), seeds)
def test_moderators_are_those_that_trying_everything_finds(frame: ModerationFrame, seed: str) -> None:
    """Most audits with a moderator, then fewest of their own service, then the most level load."""
    three = dataclasses.replace(frame, moderators=tuple(sorted(frame.moderators, key=lambda it: it.id)[:3]))
    answer = drawn(three, seed)
    audits = [eligible(three)[it.audit_id] for it in answer.drawn]

    def cost(given: tuple[Moderator | None, ...]) -> tuple[int, int, int]:
        pairs = [(audit, it) for audit, it in zip(audits, given, strict=True) if it is not None]
        own = sum(audit.service_id in it.service_ids for audit, it in pairs)
        loads = [sum(one is it for _, one in pairs) for it in three.moderators]
        return given.count(None), own, sum(load**2 for load in loads)

    def is_allowed(given: tuple[Moderator | None, ...]) -> bool:
        if any(it and why_may_not_moderate(audit, it.id, POLICY) for audit, it in zip(audits, given, strict=True)):
            return False
        return all(it.capacity is None or given.count(it) <= it.capacity for it in three.moderators)

    by_id = {it.id: it for it in three.moderators}
    ours = tuple(by_id[it.moderator_id] if it.moderator_id else None for it in answer.drawn)
    ways = [way for way in product([None, *three.moderators], repeat=len(audits)) if is_allowed(way)]
    assert is_allowed(ours)
    # Those without a moderator are ours: the last in the order that could not be admitted with those before.
    without = [it is None for it in ours]
    assert ours.count(None) == min(way.count(None) for way in ways)
    assert cost(ours) == min(cost(way) for way in ways if [it is None for it in way] == without)


@pytest.mark.parametrize("year", range(2024, 2031))
def test_a_draw_on_any_day_is_due_on_a_working_day_no_later_than_a_month_from_then(year: int) -> None:
    for days in range(365):
        drawn_on = date(year, 1, 1) + timedelta(days=days)
        due_on = moderation_due(drawn_on, POLICY, CALENDAR).due_on

        assert CALENDAR.is_working_day(due_on)
        assert drawn_on + timedelta(days=25) <= due_on <= drawn_on + timedelta(days=31)
