"""Tasks over HTTP: listed, read with an ETag, closed with a reason."""

import uuid

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from tests.usecases import council
from usecases.tasks import NewTask, open_tasks


@pytest.fixture(autouse=True)
def opened(sessions: sessionmaker[Session]) -> None:
    """Three people without an address, one row set aside."""
    with sessions.begin() as session:
        new = [NewTask("address_missing", key, f"{key} has no address.", "A5", ("person", key)) for key in "ABC"]
        open_tasks(council.work(session), [*new, NewTask("row_set_aside", "1", "Row 1.", "C1", ("import", "1"))])


@pytest.fixture
def task(client: TestClient) -> str:
    (found,) = client.get("/v1/tasks", params={"subject_id": "B"}).json()["items"]
    return f"/v1/tasks/{found['id']}"


def test_the_list_comes_in_pages_and_can_be_narrowed(client: TestClient) -> None:
    first = client.get("/v1/tasks", params={"kind": "address_missing", "limit": 2}).json()
    second = client.get("/v1/tasks", params={"kind": "address_missing", "limit": 2, "cursor": first["next"]}).json()

    assert sorted(task["key"] for task in first["items"] + second["items"]) == ["A", "B", "C"]
    assert client.get("/v1/tasks", params={"state": "closed"}).json()["items"] == []
    assert client.get("/v1/tasks", params={"state": "lost"}).status_code == 422


def test_a_task_is_closed_once_with_its_etag_and_a_reason(client: TestClient, task: str) -> None:
    etag = client.get(task).headers["ETag"]
    body = {"because": "The address is known now."}

    without = client.post(f"{task}/close", json=body)
    stale = client.post(f"{task}/close", json=body, headers={"If-Match": '"9"'})
    unsaid = client.post(f"{task}/close", json={"because": ""}, headers={"If-Match": etag})
    closed = client.post(f"{task}/close", json=body, headers={"If-Match": etag})
    again = client.post(f"{task}/close", json=body, headers={"If-Match": closed.headers["ETag"]})

    assert [answer.status_code for answer in (without, stale, unsaid, closed, again)] == [428, 412, 422, 200, 409]
    assert (closed.json()["state"], closed.json()["closed_because"]) == ("closed", "The address is known now.")
    assert closed.json()["closed_by"] == "local administrator"
    assert client.get(task).json() == closed.json()


def test_a_task_that_is_not_there_is_said_not_to_be(client: TestClient) -> None:
    url = f"/v1/tasks/{uuid.uuid4()}"
    closing = client.post(f"{url}/close", json={"because": "x"}, headers={"If-Match": '"1"'})

    assert (client.get(url).status_code, closing.status_code) == (404, 404)


def test_a_stranger_sees_and_closes_nothing(stranger: TestClient, task: str) -> None:
    assert stranger.get("/v1/tasks").status_code == 401
    assert stranger.post(f"{task}/close", json={"because": "x"}).status_code == 401
