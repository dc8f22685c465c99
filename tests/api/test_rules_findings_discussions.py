"""`POST /v1/rules/findings-discussion` as it was fixed in advance (L10)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.saves_nothing

ROUTE = "/v1/rules/findings-discussion"
INADEQUATE = {"received_on": "2026-04-02", "audit_kind": "ordinary", "grade": "inadequate"}
SECOND = {
    "received_on": "2026-04-02",
    "audit_kind": "re_audit",
    "grade": "requires_improvement",
    "original_grade": "inadequate",
    "previous_grade": "requires_improvement",
}


@pytest.mark.proves("L10")
def test_an_inadequate_audit_is_due_within_five_working_days_over_easter(client: TestClient) -> None:
    answer = client.post(ROUTE, json={**INADEQUATE, "original_grade": None, "previous_grade": None})

    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in body if name != "reasons"} == {
        "edition": "waltham_forest_2023",
        "due_on": "2026-04-13",
        "within": "5 working days",
        "smart_actions_required": True,
        "acknowledge_achievement": False,
        "owed_by": ["team_manager", "practitioner"],
    }
    assert set(body["reasons"][0]) == {"rule", "clause", "sentence"}
    assert (body["reasons"][0]["rule"], body["reasons"][0]["clause"]) == ("L10", "3.13")
    assert "skipping Good Friday and Easter Monday" in body["reasons"][1]["sentence"]


@pytest.mark.proves("L10")
def test_a_second_re_audit_is_held_against_the_one_before_it_too(client: TestClient) -> None:
    second = client.post(ROUTE, json=SECOND).json()
    first = client.post(ROUTE, json={**SECOND, "previous_grade": None}).json()

    assert (second["within"], second["smart_actions_required"]) == ("5 working days", True)
    assert (first["within"], first["smart_actions_required"]) == ("10 working days", False)
    assert first["reasons"][0]["clause"] == "App A"


@pytest.mark.parametrize(
    ("asked", "pointers"),
    [
        ({}, ["/received_on", "/audit_kind", "/grade"]),
        ({**INADEQUATE, "grade": None}, ["/grade"]),
        ({**INADEQUATE, "grade": "splendid"}, ["/grade"]),
        ({**INADEQUATE, "grade": "Inadequate"}, ["/grade"]),
        ({**INADEQUATE, "audit_kind": "second"}, ["/audit_kind"]),
        ({**INADEQUATE, "original_grade": "good"}, ["/original_grade"]),
        ({**INADEQUATE, "previous_grade": "good"}, ["/previous_grade"]),
        ({**SECOND, "original_grade": None}, ["/original_grade"]),
        ({**SECOND, "original_grade": "", "previous_grade": 3}, ["/original_grade", "/previous_grade"]),
        ({**INADEQUATE, "received_on": "2026-04-31"}, ["/received_on"]),
        ({**INADEQUATE, "received_on": "2041-01-02"}, ["/received_on"]),
        ({**INADEQUATE, "received_on": "2017-12-29"}, ["/received_on"]),
        ({**INADEQUATE, "received_on": "2040-12-31"}, ["/received_on"]),
        ({**INADEQUATE, "received_on": 1775088000}, ["/received_on"]),
        ({**INADEQUATE, "score": 5}, ["/score"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    client: TestClient, asked: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(ROUTE, json=asked)

    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == sorted(pointers)


def test_an_unknown_edition_and_a_stranger_are_refused(client: TestClient, stranger: TestClient) -> None:
    assert client.post(f"{ROUTE}?edition=../../etc", json=INADEQUATE).status_code == 422
    assert client.post(f"{ROUTE}?editions=x", json=INADEQUATE).status_code == 422
    assert stranger.post(ROUTE, json=INADEQUATE).status_code == 401


def test_an_idempotency_key_changes_nothing(client: TestClient) -> None:
    key = {"Idempotency-Key": "the-same-key"}

    assert client.post(ROUTE, json=INADEQUATE, headers=key).status_code == 200
    assert client.post(ROUTE, json=SECOND, headers=key).json()["within"] == "5 working days"
