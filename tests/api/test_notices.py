"""Notices over HTTP: what is owed, as it will be read, and what a person can do with one that waits (A5)."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from db.queries.messages import form_messages
from db.tables.notices import Message, Notice
from db.tables.organisation import Person
from tests.usecases import council
from usecases.notices import owe_allocation_notices

OWED_AT = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def owed(sessions: sessionmaker[Session]) -> None:
    """The small council's opening: eight notices, one of them parked because W0 has no address."""
    with sessions.begin() as session:
        home = council.found(session)
        home.people["worker"].email = None
        audits = [home.audit("worker", "auditor"), home.audit("other worker", "auditor", number=2)]
        owe_allocation_notices(council.work(session, OWED_AT), home.cycle, audits)


@pytest.fixture
def parked(client: TestClient) -> str:
    """The id of the notice without an address."""
    (notice,) = client.get("/v1/notices", params={"state": "parked"}).json()["items"]
    return str(notice["id"])


@pytest.fixture
def pending(client: TestClient) -> str:
    """The id of the auditor's notice."""
    (notice,) = client.get("/v1/notices", params={"recipient": "W4"}).json()["items"]
    return str(notice["id"])


def set_state(sessions: sessionmaker[Session], notice_id: str, state: str) -> None:
    with sessions.begin() as session:
        form_messages(session, OWED_AT, OWED_AT.date(), list(session.scalars(select(Notice.recipient_id))))
        notice = session.scalars(select(Notice).where(Notice.id == uuid.UUID(notice_id))).one()
        notice.state = "pending" if state == "leased" else state
        values = {"state": state, "leased_until": OWED_AT + timedelta(minutes=10)}
        session.execute(update(Message).where(Message.id == notice.in_message).values(values))


def test_the_list_comes_in_pages_and_says_what_became_of_each(client: TestClient) -> None:
    first = client.get("/v1/notices", params={"limit": 5}).json()
    second = client.get("/v1/notices", params={"limit": 5, "cursor": first["next"]}).json()

    found = first["items"] + second["items"]
    assert (len(first["items"]), len(second["items"]), second["next"]) == (5, 3, None)
    assert len({notice["id"] for notice in found}) == 8
    assert {notice["recipient"]: (notice["state"], notice["address"]) for notice in found}["W0"] == ("parked", None)
    assert {notice["cycle"] for notice in found} == {"2026-10"}


@pytest.mark.parametrize(
    ("filters", "recipients"),
    [
        ({"state": "parked"}, ["W0"]),
        ({"recipient": "W4"}, ["W4"]),
        ({"recipient": "nobody"}, []),
        ({"cycle": "2026-09"}, []),
        ({"cycle": "2026-10", "state": "pending", "recipient": "W4"}, ["W4"]),
    ],
)
def test_the_list_can_be_narrowed(client: TestClient, filters: dict[str, str], recipients: list[str]) -> None:
    found = client.get("/v1/notices", params=filters).json()["items"]

    assert [notice["recipient"] for notice in found] == recipients


@pytest.mark.parametrize(
    "filters", [{"state": "lost"}, {"cycle": "soon"}, {"cycle": "2026-13"}, {"colour": "red"}, {"limit": 0}]
)
def test_a_filter_that_means_nothing_is_refused(client: TestClient, filters: dict[str, str]) -> None:
    answer = client.get("/v1/notices", params=filters)

    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_a_notice_is_shown_as_its_recipient_reads_it(client: TestClient, pending: str) -> None:
    notice = client.get(f"/v1/notices/{pending}").json()

    assert notice["letter"]["subject"] == "Audits that concern you, October 2026"
    assert "PA-2026-0001, CART" in notice["letter"]["text"]
    assert notice["letter"]["html"].startswith("<!DOCTYPE html>")
    assert notice["letter"]["calendar"].startswith("BEGIN:VCALENDAR")
    assert notice["next_attempt_at"] == "2026-10-01T08:00:00Z"
    assert "content" not in notice


def test_a_parked_notice_is_shown_as_well_and_has_no_next_attempt(client: TestClient, parked: str) -> None:
    notice = client.get(f"/v1/notices/{parked}").json()

    assert notice["last_error"] == "No e-mail address is on record."
    assert notice["next_attempt_at"] is None
    assert "Audits of your own work" in notice["letter"]["text"]


def test_a_notice_with_the_content_of_another_version_is_listed_without_its_letter(
    client: TestClient, sessions: sessionmaker[Session], pending: str
) -> None:
    with sessions.begin() as session:
        session.execute(update(Notice).values(content={"of": "another version"}))

    answer = client.get(f"/v1/notices/{pending}")

    assert (answer.status_code, answer.json()["letter"]) == (200, None)


@pytest.mark.parametrize("path", ["", "/retry", "/cancel"])
def test_a_notice_that_is_not_there_is_said_not_to_be(client: TestClient, path: str) -> None:
    url = f"/v1/notices/{uuid.uuid4()}{path}"

    answer = client.post(url, json={"reason": "x"} if path == "/cancel" else None) if path else client.get(url)

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.proves("A5")
def test_a_parked_notice_goes_out_once_its_recipient_has_an_address(
    client: TestClient, sessions: sessionmaker[Session], parked: str
) -> None:
    refused = client.post(f"/v1/notices/{parked}/retry")
    with sessions.begin() as session:
        session.execute(update(Person).where(Person.reference == "W0").values(email="worker@council.example"))
    taken = client.post(f"/v1/notices/{parked}/retry")

    assert (refused.status_code, refused.json()["rule"]) == (409, "A5")
    assert "W0 still has no e-mail address" in refused.json()["detail"]
    assert taken.status_code == 200
    assert (taken.json()["state"], taken.json()["address"]) == ("pending", "worker@council.example")
    assert taken.json()["last_error"] is None
    with sessions() as session:
        notice = session.scalars(select(Notice).where(Notice.id == uuid.UUID(parked))).one()
        assert notice.state == "pending"


@pytest.mark.parametrize("state", ["sent", "leased", "cancelled"])
@pytest.mark.parametrize("move", ["retry", "cancel"])
def test_only_what_waits_can_be_sent_again_or_cancelled(
    client: TestClient, sessions: sessionmaker[Session], pending: str, state: str, move: str
) -> None:
    set_state(sessions, pending, state)

    answer = client.post(f"/v1/notices/{pending}/{move}", json={"reason": "x"} if move == "cancel" else None)

    assert (answer.status_code, answer.json()["code"]) == (409, "not_allowed_now")
    assert client.get(f"/v1/notices/{pending}").json()["state"] == state


def test_a_cancelled_notice_keeps_who_cancelled_it_and_why(client: TestClient, pending: str) -> None:
    answer = client.post(f"/v1/notices/{pending}/cancel", json={"reason": "Told in person."})

    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["last_error"]) == (
        "cancelled",
        "Cancelled by local administrator: Told in person.",
    )


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "x" * 501}, {"reason": "x", "force": True}])
def test_cancelling_needs_a_reason_and_nothing_else(client: TestClient, pending: str, body: dict[str, object]) -> None:
    assert client.post(f"/v1/notices/{pending}/cancel", json=body).status_code == 422


def test_a_stranger_sees_and_does_nothing(stranger: TestClient, pending: str) -> None:
    answers = [
        stranger.get("/v1/notices"),
        stranger.get(f"/v1/notices/{pending}"),
        stranger.post(f"/v1/notices/{pending}/retry"),
        stranger.post(f"/v1/notices/{pending}/cancel", json={"reason": "x"}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4
