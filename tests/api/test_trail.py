"""The trail over HTTP: who did what is read by those who may, and reading an audit is itself on record (C4)."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.notices import Notice
from tests.small_council import work_on
from tests.usecases import council
from usecases.notices import owe_allocation_notices
from usecases.sign_in import offer_sign_in
from usecases.trail import Entry, record

OWED_AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)
PARKED = {"state": "parked"}


@pytest.fixture
def audit_id(sessions: sessionmaker[Session]) -> str:
    """An audit of the small council; the practitioner has no address, so that their notice is parked."""
    with sessions.begin() as session:
        home = council.found(session)
        home.people["worker"].email = None
        audit = home.audit("worker", "auditor")
        owe_allocation_notices(council.work(session, OWED_AT), home.cycle, [audit])
        return str(audit.id)


def listed(client: TestClient, **filters: Any) -> list[dict[str, Any]]:
    answer = client.get("/v1/trail", params=filters)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_reading_an_audit_is_on_record_with_who_and_when_but_not_what(client: TestClient, audit_id: str) -> None:
    answer = client.get(f"/v1/audits/{audit_id}")
    (entry,) = listed(client, subject_kind="audit", subject_id=audit_id)
    assert (entry["action"], entry["actor"], entry["details"]) == ("audit_read", "local administrator", {})
    assert entry["correlation_id"] == answer.headers["x-correlation-id"]


def test_asking_for_an_audit_that_is_not_there_leaves_nothing(client: TestClient) -> None:
    assert client.get(f"/v1/audits/{uuid.uuid4()}").status_code == 404
    assert listed(client) == []


def test_a_list_of_audits_leaves_nothing(client: TestClient, audit_id: str) -> None:
    client.get("/v1/audits")
    assert listed(client) == []


def test_what_somebody_did_with_a_notice_is_told_with_their_words(client: TestClient, audit_id: str) -> None:
    (notice,) = client.get("/v1/notices", params=PARKED).json()["items"]
    client.post(f"/v1/notices/{notice['id']}/cancel", json={"reason": "Told Ada in person."})
    (entry,) = listed(client, subject_kind="notice", subject_id=notice["id"])
    assert (entry["action"], entry["rule"], entry["clause"]) == ("notice_cancelled", "A5", "3")
    assert entry["texts"] == {"reason": "Told Ada in person."}


def test_a_notice_sent_again_by_hand_is_told(
    client: TestClient, sessions: sessionmaker[Session], audit_id: str
) -> None:
    with sessions.begin() as session:
        waiting = session.scalars(select(Notice.id).where(Notice.state == "pending")).first()
    client.post(f"/v1/notices/{waiting}/retry")
    (entry,) = listed(client, action="notice_sent_again")
    assert entry["subject_id"] == str(waiting)


def test_signing_in_and_out_is_told(
    client: TestClient, stranger: TestClient, sessions: sessionmaker[Session], clock: Clock
) -> None:
    with sessions.begin() as session:
        code = offer_sign_in(session, clock.now(), timedelta(minutes=15))
    stranger.get("/sign-in", params={"code": code}, follow_redirects=False)
    stranger.post("/sign-out", headers={"Origin": "http://127.0.0.1:8000"})
    told = [
        (entry["action"], entry["actor"])
        for entry in listed(client, subject_kind="account", subject_id="local_administrator")
    ]
    assert told == [("signed_out", "local administrator"), ("signed_in", "stranger")]


def test_signing_out_of_nothing_tells_nothing(client: TestClient) -> None:
    """A bearer has no session: whoever sends this with a token would fill the local administrator's chain."""
    assert client.post("/sign-out").status_code == 204
    assert listed(client) == []


def test_a_link_that_does_not_work_leaves_nothing(client: TestClient, stranger: TestClient) -> None:
    stranger.get("/sign-in", params={"code": "guessed"})
    assert listed(client) == []


def test_the_list_comes_in_pages_the_newest_first(client: TestClient, sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        for number in range(5):
            record(work_on(session, OWED_AT.date()), *(Entry(("test", str(number)), "tried") for _ in range(2)))
    first = client.get("/v1/trail", params={"limit": 6}).json()
    second = client.get("/v1/trail", params={"limit": 6, "cursor": first["next"]}).json()
    found = [entry["id"] for entry in first["items"] + second["items"]]
    assert (len(first["items"]), len(second["items"]), second["next"]) == (6, 4, None)
    assert found == sorted(set(found), reverse=True)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"actor": "an administrator"}, 1),
        ({"actor": "somebody"}, 0),
        ({"action": "tried"}, 1),
        ({"action": "other"}, 0),
        ({"from": "2026-10-01", "to": "2026-10-01"}, 1),
        ({"from": "2026-10-02"}, 0),
        ({"to": "2026-09-30"}, 0),
        ({"to": "9999-12-31"}, 1),
        ({"subject_kind": "test", "subject_id": "1"}, 1),
        ({"subject_kind": "test", "subject_id": "2"}, 0),
    ],
)
def test_the_list_is_narrowed(
    client: TestClient, sessions: sessionmaker[Session], filters: dict[str, str], found: int
) -> None:
    with sessions.begin() as session:
        record(work_on(session, OWED_AT.date()), Entry(("test", "1"), "tried"))
    assert len(listed(client, **filters)) == found


@pytest.mark.parametrize("half", [{"subject_kind": "audit"}, {"subject_id": "1"}])
def test_half_a_subject_is_refused(client: TestClient, half: dict[str, str]) -> None:
    answer = client.get("/v1/trail", params=half)
    assert answer.status_code == 422
    assert "both" in answer.text


def test_a_text_that_was_cleared_is_left_out_and_its_hash_stays(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        record(work_on(session, OWED_AT.date()), Entry(("test", "1"), "tried", texts={"reason": "Ann asked."}))
        session.connection().exec_driver_sql("DELETE FROM trail_texts")
    (entry,) = listed(client)
    assert entry["texts"] == {}
    assert len(entry["text_hashes"]["reason"]) == 64
