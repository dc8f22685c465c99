"""What holds for every draw, whatever the frame and the seed."""

import json
from collections.abc import Iterator
from dataclasses import fields, replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.canonical_frames import canonical_text, frame_from_text
from rules.draw_answers import Draw, DrawnCase, Reserve, as_plain
from rules.draws import draw, verify
from rules.policy.load import load_edition
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from tests.properties.small_frames import Row, crowded_request, frame_of, requests

# Anything at all, or scarce auditors, where rules get in each other's way.
ANY_REQUEST = requests() | st.integers(0, 10**6).map(lambda number: crowded_request(Random(number)))
POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def _draw(frame: SamplingFrame, seed: str) -> Draw:
    return draw(frame, seed, POLICY, CALENDAR)


def _bytes(answer: Draw) -> bytes:
    return json.dumps(as_plain(answer), sort_keys=True).encode()


def _in_order(answer: Draw) -> Iterator[DrawnCase | Reserve]:
    yield from answer.drawn
    yield from answer.reserves


def _shuffled(frame: SamplingFrame, chance: Random) -> SamplingFrame:
    lists: dict[str, Any] = {}
    for field in fields(SamplingFrame):
        value = getattr(frame, field.name)
        if isinstance(value, tuple):
            lists[field.name] = tuple(chance.sample(value, len(value)))
    auditors = tuple(
        replace(it, roles=it.roles[::-1], team_ids=it.team_ids[::-1], line_manages=it.line_manages[::-1])
        for it in lists["auditors"]
    )
    return replace(frame, **{**lists, "auditors": auditors})


@pytest.mark.proves("S5")
@settings(max_examples=80, deadline=None)
@given(requests(), st.randoms(use_true_random=False))
def test_the_order_of_the_lists_never_matters(request: Row, chance: Random) -> None:
    frame = frame_of(request)

    assert _bytes(_draw(_shuffled(frame, chance), request["seed"])) == _bytes(_draw(frame, request["seed"]))


@pytest.mark.proves("S5")
@pytest.mark.parametrize("number", range(60))
def test_the_order_of_the_lists_never_matters_where_auditors_are_scarce(number: int) -> None:
    frame, chance = frame_of(crowded_request(Random(number))), Random(number)

    assert _bytes(_draw(_shuffled(frame, chance), "seed")) == _bytes(_draw(frame, "seed"))


@settings(max_examples=60, deadline=None)
@given(requests(), st.randoms(use_true_random=False))
def test_dates_at_the_ends_of_the_calendar_are_dates_like_others(request: Row, chance: Random) -> None:
    """The first and the last day that there is, wherever a date can stand."""
    for row in (row for name in ("practitioners", "cases", "re_audits", "pairings") for row in request[name]):
        for name in row:
            if name == "on" or name.endswith("_on"):
                row[name] = chance.choice(["0001-01-01", "9999-12-31", row[name]])

    answer = _draw(frame_of(request), request["seed"])

    assert len(answer.drawn) == answer.size_drawn


@pytest.mark.proves("S5")
@settings(max_examples=60, deadline=None)
@given(ANY_REQUEST)
def test_a_frame_read_back_from_its_text_replays_to_the_byte(request: Row) -> None:
    frame = frame_of(request)
    again, edition = frame_from_text(canonical_text(frame, POLICY.edition.id))
    answer = _draw(frame, request["seed"])

    assert edition == POLICY.edition.id
    assert _bytes(_draw(again, request["seed"])) == _bytes(answer)
    assert verify(answer, again, POLICY, CALENDAR) == ()


@pytest.mark.proves("S5")
@settings(max_examples=100, deadline=None)
@given(ANY_REQUEST)
def test_the_four_lists_part_the_frame(request: Row) -> None:
    answer = _draw(frame_of(request), request["seed"])
    lists = (answer.drawn, answer.reserves, answer.excluded, answer.not_reached)
    listed = [row.case_id for rows in lists for row in rows]

    assert sorted(listed) == sorted(case["id"] for case in request["cases"])


@pytest.mark.proves("S2")
@settings(max_examples=100, deadline=None)
@given(ANY_REQUEST)
def test_nobody_has_two_audits_in_a_month(request: Row) -> None:
    answer = _draw(frame_of(request), request["seed"])
    practitioner_of = {row["id"]: row["practitioner_id"] for row in request["re_audits"]}
    audited = [row.practitioner_id for row in answer.drawn]
    audited += [practitioner_of[row.id] for row in answer.re_audits if row.auditor_id]

    assert len(audited) == len(set(audited))


@pytest.mark.proves("S1", "S8")
@settings(max_examples=100, deadline=None)
@given(ANY_REQUEST)
def test_no_team_has_more_seats_than_eligible_practitioners_and_all_seats_add_up(request: Row) -> None:
    answer = _draw(frame_of(request), request["seed"])

    assert all(0 <= quota.seats <= quota.eligible_practitioners for quota in answer.quotas)
    assert sum(quota.seats for quota in answer.quotas) == answer.size_drawn == len(answer.drawn) <= answer.size_asked


@pytest.mark.proves("S5")
@settings(max_examples=100, deadline=None)
@given(ANY_REQUEST)
def test_a_larger_sample_keeps_every_practitioner_of_a_smaller_one(request: Row) -> None:
    smaller, larger = (_draw(replace(frame_of(request), size=size), request["seed"]) for size in (2, 3))
    people, more = ({row.practitioner_id for row in answer.drawn} for answer in (smaller, larger))

    assert people <= more


@pytest.mark.proves("S5")
@pytest.mark.parametrize("number", range(60))
def test_a_case_more_changes_nobody_elses_ticket_or_case(number: int) -> None:
    """A ticket depends on seed and id alone, so what is added does not shuffle the rest."""
    frame = frame_of(crowded_request(Random(number)))
    fewer = replace(frame, re_audits=(), cases=frame.cases[1:])
    first, second = (_draw(it, "seed") for it in (replace(frame, re_audits=()), fewer))
    added = frame.cases[0].practitioner_id
    cases = [
        {(row.practitioner_id, row.case_id, row.ticket) for row in _in_order(answer) if row.practitioner_id != added}
        for answer in (first, second)
    ]

    assert cases[0] == cases[1]
