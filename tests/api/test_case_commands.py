"""Commands for the case system over HTTP: what is stuck, settling it by hand, and a connector that fetches (C2)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from settings import Settings
from tests.api.conftest import ADDRESS
from tests.case_systems import commands, owe_many, states
from tests.reports.example_reports import BARE
from tests.small_council import work_on
from usecases.report_versions import store_version

ON = date(2026, 10, 1)
COMMANDS = "/v1/case-system/commands"
CAN = {"operations": ["upload_document", "record_note"], "gives_receipts": True}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"case_system": "pull"})


@pytest.fixture(autouse=True)
def owed(sessions: sessionmaker[Session]) -> None:
    owe_many(sessions, 1, "inadequate")


def be(sessions: sessionmaker[Session], state: str) -> tuple[CaseSystemCommand, CaseSystemCommand]:
    """Both commands, in that state."""
    with sessions.begin() as session:
        for command in session.scalars(select(CaseSystemCommand)):
            command.state, command.next_attempt_at = state, None
            command.may_have_arrived = state == "uncertain"
    upload, note = commands(sessions)
    return upload, note


def tagged(version: int = 1) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}


def lease(client: TestClient, **asked: Any) -> dict[str, Any]:
    answer = client.post(f"{COMMANDS}/lease", json={**CAN, **asked})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def receipt(client: TestClient, leased: dict[str, Any], **said: Any) -> Any:
    path = f"{COMMANDS}/{leased['commands'][0]['id']}/receipt"
    return client.put(path, json={"lease": leased["lease"], **said})


@pytest.mark.proves("C2", "L7")
def test_a_to_do_has_everything_that_is_to_be_copied(client: TestClient, sessions: sessionmaker[Session]) -> None:
    upload, note = be(sessions, "manual")

    listed = client.get(f"{COMMANDS}?state=manual&audit=PA-2026-0001").json()["items"]
    one = client.get(f"{COMMANDS}/{note.id}").json()

    assert [row["id"] for row in listed] == [str(note.id), str(upload.id)]
    assert (one["person_reference"], one["after_id"]) == ("CASE-1", str(upload.id))
    assert one["note"]["title"] == "PA-2026-0001 Practice audit, version 1"
    assert (one["note"]["contact_at"], one["note"]["is_significant"]) == ("2026-10-01T09:00:00+01:00", True)
    assert "Overall grade: Inadequate." in one["note"]["text"]
    assert [row["role"] for row in one["alert_recipients"]] == ["practitioner", "line_manager", "head_of_service"]
    assert client.get(f"{COMMANDS}/{upload.id}").json()["document"] == f"{COMMANDS}/{upload.id}/document"


@pytest.mark.proves("C2", "C4")
def test_the_file_is_the_stored_version_with_its_hash_and_reading_it_is_on_record(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    upload, note = commands(sessions)
    assert client.get(f"{COMMANDS}/{upload.id}/document").json()["code"] == "document_unavailable"
    with sessions.begin() as session:
        audit = session.scalars(select(Audit)).one()
        report = replace(BARE, reference=audit.reference, issued_on=ON)
        store_version(work_on(session, ON), audit.id, report, because="issued")

    files = [client.get(f"{COMMANDS}/{upload.id}/document") for _ in range(2)]

    assert [file.status_code for file in files] == [200, 200]
    assert files[0].content == files[1].content
    assert "PA-2026-0001-version-1." in files[0].headers["content-disposition"]
    assert files[0].headers["content-digest"].startswith("sha-256=:")
    entries = client.get(f"/v1/trail?subject_kind=audit&subject_id={upload.audit_id}").json()["items"]
    assert [entry["action"] for entry in entries].count("report_read") == 2
    assert client.get(f"{COMMANDS}/{note.id}/document").status_code == 404


@pytest.mark.proves("C2")
def test_ticking_off_needs_the_reference_and_the_newest_version_and_lets_the_note_go(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    upload, note = commands(sessions)
    path = f"{COMMANDS}/{upload.id}/done"

    assert client.post(path, json={"reference": "D-1"}).status_code == 428
    assert client.post(path, json={"reference": "D-1"}, headers=tagged(9)).status_code == 412
    assert client.post(path, json={"reference": " "}, headers=tagged()).status_code == 422
    done = client.post(path, json={"reference": "D-1"}, headers=tagged())
    again = client.post(path, json={"reference": "D-2"}, headers=tagged(2))

    assert (done.status_code, done.json()["state"], done.json()["reference"]) == (200, "done", "D-1")
    assert (again.status_code, again.json()["detail"]) == (
        409,
        "The command was done before, so it can't be ticked off.",
    )
    waiting = client.get(f"{COMMANDS}/{note.id}").json()
    assert waiting["next_attempt_at"] is not None
    assert waiting["document_reference"] == "D-1"


@pytest.mark.proves("C2")
def test_what_is_stuck_is_retried_or_cancelled_with_a_reason(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    upload, note = be(sessions, "uncertain")
    because = {"because": "Looked: it is not there."}

    retried = client.post(f"{COMMANDS}/{upload.id}/retry", json=because, headers=tagged()).json()
    after_it = client.post(f"{COMMANDS}/{note.id}/retry", json=because, headers=tagged()).json()
    early = client.post(f"{COMMANDS}/{note.id}/retry", json=because, headers=tagged(2))
    cancelled = client.post(f"{COMMANDS}/{upload.id}/cancel", json=because, headers=tagged(2)).json()

    assert (retried["state"], retried["may_have_arrived"]) == ("pending", False)
    assert (after_it["state"], after_it["next_attempt_at"]) == ("pending", None)
    assert early.status_code == 409
    assert cancelled["state"] == "cancelled"
    assert states(sessions) == {"cancelled": 2}  # the note would have named the upload


@pytest.mark.proves("C2")
def test_a_connector_leases_uploads_then_notes_and_its_receipts_settle_them(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    first = lease(client)
    assert lease(client)["commands"] == []
    done = [receipt(client, first, state="done", reference="D-1").status_code for _ in range(2)]
    second = lease(client)
    other = receipt(client, first, state="done", reference="D-2")
    settled = client.post(f"{COMMANDS}/{second['commands'][0]['id']}/retry", json={"because": "x"}, headers=tagged(2))
    receipt(client, second, state="done", reference="N-1")

    assert [command["operation"] for command in (*first["commands"], *second["commands"])] == [
        "upload_document",
        "record_note",
    ]
    assert second["commands"][0]["document_reference"] == "D-1"
    assert done == [200, 200]
    assert (other.status_code, settled.status_code) == (409, 409)
    assert states(sessions) == {"done": 2}


@pytest.mark.proves("C2")
@pytest.mark.parametrize(
    ("said", "state"),
    [
        ({"state": "refused", "reason": "Restricted."}, "refused"),
        ({"state": "not_now", "reason": "Locked.", "wait_seconds": 600}, "pending"),
        ({"state": "uncertain", "reason": "No answer."}, "uncertain"),
    ],
)
def test_what_a_connector_did_not_do_is_tried_again_or_left_to_a_person(
    client: TestClient, sessions: sessionmaker[Session], said: dict[str, Any], state: str
) -> None:
    leased = lease(client)
    assert receipt(client, leased, **said).status_code == 200

    upload = commands(sessions)[0]
    assert (upload.state, upload.last_error) == (state, said["reason"])
    tasks = [task["sentence"] for task in client.get("/v1/tasks?state=open").json()["items"]]
    assert len(tasks) == (0 if state == "pending" else 1)
    assert all("upload the report for PA-2026-0001" in sentence for sentence in tasks)
    done = client.post(f"{COMMANDS}/{upload.id}/done", json={"reference": "D-1"}, headers=tagged(upload.version))
    assert (done.json()["state"], done.json()["last_error"]) == ("done", None)


@pytest.mark.proves("C2")
def test_a_receipt_without_a_reference_or_of_another_lease_is_not_taken(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    leased = lease(client)
    stranger = {**leased, "lease": "0199c0de-7a11-7000-8000-000000000001"}

    assert receipt(client, leased, state="done").status_code == 409
    assert "not on this lease" in receipt(client, stranger, state="refused", reason="x").json()["detail"]
    assert states(sessions) == {"leased": 1, "pending": 1}


@pytest.mark.proves("C2")
def test_receipts_for_what_is_not_there_or_was_never_handed_out_are_not_taken(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    leased = lease(client)
    note = commands(sessions)[1]
    said = {"lease": leased["lease"], "state": "done", "reference": "N-1"}

    unknown = client.put(f"{COMMANDS}/0199c0de-7a11-7000-8000-000000000001/receipt", json=said)
    never = client.put(f"{COMMANDS}/{note.id}/receipt", json=said)

    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
    assert (never.status_code, never.json()["detail"]) == (
        409,
        "The command was never handed out, so nobody can have a receipt of it: look whether its id is right.",
    )


@pytest.mark.proves("C2")
@pytest.mark.parametrize(
    ("state", "said", "sentence"),
    [
        ("done", {"state": "done", "reference": "D-2"}, "it was made twice: take one of them out"),
        ("done", {"state": "refused", "reason": "No."}, "The command was done before, by key: this receipt comes too"),
        ("cancelled", {"state": "done", "reference": "D-2"}, "it should not have been done. Tell the audit team"),
        ("cancelled", {"state": "not_now"}, "The command was cancelled before, by key: this receipt comes too late"),
    ],
)
def test_a_receipt_after_another_changes_nothing_and_says_what_to_do(
    client: TestClient, sessions: sessionmaker[Session], state: str, said: dict[str, Any], sentence: str
) -> None:
    leased = lease(client)
    with sessions.begin() as session:
        upload = session.scalars(select(CaseSystemCommand).where(CaseSystemCommand.kind == "upload_document")).one()
        upload.state, upload.settled_at, upload.settled_by = state, upload.created_at, "key"
        upload.reference = "D-1" if state == "done" else None
    answer = receipt(client, leased, **said)

    assert answer.status_code == 409
    assert sentence in answer.json()["detail"]
    assert commands(sessions)[0].reference == ("D-1" if state == "done" else None)


@pytest.mark.proves("C2")
def test_of_a_lease_that_has_ended_only_done_is_taken(client: TestClient, sessions: sessionmaker[Session]) -> None:
    first = lease(client)
    _end_leases(sessions)
    again = lease(client)
    late = receipt(client, first, state="refused", reason="Restricted.")

    assert again["commands"][0]["may_have_arrived"] is True
    assert "only a receipt that says `done` is taken" in late.json()["detail"]
    assert receipt(client, first, state="done", reference="D-1").status_code == 200
    assert receipt(client, again, state="done", reference="D-1").status_code == 200
    assert states(sessions) == {"done": 1, "pending": 1}


@pytest.mark.proves("C2", "C4")
def test_a_key_of_a_connector_sees_what_it_leases_and_nothing_else(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        audit = session.scalars(select(Audit)).one()
        store_version(work_on(session, ON), audit.id, replace(BARE, reference=audit.reference), because="issued")
    wanted = {"name": "connector", "permissions": ["case_system_commands:carry_out"]}
    key = client.post("/v1/api-keys", json=wanted).json()["key"]
    with TestClient(client.app, base_url=ADDRESS, headers={"Authorization": f"Bearer {key}"}) as connector:
        leased = lease(connector)
        (upload,) = leased["commands"]
        path, others = upload["document"], f"{COMMANDS}/{upload['id']}"
        assert connector.get(path).headers["content-digest"].startswith("sha-256=:")
        note = commands(sessions)[1]
        assert connector.get(path.replace(upload["id"], str(note.id))).status_code == 409
        assert connector.get(path.replace(leased["lease"], upload["id"])).status_code == 409
        for hidden in (COMMANDS, others, f"{others}/document", f"/v1/audits/{audit.id}"):
            assert connector.get(hidden).status_code == 403
        _end_leases(sessions)
        assert "the lease has ended" in connector.get(path).json()["detail"]


def _end_leases(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for command in session.scalars(select(CaseSystemCommand).where(CaseSystemCommand.state == "leased")):
            command.leased_until = command.next_attempt_at = command.created_at


def test_nothing_is_handed_out_where_no_connector_fetches(app: FastAPI, client: TestClient) -> None:
    settings = app.state.installation.settings.model_copy(update={"case_system": "manual"})
    app.state.installation = replace(app.state.installation, settings=settings)

    answer = client.post(f"{COMMANDS}/lease", json=CAN)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")
    assert "AUDIT_CASE_SYSTEM is manual" in answer.json()["detail"]


@pytest.mark.proves("C2")
def test_what_waits_is_among_the_measures(client: TestClient, sessions: sessionmaker[Session]) -> None:
    be(sessions, "uncertain")

    lines = client.get("/metrics").text.splitlines()

    assert 'practice_audit_case_system_commands{state="uncertain"} 2.0' in lines
    assert 'practice_audit_case_system_commands{state="refused"} 0.0' in lines
    assert "practice_audit_case_system_late_seconds 0.0" in lines
