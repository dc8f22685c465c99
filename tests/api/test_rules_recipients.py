"""`/v1/rules/recipients` as it was fixed in advance (section 9)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from rules.matrix import NoticeEvent

pytestmark = pytest.mark.saves_nothing

ROUTE = "/v1/rules/recipients"
ISSUED_TO = ["practitioner", "line_manager", "team_manager"]


def roles(client: TestClient, event: str, **facts: Any) -> list[str]:
    answer = client.post(ROUTE, json={"event": event, "facts": facts})
    assert answer.status_code == 200, answer.text
    return [row["role"] for row in answer.json()["roles"]]


def test_every_event_is_listed_with_the_facts_that_decide(client: TestClient) -> None:
    body = client.get(ROUTE).json()

    assert set(body) == {"edition", "events"}
    found = {row["event"]: row for row in body["events"]}
    assert list(found) == [event.value for event in NoticeEvent]
    assert found["audit_issued"]["facts"] == ["audit_kind", "sequence", "grade"]
    assert found["allocation"]["facts"] == []
    assert (found["dispute_step"]["facts"], found["dispute_step"]["stages"]) == (
        ["stage"],
        ["D1", "D2", "D3", "D4", "D5", "D6"],
    )


@pytest.mark.proves("L7", "R1", "R3", "R4")
@pytest.mark.parametrize(
    ("facts", "more"),
    [
        ({"audit_kind": "ordinary", "sequence": 0, "grade": "good"}, []),
        ({"audit_kind": "themed", "grade": "inadequate"}, ["head_of_service"]),
        ({"sequence": 1, "grade": "good"}, ["head_of_service"]),
        ({"sequence": 1, "grade": "inadequate"}, ["head_of_service", "principal_social_worker"]),
        (
            {"audit_kind": "re_audit", "sequence": 2, "grade": "requires_improvement"},
            ["head_of_service", "principal_social_worker", "assistant_director", "director"],
        ),
        ({"audit_kind": "ordinary", "grade": None}, []),
    ],
)
def test_who_is_told_of_a_report_follows_from_grade_and_sequence(
    client: TestClient, facts: dict[str, Any], more: list[str]
) -> None:
    assert roles(client, "audit_issued", **facts) == [*ISSUED_TO, *more, "audit_team"]


@pytest.mark.proves("A5", "L12")
def test_each_role_has_one_row_with_its_channel_its_side_and_its_reasons(client: TestClient) -> None:
    told = client.post(ROUTE, json={"event": "allocation"}).json()["roles"]
    rows = {row["role"]: row for row in told}

    assert [row["role"] for row in told] == [
        *("practitioner", "auditor", "line_manager", "team_manager", "head_of_service", "audit_team"),
    ]
    assert rows["line_manager"]["over"] == ["practitioner", "auditor"]
    assert len(rows["line_manager"]["reasons"]) == 2
    assert set(rows["auditor"]) == {"role", "channel", "over", "reasons"}
    assert rows["auditor"]["reasons"][0] == {
        "rule": "A5",
        "clause": "3",
        "sentence": "The auditor is told of an allocation.",
    }
    unfinished = client.post(ROUTE, json={"event": "not_issued_at_close", "facts": {}}).json()["roles"]
    channels = {row["role"]: row["channel"] for row in unfinished}
    assert channels["assistant_director"] == "spreadsheet"
    assert channels["head_of_service"] == "message"


def test_another_edition_answers_when_it_is_named(client: TestClient) -> None:
    assert client.post(f"{ROUTE}?edition=waltham_forest_2023", json={"event": "allocation"}).status_code == 200
    assert client.get(f"{ROUTE}?edition=nowhere").status_code == 422


@pytest.mark.parametrize(
    ("asked", "pointers"),
    [
        ({}, ["/event"]),
        ({"event": "gossip"}, ["/event"]),
        ({"event": "audit_issued"}, ["/facts/grade", "/facts/sequence"]),
        ({"event": "audit_issued", "facts": {"audit_kind": "re_audit", "grade": "good"}}, ["/facts/sequence"]),
        ({"event": "meeting_moved", "facts": {"sequence": 0, "audit_kind": "re_audit"}}, ["/facts/sequence"]),
        ({"event": "meeting_moved", "facts": {"sequence": 1, "audit_kind": "themed"}}, ["/facts/sequence"]),
        ({"event": "audit_issued", "facts": {"sequence": 0, "grade": "poor"}}, ["/facts/grade"]),
        ({"event": "audit_issued", "facts": {"sequence": -1, "grade": "good"}}, ["/facts/sequence"]),
        ({"event": "audit_issued", "facts": {"sequence": "1", "grade": "good"}}, ["/facts/sequence"]),
        ({"event": "allocation", "facts": {"grade": "poor"}}, ["/facts/grade"]),
        ({"event": "allocation", "facts": {"stage": "D1"}}, ["/facts/stage"]),
        ({"event": "allocation", "facts": {"score": 1}}, ["/facts/score"]),
        ({"event": "dispute_step"}, ["/facts/stage"]),
        ({"event": "dispute_step", "facts": {"stage": "D7"}}, ["/facts/stage"]),
        ({"event": "allocation", "facts": None}, ["/facts"]),
        ({"event": "allocation", "team": "CART"}, ["/team"]),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_its_place(
    client: TestClient, asked: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(ROUTE, json=asked)

    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == pointers


def test_strangers_are_asked_to_sign_in(stranger: TestClient) -> None:
    assert stranger.get(ROUTE).status_code == 401
    assert stranger.post(ROUTE, json={"event": "allocation"}).status_code == 401
