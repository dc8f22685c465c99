"""The HTTP door on a database of the test's own, asked by the local administrator unless a test says otherwise."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from db.session import make_sessions
from rules.policy.load import load_edition
from settings import Settings
from tests.api.lent_routes import with_lent_routes
from tests.audits_under_way import AuditUnderWay, audit_under_way
from tests.integrations.pretend_provider import PretendProvider, pretend_provider

TOKEN = "the-token-of-these-tests"
ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture
def sessions(request: pytest.FixtureRequest) -> sessionmaker[Session]:
    """A database of the test's own; for a file marked `saves_nothing` one that all such files share."""
    saves_nothing = request.node.get_closest_marker("saves_nothing") is not None
    engine: Engine = request.getfixturevalue("read_only_engine" if saves_nothing else "engine")
    return make_sessions(engine)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(local_mode=True, data=tmp_path)


@pytest.fixture
def today() -> date:
    """The day on which a test's requests are made; parametrize or override it."""
    return date(2026, 10, 1)


@pytest.fixture
def clock(today: date) -> Clock:
    return Clock(ahead=datetime(today.year, today.month, today.day, 9, tzinfo=UTC) - datetime.now(UTC))


@pytest.fixture
def app(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> Iterator[FastAPI]:
    app = with_lent_routes(create_app(settings, clock, sessions, load_edition(), token=TOKEN))
    yield app
    app.dependency_overrides.clear()


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Signed in by the token, and told of faults as a client would be: as an answer of 500."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, base_url=ADDRESS, headers=headers, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """Somebody whom the service does not know."""
    with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    """An identity provider whose tokens are believed."""
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def audit(provider: PretendProvider, tmp_path: Path, sessions: sessionmaker[Session]) -> Iterator[AuditUnderWay]:
    """One that was allocated, and everybody who is something to it."""
    with audit_under_way(provider, tmp_path, sessions) as audit:
        yield audit
