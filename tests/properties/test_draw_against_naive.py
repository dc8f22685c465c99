"""The draw and its naive twin, written straight from the published words, agree on any small frame."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from rules.draw_answers import Draw, as_plain
from rules.draws import draw
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from tests.properties.naive_draw import Audit, Row, held_over_and_due, may, naive_draw, objective
from tests.properties.small_frames import crowded_request, frame_of, requests

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def _comparable(answer: Draw) -> dict[str, Any]:
    plain = as_plain(answer)
    return {
        "size_drawn": plain["size_drawn"],
        "drawn": [
            tuple(
                row[name]
                for name in ("case_id", "practitioner_id", "team_id", "order", "ticket", "window_from", "window_to")
            )
            for row in plain["drawn"]
        ],
        "reserves": [tuple(row.values()) for row in plain["reserves"]],
        "excluded": [(row["case_id"], row["rule"]) for row in plain["excluded"]],
        "not_reached": [row["case_id"] for row in plain["not_reached"]],
        "quotas": [tuple(row.values()) for row in plain["quotas"]],
        "re_audits": [
            (row["id"], row["auditor_id"] is not None, row["held_over"], row["window_from"], row["window_to"])
            for row in plain["re_audits"]
        ],
        "shortfalls": [row["rule"] for row in plain["shortfalls"]],
        "objective": tuple(plain["objective"].values()),
    }


def _given(request: Row, answer: Draw) -> tuple[list[Audit], list[str | None], list[str]]:
    """What the answer gave to whom: audits, their first auditors, their auditors."""
    auditor_of = {row.id: row.auditor_id for row in answer.re_audits}
    _, due = held_over_and_due(request)
    audits, first, given_to = [], [], []
    for row in due:
        auditor_id = auditor_of[row["id"]]
        if auditor_id is not None:
            audits.append((row["practitioner_id"], row["team_id"], True, row["case_id"]))
            first.append(row["first_auditor_id"])
            given_to.append(auditor_id)
    for drawn in answer.drawn:
        audits.append((drawn.practitioner_id, drawn.team_id, False, drawn.case_id))
        first.append(None)
        given_to.append(drawn.auditor_id)
    return audits, first, given_to


@pytest.mark.proves("S1", "S2", "S3", "S4", "S5", "S6", "S9", "S10", "A1", "A2", "A3", "P5", "P7")
@settings(max_examples=120, deadline=None)
@given(requests())
def test_the_draw_is_what_its_published_words_say(request: Row) -> None:
    answer = draw(frame_of(request), request["seed"], POLICY, CALENDAR)

    assert _comparable(answer) == naive_draw(request)


@pytest.mark.proves("S1", "S2", "S3", "S4", "A1", "A2", "A3", "P5", "P6")
@pytest.mark.parametrize("number", range(200))
def test_the_draw_is_what_its_published_words_say_where_auditors_are_scarce(number: int) -> None:
    request = crowded_request(Random(number))
    answer = draw(frame_of(request), request["seed"], POLICY, CALENDAR)

    assert _comparable(answer) == naive_draw(request)


@pytest.mark.proves("A1", "A2", "A3", "S10")
@pytest.mark.parametrize("number", range(200))
def test_every_auditor_may_do_what_they_are_given_and_has_room_for_it(number: int) -> None:
    request = crowded_request(Random(number))
    answer = draw(frame_of(request), request["seed"], POLICY, CALENDAR)
    audits, first, given_to = _given(request, answer)
    auditors = {row["id"]: row for row in request["auditors"]}

    assert all(may(request, auditors[who], audit) for who, audit in zip(given_to, audits, strict=True))
    assert all(given_to.count(who) <= auditors[who]["capacity"] for who in given_to)
    assert objective(request, audits, first, given_to) == tuple(as_plain(answer.objective).values())
