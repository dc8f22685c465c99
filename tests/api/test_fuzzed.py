"""Requests by chance over the whole OpenAPI document, as several roles: no fault, and every answer as described.

`./run test -m fuzz` is short. FUZZ_EXAMPLES=200 makes it long.
"""

import os
import random
import re
import uuid
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as examples
from schemathesis import GenerationMode, checks
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from api import actors
from api.app_roles import AppRole
from api.bearers import Actor
from clock import Clock
from db.queries.jobs import HEARTBEAT, record_run
from db.queries.reaches import NOBODY, Standing
from db.tables.audits import Audit
from db.tables.organisation import Person
from settings import Settings
from tests.api.conftest import TOKEN
from tests.moved_audits import issue
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle

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


@pytest.fixture
def audits(sessions: sessionmaker[Session]) -> list[Audit]:
    """One just allocated and one that is issued, so that requests meet more than "no such audit"."""
    on = date(2026, 10, 1)
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
        open_cycle(work_on(session, on), "2026-10")
    with sessions.begin() as session:
        allocated, issued = session.scalars(select(Audit).order_by(Audit.reference).limit(2)).all()
        issue(session, issued.id, on)
        session.expunge_all()
    return [allocated, issued]


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("role", [AppRole.ADMINISTRATOR, AppRole.AUDITOR, AppRole.PRACTITIONER])
def test_no_request_by_chance_meets_a_fault(
    app: FastAPI,
    role: AppRole,
    mode: GenerationMode,
    audits: list[Audit],
    *,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    standings = {str(audit.id): standing_of(sessions, audit, role) for audit in audits}

    async def somebody(request: Request, *_: object) -> Actor:
        asked_of = next((one for one in standings if one in request.url.path), None)
        return Actor("somebody", frozenset({role}), standing=standings.get(asked_of or "", NOBODY))

    # Not an override of the dependency: routes with a body ask who it is before they read it.
    monkeypatch.setattr(actors, "_recognised", somebody)
    aimed = Aimed(sessions, audits, mode)
    for case in drawn(app, mode):
        aimed.at_an_audit(case)
        aimed.answered[case.call_and_validate(excluded_checks=NOT_OURS, app=app).status_code] += 1
    print(f"{mode.value} requests as {role}: {aimed.answered.total()}, answered {dict(sorted(aimed.answered.items()))}")


DRAWN: dict[tuple[GenerationMode, str], list[Any]] = {}


def drawn(app: FastAPI, mode: GenerationMode, paths: str = "") -> list[Any]:
    """The requests to all operations: the same for every role, so drawn once, which takes longer than sending them.

    `paths` is a pattern that leaves out all other paths.
    """
    if (mode, paths) not in DRAWN:
        described = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Authorization": f"Bearer {TOKEN}"})
        all_operations: Any = described.get_all_operations()
        operations = [found.ok() for found in all_operations]
        DRAWN[mode, paths] = [
            case
            for it in operations
            if re.match(paths, it.path)
            and (mode is GenerationMode.POSITIVE or it.body or it.query or it.path_parameters)
            for case in _draw(it.as_strategy(generation_mode=mode))
        ]
    return DRAWN[mode, paths]


def standing_of(sessions: sessionmaker[Session], audit: Audit, role: AppRole) -> Standing:
    """Of its auditor or its practitioner; an administrator is nobody to it."""
    person_id = {AppRole.AUDITOR: audit.auditor_id, AppRole.PRACTITIONER: audit.practitioner_id}.get(role)
    if person_id is None:
        return NOBODY
    with sessions() as session:
        return Standing(date(2026, 10, 1), person_id, session.get_one(Person, person_id).reference)


class Aimed:
    """Sends what is asked of some audit to one that there is, as whoever read its newest version."""

    def __init__(self, sessions: sessionmaker[Session], audits: list[Audit], mode: GenerationMode) -> None:
        self._sessions = sessions
        self._ids = [audit.id for audit in audits]
        self._dice = random.Random(SEED)
        self._is_meant = mode is GenerationMode.POSITIVE
        self.answered = Counter[int]()

    def at_an_audit(self, case: Any) -> None:
        if not self._is_meant or "audit_id" not in (case.path_parameters or {}):
            return
        audit_id = self._dice.choice(self._ids)
        case.path_parameters["audit_id"] = str(audit_id)
        if case.method != "GET":
            case.headers["If-Match"] = f'"{self._version(case.path, audit_id)}"'

    def _version(self, path: str, audit_id: uuid.UUID) -> int:
        if re.search("/(gradings|improvement-plan|feedback)", path):
            return 0
        with self._sessions() as session:
            return session.get_one(Audit, audit_id).version


def _draw(requests: Any) -> list[Any]:
    cases: list[Any] = []

    @seed(SEED)
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests)
    def draw(case: Any) -> None:
        cases.append(case)

    draw()
    return cases
