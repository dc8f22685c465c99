"""Withdrawing, replacing and handing over an audit over HTTP: what is refused, one effect a request (S9, A4)."""

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.audits import AuditorChange
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment
from tests.small_council import found_council

FIRST = {"If-Match": '"1"'}
CLOSED = {"reason": "case_closed", "note": "Seen in the record."}


@pytest.fixture(autouse=True)
def council(client: TestClient, sessions: sessionmaker[Session]) -> None:
    """An open cycle with reserves in every team, and auditors with room for one more."""
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28), practitioners_per_team=6)
    client.post("/v1/audit-cycles/2026-10/open")
    with sessions.begin() as session:
        for appointment in session.scalars(select(AuditorAppointment)):
            appointment.capacity = 2


def an_audit(client: TestClient, of: str = "review") -> dict[str, Any]:
    """An audit whose auditor audits for that service."""
    rows = client.get("/v1/audits", params={"limit": 200, "state": "allocated"}).json()["items"]
    row = next(row for row in rows if row["auditor"].startswith(of))
    audit: dict[str, Any] = client.get(f"/v1/audits/{row['id']}").json()
    return audit


def suggested(client: TestClient, audit: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/v1/audits/{audit['id']}/auditor-suggestions").json()["suggested"]
    return found


@pytest.mark.proves("S9")
def test_a_withdrawn_audit_says_when_by_whom_and_why_and_its_clocks_end(client: TestClient) -> None:
    audit = an_audit(client)
    answer = client.post(f"/v1/audits/{audit['id']}/withdraw", json=CLOSED, headers=FIRST)

    told = answer.json()
    assert (answer.status_code, answer.headers["ETag"], told["replacement"]) == (200, '"2"', None)
    withdrawn = told["audit"]
    assert (withdrawn["state"], withdrawn["withdrawn_because"], withdrawn["version"]) == ("withdrawn", "case_closed", 2)
    assert withdrawn["withdrawn_by"] == "local administrator"
    assert {clock["state"] for clock in withdrawn["deadlines"]} == {"withdrawn"}
    assert all("Owed no more" in clock["withdrawn_because"] for clock in withdrawn["deadlines"])
    assert client.get(f"/v1/audits/{audit['id']}").json() == withdrawn


@pytest.mark.proves("S9", "S5")
def test_a_replacement_is_told_with_the_audit_with_the_draw_and_with_the_cycle(client: TestClient) -> None:
    audit = an_audit(client)
    told = client.post(f"/v1/audits/{audit['id']}/replace", json=CLOSED, headers=FIRST).json()

    made = told["replacement"]
    assert (told["audit"]["replaced_by"], made["replaces"]) == (made["reference"], audit["reference"])
    assert (made["report_due_on"], made["state"]) == (audit["report_due_on"], "allocated")
    explained = client.get(f"/v1/draws/{audit['draw_id']}/explanation", params={"case": audit["case_reference"]})
    (case,) = explained.json()["items"]
    assert (case["outcome"], case["audit"]["state"], case["audit"]["replaced_by"]) == (
        "drawn",
        "withdrawn",
        made["reference"],
    )
    reserve = client.get(f"/v1/draws/{audit['draw_id']}/explanation", params={"case": made["case_reference"]})
    assert reserve.json()["items"][0]["audit"]["replaces"] == audit["reference"]
    figures = client.get("/v1/audit-cycles/2026-10").json()["audits"]
    assert (figures["withdrawn"], figures["replaced"], figures["allocated"]) == (1, 1, 13)
    assert client.get(f"/v1/draws/{audit['draw_id']}/verify").json()["is_identical"]


@pytest.mark.proves("A4")
def test_suggestions_are_ranked_and_the_best_takes_over(client: TestClient) -> None:
    audit = an_audit(client)
    best, *others = suggested(client, audit)
    answer = client.post(
        f"/v1/audits/{audit['id']}/auditor", json={"auditor_id": best["id"], "reason": "sickness"}, headers=FIRST
    )

    assert {it["service_id"] for it in (best, *others)} == {"review"}
    changed = answer.json()["audit"]
    assert (answer.status_code, changed["auditor"], answer.headers["ETag"]) == (200, best["reference"], '"2"')
    (change,) = changed["auditor_changes"]
    assert (change["earlier"], change["later"], change["because"]) == (audit["auditor"], best["reference"], "sickness")
    assert [clock["due_on"] for clock in changed["deadlines"]] == [clock["due_on"] for clock in audit["deadlines"]]
    assert {clock["owed_by_id"] for clock in changed["deadlines"]} == {best["id"]}


@pytest.mark.parametrize("move", ["withdraw", "replace", "auditor"])
def test_a_move_needs_the_version_that_was_read(client: TestClient, move: str) -> None:
    audit = an_audit(client)
    body = CLOSED if move != "auditor" else {"auditor_id": suggested(client, audit)[0]["id"], "reason": "leave"}
    url = f"/v1/audits/{audit['id']}/{move}"

    assert client.post(url, json=body).status_code == 428
    assert client.post(url, json=body, headers=FIRST).status_code == 200
    stale = client.post(url, json=body, headers=FIRST)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert "changed since it was read" in stale.json()["detail"]


@pytest.mark.proves("S9", "A4")
@pytest.mark.parametrize(
    ("move", "body", "status", "words"),
    [
        ("withdraw", {"reason": "no_time"}, 422, "give one of case_closed"),
        ("replace", {"reason": ""}, 422, "give 1 or more characters"),
        ("withdraw", {"reason": "case_closed", "notes": "x"}, 422, "notes"),
        ("withdraw", {"reason": "case_closed", "note": "one\ntwo"}, 422, "line break"),
        ("auditor", {"auditor_id": "somebody", "reason": "leave"}, 422, "auditor_id"),
        ("auditor", {"auditor_id": "0199c0de-7a11-7000-8000-000000000001", "reason": "leave"}, 422, "no person"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    client: TestClient, move: str, body: dict[str, Any], status: int, words: str
) -> None:
    audit = an_audit(client)
    refused = client.post(f"/v1/audits/{audit['id']}/{move}", json=body, headers=FIRST)

    assert refused.status_code == status
    assert words in refused.text
    assert client.get(f"/v1/audits/{audit['id']}").json() == audit


@pytest.mark.proves("A4")
def test_beyond_the_service_area_only_with_a_note_and_when_nobody_of_it_can(client: TestClient) -> None:
    audit = an_audit(client)
    url = f"/v1/audits/{audit['id']}/auditor"
    rows = client.get("/v1/audits", params={"limit": 200}).json()["items"]
    outsider = next(row["auditor"] for row in rows if row["auditor"].startswith("care_and_support"))
    person = client.get("/v1/people", params={"reference": outsider}).json()["items"][0]["id"]
    asked = {"auditor_id": person, "reason": "leave"}

    answers = [
        client.post(url, json={**asked, **more}, headers=FIRST)
        for more in ({}, {"beyond_service_area": True}, {"beyond_service_area": True, "note": "None."})
    ]
    assert [answer.status_code for answer in answers] == [409, 422, 409]
    assert [answer.json()["rule"] for answer in answers] == ["A4", "A4", "A4"]
    wider = client.get(f"/v1/audits/{audit['id']}/auditor-suggestions", params={"beyond_service_area": True})
    assert (wider.status_code, wider.json()["rule"]) == (409, "A4")


def test_the_same_request_again_has_one_effect_and_one_answer(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    audit = an_audit(client)
    url, headers = f"/v1/audits/{audit['id']}/replace", {**FIRST, "Idempotency-Key": "once"}
    answers = [client.post(url, json=CLOSED, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert client.get("/v1/audit-cycles/2026-10").json()["audits"]["replaced"] == 1
    with sessions() as session:
        keys = session.scalars(select(Notice.idempotency_key).where(Notice.event == "audit_replaced")).all()
    assert len(keys) == len(set(keys)) == 4


@pytest.mark.proves("S9", "A4")
def test_of_two_moves_at_once_one_wins_and_the_other_hears_what_changed(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    audit = an_audit(client)
    to = suggested(client, audit)[0]["id"]
    answers: list[Any] = []

    def post(move: str, body: dict[str, Any]) -> None:
        answers.append(client.post(f"/v1/audits/{audit['id']}/{move}", json=body, headers=FIRST))

    moves = [("withdraw", CLOSED), ("auditor", {"auditor_id": to, "reason": "leave"})]
    threads = [threading.Thread(target=post, args=move) for move in moves]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answer.status_code for answer in answers) == [200, 412]
    with sessions() as session:
        changes = session.scalar(select(func.count()).select_from(AuditorChange)) or 0
    state = client.get(f"/v1/audits/{audit['id']}").json()["state"]
    assert (state, changes) in {("withdrawn", 0), ("allocated", 1)}


def test_an_unknown_audit_is_not_found(client: TestClient) -> None:
    url = "/v1/audits/0199c0de-7a11-7000-8000-000000000001"

    assert client.post(f"{url}/withdraw", json=CLOSED, headers=FIRST).status_code == 404
    assert client.get(f"{url}/auditor-suggestions").status_code == 404
