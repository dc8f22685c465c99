"""Proved on routes made for these tests, so that the effect can be counted and slowed down."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus

import pytest
from fastapi import FastAPI, Response, UploadFile
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.dependencies import WorkDep, requires
from api.permissions import Permission
from api.routers import Router
from db.queries.access import forget_answers
from db.tables.access import IdempotencyKey, SignInLink
from usecases.errors import NotAllowedNow

ROUTE = "/v1/effects"
KEY = {"Idempotency-Key": "one and the same"}


class Effect(BaseModel):
    name: str


class Slow:
    """Effects named `slow` say that they began, and wait to be let go."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_end = threading.Event()


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def app(app: FastAPI, slow: Slow) -> FastAPI:
    router = Router("effects", ROUTE)

    @router.post("", dependencies=[requires(Permission.RUN_JOBS)], status_code=HTTPStatus.CREATED)
    def make_effect(asked: Effect, work: WorkDep, response: Response) -> Effect:
        work.session.add(SignInLink(code_sha256=f"{asked.name} {_count(work.session)}", **_moments(work.now)))
        work.session.flush()
        if asked.name == "slow":
            slow.began.set()
            slow.may_end.wait(10)
        if asked.name == "refused":
            raise NotAllowedNow("Not today.")
        response.headers["Location"] = f"{ROUTE}/{asked.name}"
        return asked

    @router.post("/files", dependencies=[requires(Permission.RUN_JOBS)])
    def take_file(file: UploadFile, work: WorkDep) -> int:
        work.session.add(SignInLink(code_sha256=f"file {_count(work.session)}", **_moments(work.now)))
        return len(file.file.read())

    app.include_router(router)
    return app


def _moments(now: datetime) -> dict[str, datetime]:
    return {"made_at": now, "expires_at": now + timedelta(minutes=1)}


def _count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignInLink)) or 0


@pytest.fixture
def effects(sessions: sessionmaker[Session]) -> "Effects":
    return Effects(sessions)


class Effects:
    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions = sessions

    def count(self) -> int:
        with self._sessions() as session:
            return _count(session)


def test_the_same_request_again_has_one_effect_and_hears_the_same_answer(client: TestClient, effects: Effects) -> None:
    first = client.post(ROUTE, json={"name": "one"}, headers=KEY)
    second = client.post(ROUTE, json={"name": "one"}, headers=KEY)

    assert effects.count() == 1
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["location"] == second.headers["location"] == f"{ROUTE}/one"
    assert "idempotency-replayed" not in first.headers
    assert second.headers["idempotency-replayed"] == "true"


def test_without_a_key_each_request_has_its_effect(client: TestClient, effects: Effects) -> None:
    for _ in range(2):
        client.post(ROUTE, json={"name": "one"})

    assert effects.count() == 2


def test_a_key_that_came_with_another_request_is_refused(client: TestClient, effects: Effects) -> None:
    client.post(ROUTE, json={"name": "one"}, headers=KEY)

    other = client.post(ROUTE, json={"name": "two"}, headers=KEY)

    assert other.status_code == 422
    assert other.json()["code"] == "idempotency_key_used_otherwise"
    assert effects.count() == 1


@pytest.mark.parametrize("rounds", [1, pytest.param(200, marks=pytest.mark.slow)])
def test_twenty_at_once_and_one_later_have_one_effect_and_one_answer(
    rounds: int, client: TestClient, effects: Effects
) -> None:
    answers: Counter[int] = Counter()
    with ThreadPoolExecutor(20) as senders:
        for number in range(rounds):
            key = {"Idempotency-Key": f"round {number}"}
            send = partial(client.post, ROUTE, json={"name": f"one {number}"}, headers=key)
            heard = [*senders.map(lambda send: send(), [send] * 20), send()]
            answers.update(answer.status_code for answer in heard)
            assert len({answer.content for answer in heard}) == 1
            assert sum("idempotency-replayed" not in answer.headers for answer in heard) == 1

    print(f"{rounds} rounds of 20 at once and one later: {effects.count()} effects, answers {dict(answers)}")
    assert effects.count() == rounds
    assert answers == {201: 21 * rounds}


def test_a_request_whose_first_is_still_under_way_is_told_so(
    client: TestClient,
    app: FastAPI,
    effects: Effects,
    slow: Slow,
) -> None:
    settings = app.state.installation.settings.model_copy(update={"idempotency_wait_seconds": 0.2})
    object.__setattr__(app.state.installation, "settings", settings)
    with ThreadPoolExecutor(1) as sender:
        first = sender.submit(client.post, ROUTE, json={"name": "slow"}, headers=KEY)
        slow.began.wait(10)
        second = client.post(ROUTE, json={"name": "slow"}, headers=KEY)
        slow.may_end.set()

        assert first.result().status_code == 201
    assert second.status_code == 409
    assert second.json()["code"] == "still_under_way"
    assert effects.count() == 1


def test_a_refused_request_leaves_no_key_behind(client: TestClient, effects: Effects) -> None:
    refused = client.post(ROUTE, json={"name": "refused"}, headers=KEY)
    later = client.post(ROUTE, json={"name": "one"}, headers=KEY)

    assert refused.status_code == 409
    assert later.status_code == 201
    assert effects.count() == 1


def test_a_file_sent_again_is_the_same_request_whatever_its_boundary(client: TestClient, effects: Effects) -> None:
    first = client.post(f"{ROUTE}/files", files={"file": ("extract.csv", b"a,b\n1,2\n")}, headers=KEY)
    second = client.post(f"{ROUTE}/files", files={"file": ("extract.csv", b"a,b\n1,2\n")}, headers=KEY)
    other = client.post(f"{ROUTE}/files", files={"file": ("extract.csv", b"a,b\n1,3\n")}, headers=KEY)

    assert (first.status_code, first.json()) == (200, 8)
    assert second.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422
    assert effects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"], ids=["empty", "too long", "not printable"])
def test_a_key_that_cannot_be_kept_is_refused(client: TestClient, effects: Effects, key: str) -> None:
    answer = client.post(ROUTE, json={"name": "one"}, headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert answer.json()["code"] == "unusable_idempotency_key"
    assert effects.count() == 0


def test_a_key_older_than_seven_days_counts_as_never_used(
    client: TestClient, effects: Effects, sessions: sessionmaker[Session]
) -> None:
    client.post(ROUTE, json={"name": "one"}, headers=KEY)
    with sessions.begin() as session:
        kept = session.scalars(select(IdempotencyKey)).one()
        kept.made_at -= timedelta(days=7, minutes=1)

    again = client.post(ROUTE, json={"name": "two"}, headers=KEY)

    assert again.status_code == 201
    assert effects.count() == 2


def test_old_answers_are_forgotten(client: TestClient, sessions: sessionmaker[Session]) -> None:
    client.post(ROUTE, json={"name": "one"}, headers=KEY)

    with sessions.begin() as session:
        assert forget_answers(session, before=datetime(2020, 1, 1, tzinfo=UTC)) == 0
        assert forget_answers(session, before=datetime(2100, 1, 1, tzinfo=UTC)) == 1
