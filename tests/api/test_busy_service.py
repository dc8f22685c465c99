"""All connections are taken by slow requests: what needs none, or a spare one, still answers."""

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.responses import Response
from starlette.testclient import TestClient

from api.dependencies import WorkDep, requires
from api.permissions import Permission
from api.routers import Router
from db.tables.notices import Message
from settings import Settings
from tests.usecases import council


class Slow:
    def __init__(self, units_of_work: int) -> None:
        self.all_began = threading.Barrier(units_of_work + 1)
        self.may_end = threading.Event()


@pytest.fixture
def slow(settings: Settings) -> Slow:
    return Slow(settings.database_pool_size)


@pytest.fixture
def app(app: FastAPI, slow: Slow, sessions: sessionmaker[Session]) -> FastAPI:
    with sessions.begin() as session:
        council.found(session)
    router = Router("slow", "/v1/slow")

    @router.post("", dependencies=[requires(Permission.RUN_JOBS)])
    def take_long(work: WorkDep) -> int:
        found: int = work.session.execute(text("SELECT 1")).scalar_one()
        slow.all_began.wait(10)
        slow.may_end.wait(10)
        return found

    app.include_router(router)
    return app


@pytest.fixture
def under_way(client: TestClient, slow: Slow, settings: Settings) -> Iterator["list[Future[Response]]"]:
    """As many slow requests as there are connections."""
    with ThreadPoolExecutor(settings.database_pool_size) as senders:
        sent = [senders.submit(client.post, "/v1/slow") for _ in range(settings.database_pool_size)]
        slow.all_began.wait(10)
        yield sent  # type: ignore[misc]
        slow.may_end.set()


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/v1/rules/working-days?start_on=2026-04-02&add=5", "/docs"])
def test_while_all_connections_are_busy_these_still_answer(
    client: TestClient, under_way: "list[Future[Response]]", path: str
) -> None:
    answer = client.get(path)

    assert not any(request.done() for request in under_way)
    assert answer.status_code == (503 if path == "/readyz" else 200)  # no scheduler runs here
    assert path != "/readyz" or answer.json()["database"] == "ok"


def test_others_wait_for_their_turn_and_get_it(
    client: TestClient, under_way: "list[Future[Response]]", slow: Slow
) -> None:
    with ThreadPoolExecutor(20) as senders:
        waiting = [senders.submit(client.get, "/v1/jobs") for _ in range(20)]
        slow.may_end.set()

        assert {request.result().status_code for request in waiting} == {200}
    assert {request.result().status_code for request in under_way} == {200}


@pytest.mark.proves("W7")
def test_a_safety_alert_is_raised_and_sent_while_all_connections_are_busy(
    client: TestClient, under_way: "list[Future[Response]]", sessions: sessionmaker[Session]
) -> None:
    answer = client.post("/v1/safety-alerts", json={"concern": "Alone.", "case_reference": "C-7", "team": "T1"})

    assert answer.status_code == 201
    assert not any(request.done() for request in under_way)
    until = time.monotonic() + 5
    while len(sent := sent_messages(sessions)) < 3 and time.monotonic() < until:
        time.sleep(0.02)
    assert len(sent) == 3


def sent_messages(sessions: sessionmaker[Session]) -> Sequence[Message]:
    with sessions() as session:
        return session.scalars(select(Message).where(Message.state == "sent")).all()
