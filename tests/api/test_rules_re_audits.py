"""`POST /v1/rules/re-audit` as it was fixed in advance (S7, P7, R1–R4)."""

from typing import Any

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.saves_nothing

ROUTE = "/v1/rules/re-audit"
JANUARY = {"issued_on": "2026-01-30", "grade": "inadequate", "sequence": 0}
SECOND = {"issued_on": "2026-06-30", "grade": "requires_improvement", "sequence": 2, "original_grade": "inadequate"}


@pytest.mark.proves("S7", "P7")
def test_an_inadequate_audit_of_january_is_audited_again_in_april(client: TestClient) -> None:
    optional = {"original_grade": None, "further_re_audit": None, "dispute_open": False}
    answer = client.post(ROUTE, json={**JANUARY, **optional})

    assert answer.status_code == 200
    body = answer.json()
    assert {name: body[name] for name in body if name != "reasons"} == {
        "edition": "waltham_forest_2023",
        "required": True,
        "earliest_on": "2026-02-28",
        "cycle": "2026-04",
        "allocated_on": "2026-04-01",
        "tell": ["head_of_service"],
    }
    assert [reason["rule"] for reason in body["reasons"]] == ["S7", "S7", "P7", "S7", "L7"]


@pytest.mark.proves("R2", "R4")
def test_a_second_re_audit_goes_up_to_the_director_and_no_third_is_due(client: TestClient) -> None:
    body = client.post(ROUTE, json=SECOND).json()

    assert (body["required"], body["earliest_on"], body["cycle"], body["allocated_on"]) == (False, None, None, None)
    assert body["tell"] == ["head_of_service", "principal_social_worker", "assistant_director", "director"]


def test_a_dispute_leaves_the_earliest_day_and_takes_the_cycle(client: TestClient) -> None:
    body = client.post(ROUTE, json={**JANUARY, "dispute_open": True}).json()

    assert (body["required"], body["earliest_on"], body["cycle"], body["allocated_on"]) == (
        *(True, "2026-02-28"),
        *(None, None),
    )


@pytest.mark.parametrize(
    ("asked", "pointers"),
    [
        ({}, ["/grade", "/issued_on", "/sequence"]),
        ({**JANUARY, "sequence": 3}, ["/sequence"]),
        ({**JANUARY, "sequence": -1}, ["/sequence"]),
        ({**JANUARY, "sequence": None}, ["/sequence"]),
        ({**JANUARY, "sequence": "1"}, ["/sequence"]),
        ({**JANUARY, "sequence": True}, ["/sequence"]),
        ({**JANUARY, "sequence": 0.5}, ["/sequence"]),
        ({**JANUARY, "sequence": 1}, ["/original_grade"]),
        ({**SECOND, "original_grade": None}, ["/original_grade"]),
        ({**SECOND, "original_grade": "poor"}, ["/original_grade"]),
        ({**JANUARY, "grade": "poor"}, ["/grade"]),
        ({**JANUARY, "grade": 4}, ["/grade"]),
        ({**JANUARY, "further_re_audit": "no"}, ["/further_re_audit"]),
        ({**JANUARY, "dispute_open": None}, ["/dispute_open"]),
        ({**JANUARY, "dispute_open": 1}, ["/dispute_open"]),
        ({**JANUARY, "issued_on": "2017-12-29"}, ["/issued_on"]),
        ({**JANUARY, "issued_on": "2040-12-14"}, ["/issued_on"]),
        ({**JANUARY, "issued_on": "9999-12-31"}, ["/issued_on"]),
        ({**JANUARY, "issued_on": "2026-02-30"}, ["/issued_on"]),
        ({**JANUARY, "issued_on": 1769731200}, ["/issued_on"]),
        ({**JANUARY, "audit_kind": "ordinary"}, ["/audit_kind"]),
    ],
)
def test_what_cannot_be_asked_is_refused_with_its_place(
    client: TestClient, asked: dict[str, Any], pointers: list[str]
) -> None:
    answer = client.post(ROUTE, json=asked)

    assert answer.status_code == 422
    assert sorted(error["pointer"] for error in answer.json()["errors"]) == pointers


def test_strangers_are_asked_to_sign_in(stranger: TestClient) -> None:
    assert stranger.post(ROUTE, json=JANUARY).status_code == 401
