"""Draws over HTTP: described, issued, explained case by case, handed out to be replayed, verified (S5)."""

import json
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from rules.canonical_frames import frame_from_text
from rules.draws import draw
from tests import guards
from tests.small_council import CALENDAR, POLICY, found_council

UNKNOWN = "/v1/draws/0199c0de-7a11-7000-8000-000000000001"


@pytest.fixture
def preview(client: TestClient, sessions: sessionmaker[Session]) -> dict[str, Any]:
    with sessions.begin() as session:
        council = found_council(session, date(2026, 9, 28))
        council.case("SECRET-1", "REV-P1", "REV", is_restricted=True)
    answer: dict[str, Any] = client.post("/v1/audit-cycles/2026-10/draws").json()
    return answer


@pytest.mark.proves("S5")
def test_a_draw_tells_its_seed_its_frame_and_how_many_seats_each_team_had(
    client: TestClient, preview: dict[str, Any]
) -> None:
    found = client.get(f"/v1/draws/{preview['id']}").json()

    assert found == preview
    assert (len(found["seed"]), len(found["frame_hash"])) == (64, 64)
    assert sum(quota["seats"] for quota in found["quotas"]) == found["size_drawn"] == 13
    assert found["size_reason"]["rule"] == "S8"


@pytest.mark.proves("S5")
def test_with_the_frame_and_the_seed_anybody_can_draw_again(client: TestClient, preview: dict[str, Any]) -> None:
    text = client.get(f"/v1/draws/{preview['id']}/frame").text
    frame, _ = frame_from_text(text)
    again = draw(frame, preview["seed"], POLICY, CALENDAR)

    assert sha256(text.encode()).hexdigest() == preview["frame_hash"] == again.frame_hash
    drawn = client.get(f"/v1/draws/{preview['id']}/explanation?outcome=drawn&limit=200").json()["items"]
    assert {(row["case_id"], row["auditor_id"], row["order"]) for row in drawn} == {
        (row.case_id, row.auditor_id, row.order) for row in again.drawn
    }


@pytest.mark.proves("S5", "S10")
def test_every_case_is_explained_page_by_page(client: TestClient, preview: dict[str, Any]) -> None:
    explanation = f"/v1/draws/{preview['id']}/explanation"
    seen: list[dict[str, Any]] = []
    url: str | None = f"{explanation}?limit=7"
    while url:
        answer = client.get(url)
        seen += answer.json()["items"]
        url = answer.links["next"]["url"] if "next" in answer.links else None

    assert [row["case_id"] for row in seen] == sorted({row["case_id"] for row in seen})
    assert len(seen) == 31
    assert all(row["reasons"] for row in seen)
    secret = client.get(explanation, params={"case": "SECRET-1"}).json()["items"]
    assert [(row["outcome"], row["reasons"][0]["rule"]) for row in secret] == [("excluded", "S10")]
    reserves = client.get(explanation, params={"outcome": "reserve"}).json()["items"]
    assert {row["outcome"] for row in reserves} == {"reserve"}
    assert all(row["order"] and row["ticket"] for row in reserves)


@pytest.mark.parametrize(
    "query",
    [
        "outcome=chosen",
        "limit=0",
        "limit=201",
        "cursor=%2F%2F",
        "cursor=_w",
        "unknown=1",
        "limit=x",
        "case=%00",
        "cursor=AA",
    ],
)
def test_a_question_that_does_not_fit_is_refused(client: TestClient, preview: dict[str, Any], query: str) -> None:
    assert client.get(f"/v1/draws/{preview['id']}/explanation?{query}").status_code == 422


@pytest.mark.proves("S5")
def test_a_draw_is_issued_once(client: TestClient, preview: dict[str, Any]) -> None:
    first = client.post(f"/v1/draws/{preview['id']}/issue").json()
    again = client.post(f"/v1/draws/{preview['id']}/issue").json()

    assert (first["cycle"], first["already_issued"]) == ("2026-10", False)
    assert again == {**first, "already_issued": True}
    assert client.get(f"/v1/draws/{preview['id']}").json()["state"] == "issued"


@pytest.mark.proves("S5")
def test_an_issued_draw_verifies_and_a_tampered_one_does_not(
    client: TestClient, preview: dict[str, Any], sessions: sessionmaker[Session]
) -> None:
    verify = f"/v1/draws/{preview['id']}/verify"
    client.post(f"/v1/draws/{preview['id']}/issue")

    assert client.get(verify).json() == {
        "is_identical": True,
        "frame_hash": preview["frame_hash"],
        "cases_compared": 31,
        "audits_compared": 13,
        "differences": [],
        "changes_recorded": [],
    }
    with sessions.begin() as session:
        guards.take_off(session.connection())
        session.connection().exec_driver_sql("UPDATE draw_case_outcomes SET place = 99 WHERE outcome = 'drawn'")
        guards.put_back(session.connection())
    found = client.get(verify).json()
    assert (found["is_identical"], len(found["differences"])) == (False, 13)


@pytest.mark.parametrize("path", ["", "/explanation", "/frame", "/verify"])
def test_an_unknown_draw_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(UNKNOWN + path)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_the_frame_holds_no_name_and_no_address(client: TestClient, preview: dict[str, Any]) -> None:
    text = client.get(f"/v1/draws/{preview['id']}/frame").text

    assert "Person " not in text
    assert "@" not in text
    assert set(json.loads(text)["practitioners"][0]) == {"id", "team_id", "last_audited_on", "started_on", "away"}
