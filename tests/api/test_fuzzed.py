"""Requests by chance over the whole OpenAPI document, as several roles: no fault, and every answer as described.

`./run test -m fuzz` is short. FUZZ_EXAMPLES=200 makes it long.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples
from schemathesis import GenerationMode, checks
from sqlalchemy.orm import Session, sessionmaker

from api import actors
from api.bearers import Actor
from api.permissions import AppRole
from clock import Clock
from db.queries.jobs import HEARTBEAT, record_run
from settings import Settings
from tests.api.conftest import TOKEN

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
# Facts that contradict themselves fit the schema and are refused with 422 all the same: that is what rules are for.
# Here every request is somebody's, whatever it carries; tests/api/test_permissions.py proves who is let in.
NOT_OURS: list[Any] = [checks.positive_data_acceptance, checks.ignored_auth]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Out of local mode, in which the host name that the requests are sent to would be refused."""
    return Settings(local_mode=False, data=tmp_path)


@pytest.fixture(autouse=True)
def scheduler_heard_of(sessions: sessionmaker[Session], clock: Clock) -> None:
    """So that /readyz answers 200, now and whenever a long run comes to it."""
    at = clock.now() + timedelta(days=1)
    with sessions.begin() as session:
        record_run(session, HEARTBEAT, at, at, "The scheduler ticks.", is_well=True)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("role", [AppRole.ADMINISTRATOR, AppRole.TEAM_MANAGER, AppRole.CONNECTOR])
def test_no_request_by_chance_meets_a_fault(
    app: FastAPI, role: AppRole, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def somebody(*_: object) -> Actor:
        return Actor("somebody", frozenset({role}))

    # Not an override of the dependency: routes with a body ask who it is before they read it.
    monkeypatch.setattr(actors, "_recognised", somebody)
    described = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Authorization": f"Bearer {TOKEN}"})

    found: Any
    for found in described.get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.POSITIVE or operation.body or operation.query or operation.path_parameters:
            _send(operation.as_strategy(generation_mode=mode))


def _send(requests: Any) -> None:
    @seed(SEED)
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def send(case: Any) -> None:
        case.call_and_validate(excluded_checks=NOT_OURS)

    send()
