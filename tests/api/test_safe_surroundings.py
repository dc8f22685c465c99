"""What surrounds every request in production: names, headers, other origins, sizes (ECOSYSTEM 3.3, API 4, 7 and 8)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient
from starlette.types import Message

from api.envelope import SAFE_HEADERS
from clock import Clock
from settings import Settings
from tests.api.conftest import ADDRESS, TOKEN
from tests.api.signing_in import app_of

PUBLIC = "https://audit.council.example"
ELSEWHERE = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
MEBIBYTE = 1024 * 1024


def production(clock: Clock, sessions: sessionmaker[Session], data: Path, **facts: str | None) -> FastAPI:
    return app_of(Settings(data=data, **{"public_url": PUBLIC, **facts}), clock, sessions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("audit.council.example", 200),
        ("AUDIT.council.example:443", 200),
        ("audit.internal", 200),
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("audit.council.example.elsewhere.example", 421),
        ("elsewhere.example", 421),
        ("10.0.0.1", 421),
        ("", 421),
    ],
)
def test_it_answers_to_its_own_names_only(
    clock: Clock, sessions: sessionmaker[Session], tmp_path: Path, host: str, status: int
) -> None:
    app = production(clock, sessions, tmp_path, hosts="audit.internal, audit2.internal")

    assert TestClient(app, base_url=PUBLIC).get("/healthz", headers={"Host": host}).status_code == status


def test_without_a_public_address_any_name_is_answered(
    clock: Clock, sessions: sessionmaker[Session], tmp_path: Path
) -> None:
    app = production(clock, sessions, tmp_path, public_url=None)

    answer = TestClient(app, base_url="http://anything.example").get("/healthz")

    assert answer.status_code == 200
    assert "strict-transport-security" not in answer.headers


@pytest.mark.parametrize("path", ["/healthz", "/v1/me", "/docs", "/nowhere", "/v1/audits/x"])
def test_where_the_public_address_is_https_browsers_are_told_to_stay_with_it(
    clock: Clock, sessions: sessionmaker[Session], tmp_path: Path, path: str
) -> None:
    headers = TestClient(production(clock, sessions, tmp_path), base_url=PUBLIC).get(path).headers

    assert headers["strict-transport-security"] == "max-age=31536000"
    assert set(map(str.lower, SAFE_HEADERS)) <= set(headers)


def test_a_fault_has_the_headers_too(clock: Clock, sessions: sessionmaker[Session], tmp_path: Path) -> None:
    app = production(clock, sessions, tmp_path)
    app.state.installation = None
    answer = TestClient(app, base_url=PUBLIC, raise_server_exceptions=False).get("/version")

    assert answer.status_code == 500
    assert answer.headers["strict-transport-security"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("method", ["OPTIONS", "GET", "POST"])
@pytest.mark.parametrize("path", ["/v1/audits", "/v1/api-keys", "/healthz", "/openapi.json"])
def test_no_other_origin_is_let_in(client: TestClient, method: str, path: str) -> None:
    headers = client.request(method, path, headers=ELSEWHERE).headers

    assert not any(name.startswith("access-control-") for name in headers)
    assert client.options(path, headers=ELSEWHERE).status_code == 405


def pieces(mebibytes: int) -> Iterator[bytes]:
    """A body of no announced length."""
    for _ in range(mebibytes):
        yield b" " * MEBIBYTE


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize(
    ("path", "mebibytes", "status"),
    [
        ("/v1/api-keys", 2, 413),
        ("/v1/accounts", 2, 413),
        ("/v1/rules/draw", 2, 422),
        ("/v1/rules/draw", 65, 413),
    ],
)
def test_no_body_is_read_beyond_what_its_path_takes(
    client: TestClient, path: str, mebibytes: int, status: int, announced: bool
) -> None:
    content = b"".join(pieces(mebibytes)) if announced else pieces(mebibytes)

    answer = client.post(path, content=content, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_outside_of_local_mode_no_cookie_and_no_link_signs_anybody_in(
    clock: Clock, sessions: sessionmaker[Session], tmp_path: Path, app: FastAPI, client: TestClient
) -> None:
    from_before = TestClient(production(clock, sessions, tmp_path), base_url=PUBLIC)
    from_before.cookies.set("practice_audit_session", "any")

    assert from_before.get("/v1/me").status_code == 401
    assert from_before.get("/sign-in?code=any").status_code == 404
    assert from_before.get("/v1/me", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 401
    assert client.get("/v1/me").status_code == 200, f"while {ADDRESS} lets the bearer of its token in"


BODIES = {
    "/v1/caseload-imports": "multipart/form-data; boundary=x",
    "/v1/organisation-imports": "multipart/form-data; boundary=x",
    "/v1/people": "application/json",
    "/v1/rules/draw": "application/json",
}


@pytest.mark.parametrize("path", BODIES)
@pytest.mark.parametrize(("token", "status"), [(None, 401), ("wrong", 401), ("narrow", 403)])
def test_whoever_is_not_let_in_has_nothing_read_of_what_they_send(
    client: TestClient, path: str, token: str | None, status: int
) -> None:
    asked = {"name": "monitor", "permissions": ["metrics:read"]}
    keys = {"narrow": client.post("/v1/api-keys", json=asked).json()["key"], "wrong": "wrong"}
    headers = [(b"host", b"127.0.0.1"), (b"content-type", BODIES[path].encode())]
    if token is not None:
        headers.append((b"authorization", f"Bearer {keys[token]}".encode()))
    read: list[str] = []
    answered: list[int] = []

    async def receive() -> Message:
        read.append("a piece")
        return {"type": "http.request", "body": b"-" * 1024, "more_body": len(read) < 3}

    async def send(message: Message) -> None:
        answered.append(message.get("status", 0))

    scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "headers": headers}
    assert client.portal is not None
    client.portal.call(client.app, {**scope, "scheme": "http", "client": ("127.0.0.1", 1)}, receive, send)

    assert (answered[0], read) == (status, [])
