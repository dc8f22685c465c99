"""Who may call what. Nothing is open but what says so, and no role may more than its row of the table."""

import asyncio

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.actors import Actor, whoever_asks
from api.dependencies import OpenToAnyone, Requires
from api.main import ROUTERS
from api.openapi import permission_of
from api.permissions import ACCESS, AppRole, Permission, Scope, reach_of
from api.problems import RequestRefused

pytestmark = pytest.mark.saves_nothing

ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
OPEN = {"/", "/docs", "/docs/page.css", "/docs/page.js", "/healthz", "/readyz", "/sign-in", "/version"}


def _named(route: APIRoute) -> str:
    return f"{','.join(sorted(route.methods or ()))} {route.path}"


@pytest.mark.parametrize("route", ROUTES, ids=_named)
def test_every_route_says_which_permission_it_needs(route: APIRoute) -> None:
    assert permission_of(route) is not None, f"{_named(route)}: add dependencies=[requires(Permission.…)]"


def test_only_these_paths_are_open_to_anyone() -> None:
    assert {route.path for route in ROUTES if isinstance(permission_of(route), OpenToAnyone)} == OPEN


def test_strangers_are_let_in_nowhere_else(stranger: TestClient) -> None:
    for route in ROUTES:
        for method in (route.methods or set()) if route.path not in OPEN else ():
            answer = stranger.request(method, route.path.replace("{", "").replace("}", ""))

            assert answer.status_code == 401, f"{_named(route)} answered {answer.status_code} to a stranger"


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", AppRole)
@pytest.mark.parametrize("is_narrowed", [False, True])
def test_a_role_is_let_in_exactly_where_its_row_of_the_table_says(
    role: AppRole, permission: Permission, is_narrowed: bool
) -> None:
    let_in = Requires(permission, is_narrowed)(Actor("somebody", frozenset({role})))
    reach = ACCESS[role].get(permission)

    if reach is Scope.ALL or (reach is not None and is_narrowed):
        asyncio.run(let_in)
    else:
        with pytest.raises(RequestRefused, match=permission.value):
            asyncio.run(let_in)


@pytest.mark.parametrize(
    ("roles", "scope"),
    [
        ([], None),
        ([AppRole.CONNECTOR], None),
        ([AppRole.PRACTITIONER], Scope.OWN),
        ([AppRole.PRACTITIONER, AppRole.TEAM_MANAGER], Scope.TEAM),
        ([AppRole.HEAD_OF_SERVICE, AppRole.AUDITOR], Scope.SERVICE),
        ([AppRole.AUDIT_TEAM, AppRole.PRACTITIONER], Scope.ALL),
    ],
)
def test_of_several_roles_the_one_that_reaches_furthest_counts(roles: list[AppRole], scope: Scope | None) -> None:
    assert reach_of(frozenset(roles), Permission.READ_AUDITS) == scope


def test_what_is_not_narrowed_to_somebodys_own_is_closed_to_them(app: FastAPI, client: TestClient) -> None:
    app.dependency_overrides[whoever_asks] = lambda: Actor("a practitioner", frozenset({AppRole.PRACTITIONER}))

    assert client.get("/v1/audits").status_code == 403
    assert client.get("/v1/audit-cycles").status_code == 200


def test_somebody_without_the_permission_is_told_which_it_is(app: FastAPI, client: TestClient) -> None:
    app.dependency_overrides[whoever_asks] = lambda: Actor("a practitioner", frozenset({AppRole.PRACTITIONER}))

    answer = client.get("/v1/jobs")

    assert answer.status_code == 403
    assert answer.json()["code"] == "not_permitted"
    assert "jobs:read" in answer.json()["detail"]


def test_the_administrator_may_everything_and_nobody_else_does() -> None:
    assert set(ACCESS[AppRole.ADMINISTRATOR]) == set(Permission)
    assert all(set(ACCESS[role]) < set(Permission) for role in AppRole if role is not AppRole.ADMINISTRATOR)
