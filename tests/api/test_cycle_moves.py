"""Withdrawing, cancelling and reinstating a cycle over HTTP (S9, P2)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from tests.small_council import found_council

OCTOBER = "/v1/audit-cycles/2026-10"
WHY = {"reason": "The extract was last month's."}


@pytest.fixture(autouse=True)
def council(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))


def read(client: TestClient) -> dict[str, str]:
    """The tag of the cycle as it stands."""
    return {"If-Match": client.get(OCTOBER).headers["ETag"]}


@pytest.mark.proves("S9")
def test_a_withdrawn_cycle_is_planned_again_and_keeps_its_draw(client: TestClient) -> None:
    opened = client.post(f"{OCTOBER}/open").json()
    answer = client.post(f"{OCTOBER}/withdraw", json=WHY, headers=read(client))

    cycle = answer.json()
    assert (answer.status_code, cycle["state"], cycle["opened_at"], cycle["draw_id"]) == (200, "planned", None, None)
    (drawn,) = cycle["draws"]
    assert (drawn["id"], drawn["state"], drawn["withdrawn_because"]) == (opened["draw_id"], "withdrawn", WHY["reason"])
    assert cycle["audits"] == {
        "allocated": 0,
        "issued": 0,
        "not_issued": 0,
        "withdrawn": 0,
        "replaced": 0,
        "by_state": {},
    }
    draw = client.get(f"/v1/draws/{drawn['id']}").json()
    assert (draw["state"], draw["withdrawn_by"]) == ("withdrawn", "local administrator")
    assert client.get(f"/v1/draws/{drawn['id']}/verify").json()["is_identical"]
    rows = client.get("/v1/audits", params={"cycle": "2026-10"}).json()["items"]
    assert {row["state"] for row in rows} == {"withdrawn"}
    assert client.post(f"{OCTOBER}/withdraw", json=WHY, headers=read(client)).status_code == 409
    again = client.post(f"{OCTOBER}/open")
    assert (again.status_code, again.json()["rule"]) == (409, "S9")


@pytest.mark.proves("P2")
def test_a_cancelled_cycle_says_why_and_is_planned_again(client: TestClient) -> None:
    because = {"reason": "The director waits for an inspection."}
    cancelled = client.post(f"{OCTOBER}/cancel", json=because, headers=read(client)).json()

    assert (cancelled["state"], cancelled["cancelled_by"]) == ("cancelled", "local administrator")
    assert cancelled["cancelled_because"] == "The director waits for an inspection."
    for move in ("open", "close", "draws"):
        refused = client.post(f"{OCTOBER}/{move}")
        assert (refused.status_code, refused.json()["rule"]) == (409, "P2")
    assert client.get("/v1/audit-cycles").json()["items"][0]["state"] == "cancelled"
    planned = client.post(f"{OCTOBER}/reinstate", json={"reason": "It was put off."}, headers=read(client)).json()
    assert (planned["state"], planned["cancelled_because"]) == ("planned", None)
    assert client.post(f"{OCTOBER}/open").status_code == 200


@pytest.mark.parametrize("move", ["withdraw", "cancel", "reinstate"])
@pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "  "}, {"reason": "x", "force": True}])
def test_each_needs_a_reason_and_nothing_else(client: TestClient, move: str, body: dict[str, Any] | None) -> None:
    assert client.post(f"{OCTOBER}/{move}", json=body, headers=read(client)).status_code == 422


@pytest.mark.proves("P1")
@pytest.mark.parametrize("move", ["withdraw", "cancel", "reinstate"])
def test_a_month_without_a_cycle_is_not_found(client: TestClient, move: str) -> None:
    answer = client.post(f"/v1/audit-cycles/2026-12/{move}", json=WHY, headers={"If-Match": '"0"'})

    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_cycle")


@pytest.mark.parametrize("move", ["withdraw", "cancel", "reinstate"])
def test_each_asks_which_cycle_was_read(client: TestClient, move: str) -> None:
    answer = client.post(f"{OCTOBER}/{move}", json=WHY)
    assert (answer.status_code, answer.json()["code"]) == (428, "needs_if_match")


def test_nobody_withdraws_the_opening_that_another_put_right_meanwhile(client: TestClient) -> None:
    """Two see the wrong opening; one withdraws it, and draws and opens anew before the other says the same."""
    client.post(f"{OCTOBER}/open")
    both_read = read(client)
    assert client.post(f"{OCTOBER}/withdraw", json=WHY, headers=both_read).status_code == 200
    late = client.post(f"{OCTOBER}/withdraw", json=WHY, headers=both_read)
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert "it is planned by now" in late.json()["detail"]


def test_a_draw_that_was_made_since_is_something_decided(client: TestClient) -> None:
    before = read(client)
    assert before == {"If-Match": '"0"'}
    assert client.post(f"{OCTOBER}/draws").status_code == 200
    assert client.post(f"{OCTOBER}/cancel", json=WHY, headers=before).status_code == 412
    answer = client.post(f"{OCTOBER}/cancel", json=WHY, headers=read(client))
    assert (answer.status_code, answer.headers["ETag"]) == (200, f'"{answer.json()["version"]}"')
