"""A certificate accepts an assignment exactly when it is allowed and optimal, whoever made it."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.certificates import check_certificate
from rules.draw_answers import AuditorPrice, Draw, Objective
from rules.draws import draw
from rules.policy.load import load_edition
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from tests.properties.naive_draw import Audit, Row, held_over_and_due, may, objective
from tests.properties.small_frames import crowded_request, frame_of

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def _faults(answer: Draw, frame: SamplingFrame) -> tuple[str, ...]:
    return check_certificate(answer, frame, POLICY, CALENDAR)


def _given(request: Row, answer: Draw) -> tuple[list[Audit], list[str | None], list[str]]:
    """The audits of an answer, their first auditors, and who got them."""
    auditor_of = {row.id: row.auditor_id for row in answer.re_audits}
    due = [row for row in held_over_and_due(request)[1] if auditor_of[row["id"]] is not None]
    audits = [(row["practitioner_id"], row["team_id"], True, row["case_id"]) for row in due]
    audits += [(row.practitioner_id, row.team_id, False, row.case_id) for row in answer.drawn]
    first = [*(row["first_auditor_id"] for row in due), *(None for _ in answer.drawn)]
    return audits, first, [*(str(auditor_of[row["id"]]) for row in due), *(row.auditor_id for row in answer.drawn)]


def _is_allowed(request: Row, answer: Draw) -> bool:
    """By the naive words: everybody may do what they got and has room for it."""
    auditors = {row["id"]: row for row in request["auditors"]}
    audits, _, given_to = _given(request, answer)
    may_all = all(may(request, auditors[who], audit) for who, audit in zip(given_to, audits, strict=True))
    return may_all and all(given_to.count(who) <= auditors[who]["capacity"] for who in given_to)


@pytest.mark.proves("A3")
@pytest.mark.parametrize("number", range(200))
def test_every_draw_comes_with_a_certificate_that_holds(number: int) -> None:
    request = crowded_request(Random(number))
    frame = frame_of(request)

    assert _faults(draw(frame, request["seed"], POLICY, CALENDAR), frame) == ()


def _few_places_of(rows: list[Any]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=2) if rows else st.just([])


@pytest.mark.proves("A3")
@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000), st.data())
def test_another_assignment_is_accepted_only_if_it_is_as_good(number: int, data: st.DataObject) -> None:
    request = crowded_request(Random(number))
    frame = frame_of(request)
    answer = draw(frame, request["seed"], POLICY, CALENDAR)
    tampered = list(answer.drawn)
    for place in data.draw(_few_places_of(tampered)):
        other = data.draw(st.sampled_from([row["id"] for row in request["auditors"]]))
        tampered[place] = replace(tampered[place], auditor_id=other)
    changed = replace(answer, drawn=tuple(tampered))
    # Whoever tampers states what the new assignment really comes to.
    changed = replace(changed, objective=Objective(*objective(request, *_given(request, changed))))
    is_as_good = _is_allowed(request, changed) and changed.objective == answer.objective

    assert (_faults(changed, frame) == ()) == is_as_good


def _change(answer: Draw, what: str) -> Draw:
    certificate = answer.certificate
    changes: dict[str, Any] = {
        "a better objective": {"objective": replace(answer.objective, load=answer.objective.load - 1)},
        "a price too many": {
            "certificate": replace(certificate, prices=(*certificate.prices, AuditorPrice("nobody", 1)))
        },
        "weights that let repeats outweigh load": {
            "certificate": replace(
                certificate,
                weights=Objective(6, 3, 1),
                prices=tuple(AuditorPrice(row.auditor_id, 6) for row in certificate.prices),
            )
        },
        "an auditor that nobody knows": {"drawn": (replace(answer.drawn[0], auditor_id="nobody"), *answer.drawn[1:])},
        "a team that nobody knows": {"drawn": (replace(answer.drawn[0], team_id="nobody"), *answer.drawn[1:])},
        "everybody exhausted": {
            "certificate": replace(certificate, exhausted=tuple(row.auditor_id for row in certificate.prices))
        },
        "a size that was not reached": {"size_asked": answer.size_drawn + 1},
        "a price out of all bounds": {
            "certificate": replace(
                certificate,
                prices=(replace(certificate.prices[0], price=10**9), *certificate.prices[1:]),
            )
        },
    }
    return replace(answer, **changes[what])


@pytest.mark.proves("A3")
@pytest.mark.parametrize(
    "what",
    [
        "a better objective",
        "a price too many",
        "weights that let repeats outweigh load",
        "an auditor that nobody knows",
        "a team that nobody knows",
        "everybody exhausted",
        "a size that was not reached",
        "a price out of all bounds",
    ],
)
def test_a_certificate_that_was_changed_is_refused(what: str) -> None:
    request: Row = {
        "cycle": "2026-10",
        "size": 2,
        "teams": [{"id": "review-a", "service_id": "review"}],
        "practitioners": [
            {"id": name, "team_id": "review-a", "last_audited_on": None, "started_on": None, "away": False}
            for name in ("ann", "ben", "cem")
        ],
        "cases": [
            {
                "id": f"case of {name}",
                "practitioner_id": name,
                "allocated_on": "2026-01-05",
                "involvement_began_on": "2026-01-05",
                "last_audited_on": None,
            }
            for name in ("ann", "ben", "cem")
        ],
        "auditors": [
            {
                "id": name,
                "service_id": "send",
                "roles": [],
                "team_ids": [],
                "practitioner_id": None,
                "line_manages": [],
                "capacity": 3,
            }
            for name in ("xena", "yuri")
        ],
        **{name: [] for name in ("re_audits", "carried_over", "pairings", "set_aside")},
    }
    frame = frame_of(request)
    answer = draw(frame, "seed", POLICY, CALENDAR)

    assert _faults(answer, frame) == ()
    assert _faults(_change(answer, what), frame) != ()
