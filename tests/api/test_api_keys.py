"""API keys: shown once, good for what was granted, ended at once; wrong ones are slowed down."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select, text
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.access import ApiKey, IdempotencyKey
from db.tables.trail import TrailEntry
from settings import Settings
from tests.api.conftest import ADDRESS, TOKEN
from tests.api.signing_in import app_of, bearer

READING = {"name": "reporting", "permissions": ["caseload_imports:read", "policy:read"]}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(local_mode=True, data=tmp_path, refusals=5)


def made(client: TestClient, **others: Any) -> dict[str, Any]:
    answer = client.post("/v1/api-keys", json={**READING, **others})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def status(client: TestClient, key: str, path: str = "/v1/caseload-imports", **headers: str) -> int:
    return client.get(path, headers={**bearer(key), **headers}).status_code


@pytest.fixture
def elsewhere(app: FastAPI) -> Iterator[TestClient]:
    """The same service, asked from another address."""
    with TestClient(app, base_url=ADDRESS, client=("10.0.0.2", 50000)) as client:
        yield client


def test_a_key_opens_what_it_was_granted_and_nothing_else(client: TestClient) -> None:
    key = made(client)["key"]

    assert key.startswith("pa_")
    assert status(client, key) == 200
    assert status(client, key, "/v1/policy") == 200
    assert status(client, key, "/v1/audits") == 403
    assert status(client, key, "/v1/api-keys") == 403
    assert status(client, key, "/v1/me") == 403
    assert status(client, f"pa_{key[3:].upper()}") == 401


def test_a_key_works_without_a_provider_and_without_local_mode(
    client: TestClient, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    key = made(client)["key"]
    alone = TestClient(app_of(Settings(data=tmp_path), clock, sessions), base_url="http://anywhere.example")

    assert status(alone, key) == 200
    assert status(alone, TOKEN) == 401
    assert alone.get("/docs").status_code == 401
    assert alone.get("/openapi.json", headers=bearer(key)).status_code == 200


def test_the_secret_is_shown_once_and_kept_nowhere(client: TestClient, sessions: sessionmaker[Session]) -> None:
    headers = {"Idempotency-Key": "one"}
    first = client.post("/v1/api-keys", json=READING, headers=headers).json()
    again = client.post("/v1/api-keys", json=READING, headers=headers).json()

    assert again == {**first, "key": None}
    secret = first["key"].split("_", 2)[2]
    with sessions() as session:
        kept = [session.scalars(select(ApiKey.secret_sha256)).one(), str(session.scalars(select(IdempotencyKey)).one())]
        kept += [str(row) for row in session.execute(text("SELECT answer_body FROM idempotency_keys"))]
        kept += [str(entry.details) for entry in session.scalars(select(TrailEntry))]
    assert not any(secret in each for each in kept)
    listed = client.get("/v1/api-keys").json()["items"]
    assert [set(row) for row in listed] == [set(first) - {"key"}]


def test_a_key_lasts_a_year_and_no_longer(app: FastAPI, client: TestClient, clock: Clock) -> None:
    key, short = made(client)["key"], made(client, days=1, name="short")["key"]
    refused = client.post("/v1/api-keys", json={**READING, "days": 366})
    assert refused.status_code == 422
    assert "365 days" in refused.text

    def after(days: int) -> None:
        object.__setattr__(app.state.installation, "clock", Clock(ahead=clock.ahead + timedelta(days=days)))

    after(1)
    assert (status(client, key), status(client, short)) == (200, 401)
    answer = client.get("/v1/policy", headers=bearer(short))
    assert "has expired" in answer.json()["detail"]
    assert 'error_description="The API key has expired"' in answer.headers["www-authenticate"]
    after(365)
    assert status(client, key) == 401


def test_a_revoked_key_opens_nothing_from_the_next_request_on(
    client: TestClient, sessions: sessionmaker[Session]
) -> None:
    key = made(client)
    assert status(client, key["key"]) == 200

    revoked = client.post(f"/v1/api-keys/{key['id']}/revoke")

    assert (revoked.status_code, revoked.json()["revoked_by"]) == (200, "local administrator")
    assert status(client, key["key"]) == 401
    assert client.post(f"/v1/api-keys/{key['id']}/revoke").status_code == 409
    assert client.post("/v1/api-keys/0199c0de-7a11-7000-8000-000000000009/revoke").status_code == 404
    with sessions() as session:
        assert [entry.action for entry in session.scalars(select(TrailEntry).order_by(TrailEntry.id))] == [
            "api_key_made",
            "api_key_revoked",
        ]


def test_two_keys_of_a_name_may_live_so_that_one_takes_over(app: FastAPI, client: TestClient, clock: Clock) -> None:
    first, second = made(client), made(client)
    refused = client.post("/v1/api-keys", json=READING)
    assert refused.status_code == 409
    assert "two live keys" in refused.json()["detail"]
    assert (status(client, first["key"]), status(client, second["key"])) == (200, 200)

    client.post(f"/v1/api-keys/{first['id']}/revoke")
    third = made(client)
    object.__setattr__(app.state.installation, "clock", Clock(ahead=clock.ahead + timedelta(days=365)))
    assert made(client)["name"] == third["name"], "an expired key takes no place"


@pytest.mark.parametrize("permission", ["accounts:link", "api_keys:make"])
def test_no_key_may_make_keys_or_people_of_accounts(client: TestClient, permission: str) -> None:
    refused = client.post("/v1/api-keys", json={**READING, "permissions": [permission]})

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["value"] == permission


@pytest.mark.parametrize("permissions", [[], ["everything"], ["policy:read", "root"], "policy:read"])
def test_a_permission_that_there_is_not_is_refused(client: TestClient, permissions: Any) -> None:
    assert client.post("/v1/api-keys", json={**READING, "permissions": permissions}).status_code == 422


def test_the_day_of_its_last_use_is_known(client: TestClient) -> None:
    key = made(client)
    assert client.get("/v1/api-keys").json()["items"][0]["last_used_on"] is None

    status(client, key["key"])

    assert client.get("/v1/api-keys").json()["items"][0]["last_used_on"] == "2026-10-01"


WRONG = [
    "pa_",
    "pa_x",
    "pa__",
    "pa_0199c0de7a1170008000000000000009_secret",
    "pa_0199c0de7a1170008000000000000009",
    f"pa_{'0' * 32}_{'x' * 5000}",
    "pa_é_é",
]


@pytest.mark.parametrize("wrong", WRONG, ids=range(len(WRONG)))
def test_a_wrong_key_opens_nothing_and_is_told_nothing(client: TestClient, wrong: str) -> None:
    answer = client.get("/v1/policy", headers={b"Authorization": f"Bearer {wrong}".encode()})

    assert answer.status_code == 401
    assert "is not known here" in answer.json()["detail"]
    assert wrong not in answer.text


def test_a_wrong_secret_is_told_as_little_as_an_unknown_id(client: TestClient) -> None:
    key = made(client)["key"]
    known, unknown = f"{key[:-1]}?", f"pa_{'0' * 32}_{key[36:]}"

    answers = [client.get("/v1/policy", headers=bearer(each)) for each in (known, unknown)]

    told = [{**answer.json(), "correlation_id": ""} for answer in answers]
    assert told[0] == told[1]


def test_after_a_few_wrong_keys_an_address_has_to_wait(
    app: FastAPI, client: TestClient, elsewhere: TestClient, clock: Clock
) -> None:
    key = made(client)["key"]
    wrong = [status(client, f"pa_{number:032}_x") for number in range(7)]
    assert wrong == [401, 401, 401, 401, 401, 429, 429]

    answer = client.get("/v1/policy", headers=bearer(key))
    assert answer.status_code == 429, "nothing is looked at any more"
    assert int(answer.headers["retry-after"]) == 300
    assert status(elsewhere, key) == 200
    assert status(client, TOKEN) == 200, "other ways in are not held up"

    object.__setattr__(app.state.installation, "clock", Clock(ahead=clock.ahead + timedelta(minutes=6)))
    assert status(client, key) == 200


def test_the_count_is_the_same_for_every_process(
    client: TestClient, settings: Settings, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    for _ in range(5):
        status(client, "pa_x_y")

    another = TestClient(app_of(settings, clock, sessions), base_url=ADDRESS)
    assert status(another, "pa_x_y") == 429


def test_wrong_secrets_for_one_key_from_many_addresses_are_slowed_down_and_never_lock_out_its_bearer(
    app: FastAPI, client: TestClient
) -> None:
    key = made(client)["key"]
    wrong = [
        status(TestClient(app, base_url=ADDRESS, client=(f"10.1.0.{number}", 50000)), f"{key[:-2]}{number:02}")
        for number in range(8)
    ]

    assert wrong == [401, 401, 401, 401, 401, 429, 429, 429]
    assert status(client, key) == 200


def test_an_ended_key_that_its_bearer_still_sends_holds_up_nobody(client: TestClient) -> None:
    key, other = made(client), made(client, name="other")["key"]
    client.post(f"/v1/api-keys/{key['id']}/revoke")

    assert {status(client, key["key"]) for _ in range(20)} == {401}
    assert status(client, other) == 200


def test_one_client_of_ipv6_is_its_whole_network(app: FastAPI) -> None:
    wrong = [
        status(TestClient(app, base_url=ADDRESS, client=(f"2001:db8::{number:x}", 50000)), "pa_x_y")
        for number in range(6)
    ]

    assert wrong == [401, 401, 401, 401, 401, 429]
