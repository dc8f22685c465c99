"""A mail gateway reports over HTTP which messages came back (A5)."""

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from tests.sending import Means, form
from tests.usecases import council
from tests.usecases.test_outbox import HeldClock, PostOffice
from usecases.delivery_results import Pace
from usecases.notices import owe_allocation_notices
from usecases.outbox import deliver_due


@pytest.fixture
def report(sessions: sessionmaker[Session]) -> dict[str, str]:
    with sessions.begin() as session:
        home = council.found(session)
        owe_allocation_notices(council.work(session), home.cycle, [home.audit("worker", "auditor")])
    ids = form(sessions, HeldClock())
    deliver_due(Means(sessions, HeldClock(), PostOffice()), Pace(lanes=1))
    return {"message_id": ids["worker@council.example"], "recipient": "worker@council.example", "code": "5.1.1"}


def test_a_report_marks_the_notice_and_opens_a_task(client: TestClient, report: dict[str, str]) -> None:
    first, again = (client.post("/v1/notices/bounces", json=report) for _ in range(2))

    assert (first.status_code, first.json()) == (200, {"noted": "bounced"})
    assert again.json() == {"noted": "known"}
    (notice,) = client.get("/v1/notices", params={"state": "bounced"}).json()["items"]
    assert (notice["recipient"], notice["message_id"]) == ("W0", report["message_id"])
    (task,) = client.get("/v1/tasks", params={"state": "open"}).json()["items"]
    assert (task["kind"], task["key"]) == ("address_bounced", "W0")
    assert "@" not in task["sentence"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"recipient": "auditor@council.example"}, 404),
        ({"message_id": "<other@practice-audit.invalid>"}, 404),
        ({"code": "550"}, 422),
        ({"code": "5.1.1\n"}, 422),
        ({"message_id": ""}, 422),
        ({"who": "me"}, 422),
    ],
)
def test_a_report_about_nothing_that_was_sent_changes_nothing(
    client: TestClient, report: dict[str, str], changed: dict[str, str], code: int
) -> None:
    assert client.post("/v1/notices/bounces", json={**report, **changed}).status_code == code
    assert client.get("/v1/notices", params={"state": "bounced"}).json()["items"] == []


def test_a_stranger_reports_nothing(stranger: TestClient, report: dict[str, str]) -> None:
    assert stranger.post("/v1/notices/bounces", json=report).status_code == 401
