"""Restricted records over HTTP, in a council that gives them to cleared auditors (S10, A4, S9)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from db.tables.caseload import Involvement
from rules.canonical_frames import frame_from_text
from rules.draws import draw
from rules.policy.draw_shapes import RestrictedRecords
from settings import Settings
from tests.api.conftest import TOKEN
from tests.small_council import CALENDAR, POLICY, found_council

CLEARED = ("home_first-A2", "home_first-A3")
FIRST = {"If-Match": '"1"'}
_SELECTION = replace(POLICY.selection, restricted_records=RestrictedRecords.CLEARED_AUDITORS)
TO_THE_CLEARED = replace(POLICY, selection=_SELECTION)


@pytest.fixture
def app(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> FastAPI:
    return create_app(settings, clock, sessions, TO_THE_CLEARED, token=TOKEN)


@pytest.fixture(autouse=True)
def council(client: TestClient, sessions: sessionmaker[Session]) -> None:
    """All records of the review team are restricted."""
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
        for held in session.scalars(select(Involvement).where(Involvement.case_reference.startswith("REV"))):
            held.is_restricted = True
    for reference in CLEARED:
        assert clear(client, reference, True).status_code == 200


def appointment(client: TestClient, reference: str) -> tuple[str, dict[str, Any]]:
    person = client.get("/v1/people", params={"reference": reference}).json()["items"][0]
    (held,) = client.get(f"/v1/people/{person['id']}").json()["auditor_appointments"]
    return f"/v1/people/{person['id']}/auditor-appointments/{held['id']}", held


def clear(client: TestClient, reference: str, cleared: bool) -> Any:
    path, held = appointment(client, reference)
    asked = {**held, "is_cleared_for_restricted": cleared}
    del asked["id"], asked["version"]
    return client.put(path, json=asked, headers={"If-Match": f'"{held["version"]}"'})


def audits(client: TestClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get("/v1/audits", params={"limit": 200}).json()["items"]
    return [client.get(f"/v1/audits/{row['id']}").json() for row in rows]


@pytest.mark.proves("S10")
def test_an_appointment_says_that_somebody_is_cleared_and_an_edit_of_another_version_is_refused(
    client: TestClient,
) -> None:
    path, held = appointment(client, "home_first-A2")
    asked = {"service_id": "home_first", "capacity": 1, "is_cleared_for_restricted": False}

    assert (held["is_cleared_for_restricted"], held["version"]) == (True, 2)
    assert client.put(path, json=asked).status_code == 428
    assert client.put(path, json=asked, headers=FIRST).status_code == 412
    entries = client.get("/v1/trail", params={"subject_kind": "auditor_appointment", "subject_id": held["id"]}).json()
    (change,) = entries["items"]
    assert (change["details"]["fields"], change["details"]["now"]) == (
        ["is_cleared_for_restricted"],
        {"is_cleared_for_restricted": True},
    )


@pytest.mark.proves("S10", "S5")
def test_an_outsider_replays_the_draw_and_it_verifies(client: TestClient) -> None:
    opened = client.post("/v1/audit-cycles/2026-10/open").json()
    drawn = client.get(f"/v1/draws/{opened['draw_id']}").json()
    frame, _ = frame_from_text(client.get(f"/v1/draws/{drawn['id']}/frame").text)
    again = draw(frame, drawn["seed"], POLICY, CALENDAR)
    of_review = {row.case_id: row.auditor_id for row in again.drawn if row.case_id.startswith("REV")}

    assert again.frame_hash == drawn["frame_hash"]
    assert of_review
    assert {row["case_reference"]: row["auditor"] for row in audits(client) if row["case_reference"] in of_review} == (
        of_review
    )
    assert set(of_review.values()) <= set(CLEARED)
    assert client.get(f"/v1/draws/{drawn['id']}/verify").json()["is_identical"]


@pytest.mark.proves("S10", "A4", "S9")
def test_nobody_uncleared_takes_it_over_and_it_is_not_withdrawn_while_somebody_is_cleared(client: TestClient) -> None:
    client.post("/v1/audit-cycles/2026-10/open")
    audit = next(it for it in audits(client) if it["case_reference"].startswith("REV"))
    path = f"/v1/audits/{audit['id']}"
    other = client.get("/v1/people", params={"reference": "home_first-A4"}).json()["items"][0]
    asked = {"auditor_id": other["id"], "reason": "sickness"}
    refused = client.post(f"{path}/auditor", json=asked, headers=FIRST)
    kept = client.post(f"{path}/withdraw", json={"reason": "record_restricted"}, headers=FIRST)

    assert (refused.status_code, refused.json()["rule"]) == (409, "S10")
    assert "home_first-A4 is not cleared for that" in refused.json()["detail"]
    assert (kept.status_code, kept.json()["rule"]) == (409, "S10")
    assert (
        f"{audit['auditor']} can do it. Leave it with them" in kept.json()["detail"] or " and " in kept.json()["detail"]
    )
    for reference in CLEARED:
        clear(client, reference, False)
    tasks = client.get("/v1/tasks", params={"kind": "auditor_not_cleared", "state": "open"}).json()["items"]
    assert audit["reference"] in {task["key"] for task in tasks}
    assert client.post(f"{path}/withdraw", json={"reason": "record_restricted"}, headers=FIRST).status_code == 200
