"""Who may call what. Nothing is open but what says so, and no role may more than its row of the table."""

import asyncio

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request
from starlette.testclient import TestClient

from api.access import ACCESS, may_grant, relations_of
from api.actors import whoever_asks
from api.app_roles import AppRole
from api.bearers import Actor
from api.dependencies import OpenOnThisMachine, OpenToAnyone, Requires
from api.every_router import ROUTERS
from api.main import create_app
from api.openapi import permission_of
from api.permissions import NEVER_GRANTED, Permission
from api.problems import RequestRefused
from clock import Clock
from db.queries.reaches import Relation
from rules.policy.load import load_edition
from settings import Settings
from tests.api.conftest import ADDRESS

pytestmark = pytest.mark.saves_nothing

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
OPEN = {"/", "/healthz", "/readyz", "/sign-in", "/version"}
OPEN_ON_THIS_MACHINE = {"/docs", "/docs/page.css", "/docs/page.js", "/openapi.json"}


def _named(route: APIRoute) -> str:
    return f"{','.join(sorted(route.methods or ()))} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=_named)
def test_every_route_says_which_permission_it_needs(route: APIRoute) -> None:
    assert permission_of(route) is not None, f"{_named(route)}: add dependencies=[requires(Permission.…)]"


def test_only_these_paths_are_open_to_anyone() -> None:
    assert {route.path for route in ROUTES if isinstance(permission_of(route), OpenToAnyone)} == OPEN
    on_this_machine = {route.path for route in ROUTES if isinstance(permission_of(route), OpenOnThisMachine)}
    assert on_this_machine == OPEN_ON_THIS_MACHINE


@pytest.mark.parametrize("local_mode", [True, False])
def test_strangers_are_let_in_nowhere_else(
    settings: Settings, clock: Clock, sessions: sessionmaker[Session], local_mode: bool
) -> None:
    elsewhere = settings.model_copy(update={"local_mode": local_mode})
    stranger = TestClient(create_app(elsewhere, clock, sessions, load_edition()), base_url=ADDRESS)
    for route in ROUTES:
        is_open = route.path in OPEN | (OPEN_ON_THIS_MACHINE if local_mode else set())
        for method in () if is_open else (route.methods or set()):
            answer = stranger.request(method, route.path.replace("{", "").replace("}", ""))

            assert answer.status_code == 401, f"{_named(route)} answered {answer.status_code} to a stranger"


def _a_request() -> Request:
    return Request({"type": "http"})


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", AppRole)
@pytest.mark.parametrize("is_narrowed", [False, True])
def test_a_role_is_let_in_exactly_where_its_row_of_the_table_says(
    role: AppRole, permission: Permission, is_narrowed: bool
) -> None:
    request = _a_request()
    let_in = Requires(permission, is_narrowed)(request, Actor("somebody", frozenset({role})))
    relations = ACCESS[role].get(permission, frozenset())

    if Relation.ALL in relations or (relations and is_narrowed):
        asyncio.run(let_in)
        assert request.state.reach.relations == relations
    else:
        with pytest.raises(RequestRefused, match=permission.value):
            asyncio.run(let_in)


@pytest.mark.parametrize(
    ("roles", "relations"),
    [
        ([], set()),
        ([AppRole.CONNECTOR], set()),
        ([AppRole.PRACTITIONER], {Relation.AS_PRACTITIONER, Relation.IN_A_DISPUTE}),
        (
            [AppRole.PRACTITIONER, AppRole.AUDITOR],
            {Relation.AS_PRACTITIONER, Relation.AS_AUDITOR, Relation.IN_A_DISPUTE},
        ),
        (
            [AppRole.HEAD_OF_SERVICE, AppRole.AUDITOR],
            {
                *(Relation.OWN_SERVICE, Relation.LINE_MANAGED),
                *(Relation.AS_AUDITOR, Relation.AS_MODERATOR, Relation.IN_A_DISPUTE),
            },
        ),
        ([AppRole.AUDIT_TEAM, AppRole.PRACTITIONER], {Relation.ALL, Relation.AS_PRACTITIONER, Relation.IN_A_DISPUTE}),
    ],
)
def test_whoever_has_several_roles_has_what_any_of_them_gives(roles: list[AppRole], relations: set[Relation]) -> None:
    assert relations_of(frozenset(roles), Permission.READ_AUDITS) == relations


def test_a_route_that_does_not_narrow_is_closed_to_who_may_see_their_own_alone() -> None:
    practitioner = Actor("a practitioner", frozenset({AppRole.PRACTITIONER}))

    with pytest.raises(RequestRefused, match="audits:read for everything"):
        asyncio.run(Requires(Permission.READ_AUDITS)(_a_request(), practitioner))


def test_a_key_may_what_it_was_granted_and_that_to_everything() -> None:
    machine = Actor("key of a test", frozenset(), granted=frozenset({Permission.READ_AUDITS}))

    assert machine.reach_of(Permission.READ_AUDITS).is_all
    assert machine.relations_of(Permission.READ_NOTICES) == set()


def test_nobody_can_grant_what_they_may_not_do_to_everything_themselves() -> None:
    for role in AppRole:
        for permission in may_grant(frozenset({role})):
            assert Relation.ALL in ACCESS[role][permission]
            assert permission not in NEVER_GRANTED


def test_somebody_without_the_permission_is_told_which_it_is(app: FastAPI, client: TestClient) -> None:
    app.dependency_overrides[whoever_asks] = lambda: Actor("a practitioner", frozenset({AppRole.PRACTITIONER}))

    answer = client.get("/v1/jobs")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_permitted"
    assert "jobs:read" in answer.json()["detail"]
    assert "it is for the audit manager, the audit team and the operator to do" in answer.json()["detail"]


def test_whoever_may_not_accept_a_report_is_told_whose_that_is(app: FastAPI, client: TestClient) -> None:
    """An auditor can get no role by which they would accept their own report: somebody else does (L6, A2)."""
    app.dependency_overrides[whoever_asks] = lambda: Actor("an auditor", frozenset({AppRole.AUDITOR}))

    answer = client.post("/v1/audits/0199c0de-7a11-7000-8000-000000000003/quality-checks", json={"outcome": "accepted"})

    assert answer.status_code == 403
    assert "for the audit manager and the audit team to do" in answer.json()["detail"]
    assert "Ask one of them to do it" in answer.json()["detail"]


def test_the_administrator_may_everything_and_nobody_else_does() -> None:
    assert set(ACCESS[AppRole.ADMINISTRATOR]) == set(Permission)
    assert all(set(ACCESS[role]) < set(Permission) for role in AppRole if role is not AppRole.ADMINISTRATOR)
