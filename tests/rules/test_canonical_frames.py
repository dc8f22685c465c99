"""One text and one hash for the same facts, whatever order they came in (S5)."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from rules.canonical_frames import canonical_text, frame_from_text, frame_hash
from rules.draws import draw, verify
from rules.sampling_frames import CarriedOver, Pairing, SamplingFrame, SetAside
from tests.rules.draw_facts import CALENDAR, POLICY, auditor, case, frame, on, practitioner, re_audit

FULL = frame(
    practitioner("zoë", last="2026-05-01"),
    practitioner("ann", started=None, away=True),
    size=2,
    cases=(case("c2", "zoë"), case('"c1"', "ann", last="2026-01-05")),
    auditors=(auditor("y", roles=("senior_manager", "manager"), manages=("zoë", "ann"), is_practitioner="ann"),),
    re_audits=(re_audit("again", "ann", "c2"),),
    carried_over=(CarriedOver("old", "ann", "y"),),
    pairings=(Pairing("y", "zoë", on("2026-05-01")), Pairing("y", "ann", on("2026-05-01"))),
    set_aside=(SetAside("c2", "S10", "Restricted: “no”."),),
)
TEXT = (
    '{"auditors":[{"capacity":5,"id":"y","line_manages":["ann","zoë"],"practitioner_id":"ann",'
    '"roles":["manager","senior_manager"],"service_id":"send","team_ids":[]}],'
    '"carried_over":[{"audit_id":"old","auditor_id":"y","practitioner_id":"ann"}],'
    '"cases":[{"allocated_on":"2024-01-08","id":"\\"c1\\"","involvement_began_on":"2023-11-06",'
    '"last_audited_on":"2026-01-05","practitioner_id":"ann"},'
    '{"allocated_on":"2024-01-08","id":"c2","involvement_began_on":"2023-11-06",'
    '"last_audited_on":null,"practitioner_id":"zoë"}],'
    '"cycle":"2026-10","edition":"some_edition",'
    '"pairings":[{"auditor_id":"y","on":"2026-05-01","practitioner_id":"ann"},'
    '{"auditor_id":"y","on":"2026-05-01","practitioner_id":"zoë"}],'
    '"practitioners":[{"away":true,"id":"ann","last_audited_on":null,"started_on":null,"team_id":"review-a"},'
    '{"away":false,"id":"zoë","last_audited_on":"2026-05-01","started_on":"2025-10-06","team_id":"review-a"}],'
    '"re_audits":[{"case_id":"c2","due_on":"2026-09-20","first_auditor_id":null,"grade":"requires_improvement",'
    '"id":"again","practitioner_id":"ann","previous_issued_on":"2026-08-20","team_id":"review-a"}],'
    '"set_aside":[{"case_id":"c2","rule":"S10","sentence":"Restricted: “no”."}],'
    '"size":2,"teams":[{"id":"review-a","service_id":"review"}]}'
)


@pytest.mark.proves("S5")
def test_the_canonical_text_is_json_without_white_space_in_one_order() -> None:
    assert canonical_text(FULL, "some_edition") == TEXT


@pytest.mark.proves("S5")
def test_the_hash_is_that_of_the_text_in_utf_8() -> None:
    assert frame_hash(FULL, "some_edition") == sha256(TEXT.encode("utf-8")).hexdigest()


@pytest.mark.proves("S5")
def test_a_frame_comes_back_from_its_text() -> None:
    assert frame_from_text(TEXT) == (FULL.in_order(), "some_edition")


@pytest.mark.proves("S5")
@pytest.mark.parametrize(
    "changes",
    [
        {"cycle": "2026-11"},
        {"size": 3},
        {"cases": (replace(FULL.cases[0], allocated_on=on("2024-01-09")), FULL.cases[1])},
        {"practitioners": (replace(FULL.practitioners[0], away=True), FULL.practitioners[1])},
        {"auditors": (replace(FULL.auditors[0], capacity=4),)},
        {"set_aside": ()},
        {"pairings": FULL.pairings[:1]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_any_fact_changed_changes_the_hash(changes: dict[str, Any]) -> None:
    assert frame_hash(replace(FULL, **changes), "some_edition") != frame_hash(FULL, "some_edition")


@pytest.mark.proves("S5")
def test_another_edition_changes_the_hash_and_the_seed_does_not() -> None:
    assert frame_hash(FULL, "another") != frame_hash(FULL, "some_edition")
    assert draw(FULL, "one", POLICY, CALENDAR).frame_hash == draw(FULL, "two", POLICY, CALENDAR).frame_hash


@pytest.mark.proves("S5")
def test_a_long_list_is_written_as_one() -> None:
    people = [practitioner(f"p{number:05}") for number in range(12_001)]
    many = SamplingFrame("2026-10", 1, FULL.teams, tuple(reversed(people)))

    assert frame_from_text(canonical_text(many, "e"))[0].practitioners == tuple(people)


@pytest.mark.proves("S5")
def test_verifying_draws_again_and_says_what_differs() -> None:
    answer = draw(FULL, "seed", POLICY, CALENDAR)
    steered = replace(answer, size_drawn=answer.size_drawn + 1, seed="seed")

    assert verify(answer, FULL, POLICY, CALENDAR) == ()
    assert len(verify(steered, FULL, POLICY, CALENDAR)) == 1
    assert "size_drawn" in verify(steered, FULL, POLICY, CALENDAR)[0]
    assert "frame_hash" in verify(answer, replace(FULL, set_aside=()), POLICY, CALENDAR)[0]
