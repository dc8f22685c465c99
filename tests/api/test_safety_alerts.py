"""Safety alerts over HTTP: answered at once, on their way within seconds, whatever else stands still (W1, W5, W7)."""

import socket
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from db.queries import jobs
from db.tables.case_system import CaseSystemCommand
from db.tables.notices import Message, Notice
from integrations.mail.smtp import SmtpMail, SmtpServer
from rules.policy.load import load_edition
from scheduler.jobs import Errand
from settings import Settings
from tests.api.conftest import ADDRESS, TOKEN
from tests.integrations.smtp_sink import Sink, running
from tests.scheduling import job, means_on
from tests.usecases import council
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.outbox import deliver_alerts

ALERTS = "/v1/safety-alerts"
ASKED = {"concern": "She is alone and there is no heating.", "case_reference": "C-7", "team": "T1"}
AT_ONCE_SECONDS = 5.0


@pytest.fixture
def today() -> date:
    return date(2026, 10, 3)  # a Saturday


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> uuid.UUID:
    with sessions.begin() as session:
        return council.found(session).audit("worker", "auditor").id


@pytest.fixture
def mailed(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> Iterator[Callable[..., TestClient]]:
    """The service with a mail server on that port of loopback."""
    opened: list[TestClient] = []

    def with_server(port: int, seconds: float = 60) -> TestClient:
        changed = settings.model_copy(
            update={
                "mail": "smtp",
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_starttls": False,
                "smtp_seconds": seconds,
            }
        )
        app = create_app(changed, clock, sessions, load_edition(), token=TOKEN)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        client = TestClient(app, base_url=ADDRESS, headers=headers)
        opened.append(client.__enter__())
        return client

    yield with_server
    for client in opened:
        client.__exit__(None, None, None)


def wait_for(what: Callable[[], bool], seconds: float = AT_ONCE_SECONDS) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if what():
            return True
        time.sleep(0.02)
    return what()


def messages(sessions: sessionmaker[Session]) -> Sequence[Message]:
    with sessions() as session:
        return session.scalars(select(Message)).all()


def tried(sessions: sessionmaker[Session]) -> list[Message]:
    """What was tried once, and could not go."""
    return [message for message in messages(sessions) if message.last_error is not None]


def sent(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        return len(session.scalars(select(Message).where(Message.state == "sent")).all())


def move(client: TestClient, alert: dict[str, Any], path: str, body: dict[str, Any]) -> Any:
    version = client.get(f"{ALERTS}/{alert['id']}").headers["etag"]
    return client.post(f"{ALERTS}/{alert['id']}/{path}", json=body, headers={"If-Match": version})


@pytest.mark.proves("W1", "W7", "ladders.safety_alert_says")
def test_whoever_raises_one_reads_what_it_is_not_and_by_when_it_is_answered(
    client: TestClient, audit_id: uuid.UUID
) -> None:
    answer = client.post(ALERTS, json={"concern": ASKED["concern"], "audit_id": str(audit_id)})

    told = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"{ALERTS}/{told['id']}"
    assert "neither of the emergency services (999) nor of a statutory safeguarding concern" in told["says"]
    assert (told["state"], told["rung"], told["owed_by"]) == ("open", "W1", ["team_manager"])
    assert told["acknowledgement"]["due_on"] == told["outcome"]["due_on"] == "2026-10-05"
    assert told["audit"] == "PA-2026-0001"
    assert not told["is_told_to_nobody"]
    described = client.get("/openapi.json").json()["paths"][ALERTS]["post"]["description"]
    assert "999" in described
    assert "statutory safeguarding concern" in described


@pytest.mark.proves("W7")
@pytest.mark.usefixtures("audit_id")
def test_an_alert_needs_a_concern_and_nothing_else(client: TestClient) -> None:
    assert client.post(ALERTS, json={"concern": "Alone.", "case_reference": "C-7"}).status_code == 201
    unknown = {"concern": "Alone.", "case_reference": "C-7", "team": None, "audit_id": None}
    assert client.post(ALERTS, json=unknown).status_code == 201
    assert client.post(ALERTS, json={"case_reference": "C-7"}).status_code == 422
    nobodys = client.post(ALERTS, json={**ASKED, "audit_id": str(uuid.uuid4())})
    assert (nobodys.status_code, nobodys.json()["audit_id"]) == (201, None)


@pytest.mark.proves("W7")
@pytest.mark.usefixtures("audit_id")
def test_the_same_request_twice_raises_one_alert(client: TestClient) -> None:
    key = {"Idempotency-Key": "from-the-car-park"}

    first, second = (client.post(ALERTS, json=ASKED, headers=key) for _ in range(2))

    assert first.json()["id"] == second.json()["id"]
    assert len(client.get(ALERTS).json()["items"]) == 1


@pytest.mark.proves("W1", "W7")
def test_the_message_is_with_the_mail_server_at_night_without_any_scheduler(
    mailed: Callable[..., TestClient], audit_id: uuid.UUID
) -> None:
    with running(Sink()) as sink:
        answer = mailed(sink.port).post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)})

        assert answer.status_code == 201
        assert wait_for(lambda: len(sink.received) == 3), "team manager and audit team; the raiser has no address"
    subjects = {str(message["Subject"]) for message in sink.received}
    assert subjects == {
        f"Safety alert {answer.json()['reference']}: please act now",
        f"Safety alert {answer.json()['reference']}: stage 1",
    }
    assert not any("Alone." in message.as_string() for message in sink.received)


@pytest.mark.proves("W7")
def test_nothing_that_others_hold_keeps_an_alert_waiting(
    mailed: Callable[..., TestClient], engine: Engine, sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    with sessions.begin() as session:
        jobs.record_run(session, jobs.DELIVERY, council.OPENING, council.OPENING, "Sent.", is_well=True)
    with running(Sink()) as sink, engine.connect() as another, another.begin():
        for held in (
            "SELECT 1 FROM audits FOR UPDATE",
            "SELECT 1 FROM audit_cycles FOR UPDATE",
            "SELECT 1 FROM deadlines FOR UPDATE",
            "SELECT 1 FROM job_runs FOR UPDATE",
            "SELECT 1 FROM people FOR NO KEY UPDATE",
            "SELECT 1 FROM teams FOR NO KEY UPDATE",
            "LOCK TABLE caseload_imports IN SHARE ROW EXCLUSIVE MODE",
            "LOCK TABLE trail_roots IN SHARE ROW EXCLUSIVE MODE",
        ):
            another.execute(text(held))
        client, began = mailed(sink.port), time.monotonic()

        answer = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)})

        assert answer.status_code == 201
        assert time.monotonic() - began < AT_ONCE_SECONDS
        assert wait_for(lambda: len(sink.received) == 3)


@pytest.mark.proves("W7")
def test_with_the_mail_server_down_it_is_stored_and_answered_at_once_and_sent_when_it_is_back(
    mailed: Callable[..., TestClient], sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()

    answer = mailed(port).post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)})

    assert (answer.status_code, time.monotonic() - began < AT_ONCE_SECONDS) == (201, True)
    assert wait_for(lambda: bool(tried(sessions)) and all(one.state == "pending" for one in messages(sessions)))
    wait = max(message.next_attempt_at - message.formed_at for message in tried(sessions))
    assert wait.total_seconds() < 10, "an alert is tried again within seconds"
    with running(Sink(), port) as sink:
        back = SmtpMail(SmtpServer("127.0.0.1", port, starttls=False))
        deliver_alerts(replace(means_on(date(2026, 10, 3), sessions, hour=23), mail=back))
        assert len({str(message["To"]) for message in sink.received}) == len(sink.received) == 3


@pytest.mark.proves("W7")
def test_a_mail_server_that_hangs_holds_up_no_answer(mailed: Callable[..., TestClient], audit_id: uuid.UUID) -> None:
    with running(Sink(seconds_an_answer=1.5)) as sink:
        client, began = mailed(sink.port), time.monotonic()

        answers = [client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}) for _ in range(3)]

        assert {answer.status_code for answer in answers} == {201}
        assert time.monotonic() - began < 3


@pytest.mark.proves("W7")
def test_the_scheduler_sends_what_could_not_go_at_once(sessions: sessionmaker[Session], audit_id: uuid.UUID) -> None:
    with sessions.begin() as session:
        raise_alert(council.work(session), NewAlert(concern="Alone.", audit_id=audit_id))
    means = means_on(date(2026, 10, 3), sessions, hour=23)
    errand = job("send_safety_alerts")
    assert isinstance(errand, Errand)

    assert errand.does(means).startswith("Sent 3")
    assert errand.does(means).startswith("Sent 0")
    assert sent(sessions) == 3


@pytest.mark.proves("W5", "W7")
def test_an_answer_waits_for_no_case_system(
    client: TestClient, sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    alert = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}).json()

    answer = move(client, alert, "answers", {"event": "resolved", "summary": "With her sister since noon."})

    assert (answer.status_code, answer.json()["state"], answer.json()["steps"]) == (200, "resolved", ["resolved"])
    with sessions() as session:
        (note,) = session.scalars(select(CaseSystemCommand))
    assert (note.kind, note.state, note.occasion) == ("record_note", "pending", "safety_alert")
    listed = client.get("/v1/case-system/commands").json()["items"]
    assert [(one["safety_alert_id"], one["audit"]) for one in listed] == [(alert["id"], None)]
    entries = client.get(f"{ALERTS}/{alert['id']}/timeline").json()["entries"]
    assert {entry["kind"] for entry in entries} == {"step", "clock", "told", "filed"}


@pytest.mark.proves("W2", "W4", "W5")
def test_moves_are_refused_with_the_rule_and_need_the_tag(client: TestClient, audit_id: uuid.UUID) -> None:
    alert = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}).json()

    assert client.post(f"{ALERTS}/{alert['id']}/answers", json={"event": "acknowledged"}).status_code == 428
    stale = {"If-Match": '"99"'}
    assert client.post(f"{ALERTS}/{alert['id']}/answers", json={"event": "x"}, headers=stale).status_code == 412
    without = move(client, alert, "answers", {"event": "resolved"})
    assert (without.status_code, without.json()["rule"]) == (409, "W5")
    assert without.json()["detail"] == (
        '"resolved" goes on record: write what was discussed and what came of it as the summary.'
    )
    early = move(client, alert, "referral", {"reason": "Now."})
    assert early.status_code == 409
    moves = client.get(f"{ALERTS}/{alert['id']}/allowed-moves").json()["moves"]
    assert {(one["event"], one["is_allowed"]) for one in moves} == {
        ("acknowledged", True),
        ("resolved", True),
        ("unresolved", True),
    }
    up = move(client, alert, "escalation", {"summary": "Nobody could be reached."})
    assert (up.status_code, up.json()["rung"], up.json()["due_on"]) == (200, "W2", "2026-10-09")
    assert client.get(f"{ALERTS}/{uuid.uuid4()}").status_code == 404


@pytest.mark.proves("C3", "W7")
def test_no_letter_holds_anything_of_the_case(
    client: TestClient, sessions: sessionmaker[Session], settings: Settings, audit_id: uuid.UUID
) -> None:
    client.post(ALERTS, json={**ASKED, "audit_id": str(audit_id)})

    assert wait_for(lambda: sent(sessions) == 3)
    written = "".join(file.read_text(errors="replace") for file in Path(settings.mail_folder).rglob("*.eml"))
    assert "Safety alert SA-2026-" in written
    assert not [word for word in ("CASE-1", "C-7", "heating", "worker") if word in written]
    with sessions() as session:
        assert {notice.safety_alert_id is not None for notice in session.scalars(select(Notice))} == {True}


@pytest.mark.proves("W5", "C2")
def test_where_no_connector_writes_notes_the_audit_team_has_a_task_for_each(
    client: TestClient, sessions: sessionmaker[Session], audit_id: uuid.UUID
) -> None:
    alert = client.post(ALERTS, json={"concern": "Alone.", "audit_id": str(audit_id)}).json()
    move(client, alert, "answers", {"event": "resolved", "summary": "With her sister since noon."})
    errand = job("serve_case_system")
    assert isinstance(errand, Errand)

    errand.does(means_on(date(2026, 10, 3), sessions, hour=23))

    (task,) = client.get("/v1/tasks", params={"state": "open"}).json()["items"]
    assert (task["kind"], task["rule"]) == ("safety_alert_note_to_file", "W5")
    assert alert["reference"] in task["sentence"]
    (note,) = client.get("/v1/case-system/commands").json()["items"]
    read = client.get(f"/v1/case-system/commands/{note['id']}")
    assert "With her sister since noon." in read.text
    version = {"If-Match": read.headers["etag"]}
    done = client.post(f"/v1/case-system/commands/{note['id']}/done", json={"reference": "N-7"}, headers=version)
    assert done.status_code == 200, done.text
    assert client.get("/v1/tasks", params={"state": "open"}).json()["items"] == []
