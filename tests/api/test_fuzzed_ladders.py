"""Requests by chance about disputes, safety alerts, moderation and ladders that there are: none of them is a fault.

`./run test -m fuzz` is short. FUZZ_EXAMPLES=200 makes it long.
"""

import random
import uuid
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from schemathesis import GenerationMode
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from api import actors
from api.app_roles import AppRole
from api.bearers import Actor
from db.queries.reaches import NOBODY, Reach, Relation, Standing
from db.tables.audits import Audit
from db.tables.disputes import Dispute
from db.tables.moderation import ModeratedAudit, ModerationRound
from db.tables.safety_alerts import SafetyAlert
from settings import Settings
from tests.api.test_fuzzed import NOT_OURS, SEED, drawn
from tests.moderated import MARCH, drawn_round, moderating_council
from tests.small_council import work_on
from usecases.dispute_openings import Ground, NewDispute, raise_dispute
from usecases.new_safety_alerts import NewAlert, raise_alert

pytestmark = [pytest.mark.fuzz, pytest.mark.filterwarnings("ignore")]

PATHS = "/v1/(safety-alerts|disputes|moderation-rounds|rules/ladders)"
WHY = [Ground("overall_grade", "The visit of May is not counted.", "Case note of 12 May.")]
# The parameter of a path, and which rows it may name.
NAMED: dict[str, Any] = {
    "alert_id": SafetyAlert,
    "dispute_id": Dispute,
    "round_id": ModerationRound,
    "moderated_id": ModeratedAudit,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Out of local mode, in which the host name that the requests are sent to would be refused."""
    return Settings(local_mode=False, data=tmp_path)


@pytest.fixture
def today() -> date:
    return MARCH


@pytest.fixture
def found(sessions: sessionmaker[Session]) -> dict[str, list[uuid.UUID]]:
    """A council of issued audits with a dispute, safety alerts and a moderation round; ids by parameter."""
    with sessions.begin() as session:
        council = moderating_council(session)
        audits = session.scalars(select(Audit).order_by(Audit.reference)).all()
        for audit in audits[:2]:
            raise_alert(work_on(session, MARCH), NewAlert(concern="Alone.", audit_id=audit.id))
        standing = Standing(MARCH, council.person_id("P3"))
        as_practitioner = replace(work_on(session, MARCH), reach=Reach(frozenset({Relation.AS_PRACTITIONER}), standing))
        raise_dispute(as_practitioner, NewDispute(audit_id=audits[2].id, grounds=WHY))
        drawn_round(session)
    with sessions() as session:
        return {name: list(session.scalars(select(table.id))) for name, table in NAMED.items()}


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize("role", [AppRole.ADMINISTRATOR, AppRole.AUDIT_MANAGER, AppRole.PRACTITIONER])
def test_no_request_by_chance_about_a_ladder_meets_a_fault(
    app: FastAPI,
    role: AppRole,
    mode: GenerationMode,
    found: dict[str, list[uuid.UUID]],
    *,
    sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def somebody(_: Request, *__: object) -> Actor:
        return Actor("somebody", frozenset({role}), standing=NOBODY)

    monkeypatch.setattr(actors, "_recognised", somebody)
    dice, answered = random.Random(SEED), Counter[int]()
    for case in drawn(app, mode, PATHS):
        if mode is GenerationMode.POSITIVE:
            aim(case, found, dice, sessions)
        answered[case.call_and_validate(excluded_checks=NOT_OURS, app=app).status_code] += 1
    print(f"{mode.value} requests as {role}: {answered.total()}, answered {dict(sorted(answered.items()))}")


def aim(case: Any, found: dict[str, list[uuid.UUID]], dice: random.Random, sessions: sessionmaker[Session]) -> None:
    """At a row that there is, as whoever read its newest version."""
    for name in NAMED.keys() & (case.path_parameters or {}).keys():
        id_ = dice.choice(found[name])
        case.path_parameters[name] = str(id_)
        with sessions() as session:
            version = getattr(session.get_one(NAMED[name], id_), "version", 0)
        if case.method != "GET":
            case.headers["If-Match"] = f'"{version}"'
