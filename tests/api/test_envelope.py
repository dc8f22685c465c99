from collections.abc import MutableMapping
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import create_engine, text
from sqlalchemy.orm import sessionmaker
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from api.dependencies import WorkDep, open_to_anyone
from api.envelope import SAFE_HEADERS
from api.main import create_app
from api.routers import Router
from clock import Clock
from rules.policy.load import load_edition
from settings import Settings
from tests.api.conftest import ADDRESS, TOKEN

MADE = text("INSERT INTO job_runs (job, began_at, failures_in_a_row, outcome) VALUES ('a job', now(), 0, 'nothing')")
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    ("headers", "correlation_id"),
    [
        ({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}, TRACE),
        ({"X-Correlation-ID": "import-2026.10_1"}, "import-2026.10_1"),
        ({"X-Correlation-ID": "two lines\nof log"}, None),
        ({"X-Correlation-ID": "x" * 65}, None),
        ({}, None),
    ],
)
def test_an_answer_bears_the_callers_correlation_id_or_a_new_one(
    stranger: TestClient, headers: dict[str, str], correlation_id: str | None
) -> None:
    answer = stranger.get("/nowhere", headers=headers)

    given = answer.headers["x-correlation-id"]
    assert answer.json()["correlation_id"] == given
    assert given == correlation_id if correlation_id else len(given) == 32


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/v1/me", "/docs"])
def test_every_answer_has_safe_headers(stranger: TestClient, path: str) -> None:
    headers = stranger.get(path).headers

    assert set(map(str.lower, SAFE_HEADERS)) <= set(headers)
    assert headers["content-security-policy"].startswith("default-src 'none'")


def _lines(client: TestClient, path: str) -> list[MutableMapping[str, Any]]:
    with capture_logs() as lines:
        client.get(path, headers={"Cookie": "practice_audit_8000=a-secret"})
    return [line for line in lines if line["event"] == "request"]


def test_the_access_log_has_one_line_a_request_without_query_header_or_body(client: TestClient) -> None:
    [line] = _lines(client, "/v1/rules/working-days?start_on=2026-04-02&add=5")

    assert (line["method"], line["path"], line["status"]) == ("GET", "/v1/rules/working-days", 200)
    assert line["actor"] == "local administrator"
    assert "2026-04-02" not in str(line)


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/v1/audits/0199c0de-7a11-7000-8000-000000000003", "/v1/audits/0199c0de-7a11-7000-8000-000000000003"),
        ("/v1/audit-cycles/2026-10", "/v1/audit-cycles/2026-10"),
        ("/v1/people/jane.doe%40council.example", "/v1/people/{person_id}"),
        ("/v1/services/jane%20doe", "/v1/services/{service_id}"),
        ("/v1/people/a%0a2026-10-01%20%5Binfo%5D%20request", "/v1/people/{person_id}"),
        ("/v1/clients/Jane%20Doe", "(no such path)"),
    ],
)
def test_nothing_that_somebody_typed_into_a_path_is_logged(client: TestClient, path: str, logged: str) -> None:
    [line] = _lines(client, path)

    assert line["path"] == logged


def test_neither_a_sign_in_code_nor_a_token_nor_a_cookie_is_logged(client: TestClient) -> None:
    lines = str(_lines(client, "/sign-in?code=the-code"))

    assert "the-code" not in lines
    assert TOKEN not in lines
    assert "a-secret" not in lines


@pytest.fixture
def faulty(app: FastAPI) -> FastAPI:
    router = Router("faults", "/v1/faults")

    @router.get("", dependencies=[open_to_anyone()])
    def fail() -> None:
        raise ZeroDivisionError("a secret of the inside")

    app.include_router(router)
    return app


def test_a_fault_is_answered_without_its_inside_and_logged_with_its_correlation_id(
    faulty: FastAPI, stranger: TestClient
) -> None:
    with capture_logs() as lines:
        answer = stranger.get("/v1/faults")

    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "fault"
    assert "secret" not in answer.text
    assert set(map(str.lower, SAFE_HEADERS)) <= set(answer.headers)
    logged = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in logged] == [500]
    assert answer.json()["correlation_id"] == answer.headers["x-correlation-id"]


@pytest.fixture
def without_database() -> TestClient:
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nowhere", connect_args={"connect_timeout": 1})
    app = create_app(Settings(local_mode=True), Clock(), sessionmaker(engine), load_edition(), token=TOKEN)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return TestClient(app, base_url=ADDRESS, headers=headers, raise_server_exceptions=False)


def test_without_a_database_requests_are_asked_to_come_back(without_database: TestClient) -> None:
    answer = without_database.get("/v1/jobs")

    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["code"] == "database_away"


def test_without_a_database_it_lives_and_is_not_ready_and_still_knows_the_rules(without_database: TestClient) -> None:
    assert without_database.get("/healthz").status_code == 200
    assert without_database.get("/readyz").status_code == 503
    assert without_database.get("/v1/rules/working-days?start_on=2026-04-02&add=5").status_code == 200


def test_a_transaction_that_ends_in_a_refusal_keeps_nothing(app: FastAPI, client: TestClient) -> None:
    router = Router("attempts", "/v1/attempts")

    @router.post("", dependencies=[open_to_anyone()])
    def attempt(work: WorkDep) -> None:
        work.session.execute(MADE)
        raise ZeroDivisionError

    app.include_router(router)
    client.post("/v1/attempts")

    assert client.get("/v1/jobs").json() == {"items": []}
