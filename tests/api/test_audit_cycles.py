"""A cycle over HTTP: preview, opening, close; twice, too early, in August (P1, P3, S5)."""

import json
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.audits import Audit
from db.tables.draws import Draw
from tests.small_council import found_council

OCTOBER = "/v1/audit-cycles/2026-10"


@pytest.fixture(autouse=True)
def council(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))


def number_of(sessions: sessionmaker[Session], table: type[Audit] | type[Draw]) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.proves("P3", "S5")
def test_an_opened_cycle_tells_audits_by_team_load_and_shortfalls(client: TestClient) -> None:
    answer = client.post(f"{OCTOBER}/open")

    cycle = answer.json()
    assert answer.status_code == 200
    assert (cycle["state"], cycle["kind"], cycle["already_open"]) == ("open", "ordinary", False)
    assert cycle["audits"] == {
        "allocated": 13,
        "issued": 0,
        "not_issued": 13,
        "withdrawn": 0,
        "replaced": 0,
        "by_state": {"allocated": 13},
    }
    assert sum(team["audits"] for team in cycle["teams"]) == 13
    assert {team["team"] for team in cycle["teams"]} == {"MASH", "CART", "HART", "REV", "SEN"}
    assert cycle["load"] == {"available": 13, "with_audits": 13, "least": 1, "most": 1}
    assert all(shortfall["rule"] and shortfall["sentence"] for shortfall in cycle["shortfalls"])
    assert client.get(OCTOBER).json() == {key: value for key, value in cycle.items() if key != "already_open"}


def test_opened_again_the_answer_is_the_same_and_says_that_it_was_open(client: TestClient) -> None:
    first = client.post(f"{OCTOBER}/open").json()
    again = client.post(f"{OCTOBER}/open").json()

    assert again == {**first, "already_open": True}


def test_the_same_request_at_once_and_later_has_one_effect(client: TestClient, sessions: sessionmaker[Session]) -> None:
    answers: list[Any] = []

    def post(headers: dict[str, str]) -> None:
        answers.append(client.post(f"{OCTOBER}/open", headers=headers))

    headers: list[dict[str, str]] = [{}, {}, {"Idempotency-Key": "one"}, {"Idempotency-Key": "one"}]
    threads = [threading.Thread(target=post, args=(each,)) for each in headers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post({"Idempotency-Key": "one"})

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["draw_id"] for answer in answers}) == 1
    assert (number_of(sessions, Draw), number_of(sessions, Audit)) == (1, 13)


@pytest.mark.proves("P1")
@pytest.mark.parametrize("path", ["", "/open", "/close", "/draws"])
def test_in_august_there_is_no_cycle_and_the_next_is_named(client: TestClient, path: str) -> None:
    url = f"/v1/audit-cycles/2026-08{path}"
    answer = client.post(url) if path else client.get(url)

    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["rule"], problem["clause"]) == (
        404,
        "no_such_cycle",
        "P1",
        "3",
    )
    assert "The next cycle is '2026-09'" in problem["detail"]


def test_what_is_no_month_is_refused_with_the_way_to_write_one(client: TestClient) -> None:
    answer = client.post("/v1/audit-cycles/2026-13/open")

    assert (answer.status_code, answer.json()["errors"][0]["value"]) == (422, "2026-13")


@pytest.mark.proves("P3")
def test_before_its_day_force_and_a_reason_are_needed(client: TestClient) -> None:
    november = "/v1/audit-cycles/2026-11/open"
    refusals = [
        client.post(november),
        client.post(november, json={"force": True}),
        client.post(november, json={"reason": "Because."}),
    ]

    assert {(answer.status_code, answer.json()["rule"]) for answer in refusals} == {(409, "P3")}
    opened = client.post(november, json={"force": True, "reason": "The office is closed on Monday."})
    assert (opened.status_code, opened.json()["opened_because"]) == (200, "The office is closed on Monday.")


@pytest.mark.parametrize("body", [{"forced": True}, {"force": "perhaps"}, {"reason": ""}, {"reason": 7}, [], "text"])
def test_a_body_that_does_not_fit_is_refused_and_opens_nothing(
    client: TestClient, sessions: sessionmaker[Session], body: Any
) -> None:
    assert client.post(f"{OCTOBER}/open", json=body).status_code == 422
    assert number_of(sessions, Audit) == 0


@pytest.mark.parametrize("reason", ["\x00", "half \ud800 a character", "x" * 1001])
def test_a_reason_that_cannot_be_kept_is_refused_and_opens_nothing(
    client: TestClient, sessions: sessionmaker[Session], reason: str
) -> None:
    body = json.dumps({"force": True, "reason": reason})
    answer = client.post("/v1/audit-cycles/2026-11/open", content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert number_of(sessions, Audit) == 0


@pytest.mark.proves("S5")
def test_a_preview_is_what_the_opening_issues(client: TestClient, sessions: sessionmaker[Session]) -> None:
    preview = client.post(f"{OCTOBER}/draws").json()
    again = client.post(f"{OCTOBER}/draws", json={"reason": "I want another one."}).json()

    assert (preview["state"], preview["outcomes"]["drawn"], number_of(sessions, Audit)) == ("preview", 13, 0)
    assert again == preview
    assert client.post(f"{OCTOBER}/open").json()["draw_id"] == preview["id"]
    refused = client.post(f"{OCTOBER}/draws")
    assert (refused.status_code, refused.json()["rule"]) == (409, "S5")


@pytest.mark.proves("C1", "caseload.oldest_extract_at_opening")
@pytest.mark.parametrize("today", [date(2026, 10, 20)])
def test_an_old_extract_is_refused_with_the_way_out(client: TestClient) -> None:
    answer = client.post(f"{OCTOBER}/open")

    assert (answer.status_code, answer.json()["rule"]) == (409, "C1")
    assert "import a newer one" in answer.json()["detail"]


@pytest.mark.proves("P3")
def test_a_cycle_is_closed_early_only_with_a_reason(client: TestClient) -> None:
    client.post(f"{OCTOBER}/open")

    assert client.post(f"{OCTOBER}/close").status_code == 409
    closed = client.post(f"{OCTOBER}/close", json={"force": True, "reason": "A wrong extract."}).json()
    assert (closed["state"], closed["closed_because"]) == ("closed", "A wrong extract.")
    assert closed["figures_at_close"] == closed["audits"]


def test_cycles_are_listed_the_newest_first_in_pages(client: TestClient) -> None:
    for month in ("2026-10", "2027-02", "2026-11"):
        client.post(f"/v1/audit-cycles/{month}/draws")
    first = client.get("/v1/audit-cycles?limit=2").json()
    rest = client.get("/v1/audit-cycles", params={"limit": 2, "cursor": first["next"]}).json()

    assert [item["cycle"] for item in [*first["items"], *rest["items"]]] == ["2027-02", "2026-11", "2026-10"]
    assert rest["next"] is None


def test_a_cycle_that_is_only_planned_tells_its_days(client: TestClient) -> None:
    cycle = client.get("/v1/audit-cycles/2027-03").json()

    assert (cycle["state"], cycle["opens_on"], cycle["moderation"]) == ("planned", "2027-03-01", True)
    assert (cycle["draw_id"], cycle["load"], cycle["teams"]) == (None, None, [])


@pytest.mark.parametrize("path", ["", "/2026-10"])
def test_a_stranger_sees_no_cycle(stranger: TestClient, path: str) -> None:
    assert stranger.get(f"/v1/audit-cycles{path}").status_code == 401
