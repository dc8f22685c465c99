"""Every cell of role × route × relation, asked over HTTP with real tokens (FRAMEWORK C4, DESIGN §7).

The cells are made from the table in api/access.py and from the list of routes: a new route or role has its cells
at once. A route that narrows what it shows needs to be known here by the resource that it shows (`LISTS`, `ONE`), and
the resource needs rows in each relation (tests/api/access_council.py): without them a test fails.
"""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from api.access import ACCESS, relations_of
from api.app_roles import AppRole
from api.dependencies import Requires
from api.every_router import ROUTERS
from api.openapi import permission_of
from api.permissions import Permission
from api.token_roles import TOKEN_ROLES
from clock import Clock
from db.embedded import DATABASE, EmbeddedPostgres
from db.queries.reaches import Relation
from db.session import make_engine, make_sessions
from reports import report_files
from tests.api.access_council import ME, Related, found_access_council
from tests.api.signing_in import app_of, asking, bearer, link, settings_of, token_for
from tests.integrations.pretend_provider import PretendProvider, pretend_provider
from tests.small_council import SmallCouncil

NOBODYS_ID = "0199c0de-7a11-7000-8000-000000000001"
NO_FEEDBACK = "0199c0de-7a11-7000-8000-000000000002"
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
GUARDED = [(route, asked) for route in ROUTES if isinstance(asked := permission_of(route), Requires)]
# What is narrowed by what the body names: asked of below, by tests of its own.
BY_BODY = {("POST", "/v1/disputes")}
NARROWED = [
    (route, asked)
    for route, asked in GUARDED
    if asked.is_narrowed and not {(method, route.path) for method in route.methods or ()} & BY_BODY
]
# What a list shows, by its path; what one is read of, by the name of its id in the path.
LISTS = {
    "/v1/audits": "audits",
    "/v1/auditors-audits": "audits",
    "/v1/case-system/commands": "case_commands",
    "/v1/deadlines": "deadlines",
    "/v1/disputes": "disputes",
    "/v1/earlier-feedback": "feedback",
    "/v1/moderation-rounds/audits": "moderations",
    "/v1/notices": "notices",
    "/v1/people": "people",
    "/v1/posts": "posts",
    "/v1/safety-alerts": "safety_alerts",
    "/v1/services": "services",
    "/v1/teams": "teams",
}
ONE = {
    "alert_id": "safety_alerts",
    "audit_id": "audits",
    "command_id": "case_commands",
    "dispute_id": "disputes",
    "moderated_id": "moderations",
    "notice_id": "notices",
    "person_id": "people",
    "service_id": "services",
    "team_id": "teams",
}
# For paths below that begin nothing: no cycle in August, no such year, no such job.
HARMLESS = {
    "month": "2026-08",
    "year": "1999",
    "job": "no_such_job",
    "stage": "before-discussion",
    "number": "1",
    "feedback_id": NO_FEEDBACK,
    "review_id": NO_FEEDBACK,
}
# What a change of what is within reach is asked with, by how its path ends.
CHANGES: dict[str, Any] = {
    "/acknowledgement": None,
    "/answers": {"event": "acknowledged"},
    "/agreements": {"as_role": "practitioner"},
    "/advice": {"reason": "Nothing is left to put right."},
    "/auditor": {"auditor_id": NOBODYS_ID, "reason": "leave"},
    "/comments": {"text": "Thank you."},
    "/done": {"reference": "N-1"},
    "/evidence": {"done_on": "2026-10-01", "evidence": "It is on record."},
    "/feedback": {"kind": "concern", "text": "Late, and for nobody."},
    f"/feedback/{NO_FEEDBACK}": {"kind": "concern", "text": "Late, and for nobody."},
    "/findings": {"findings": "It is on record."},
    "/findings-confirmation": {},
    "/findings-discussion": {"held_on": "2026-10-01"},
    "/gradings/before-discussion": {},
    "/improvement-plan": {"actions": []},
    "/improvement-plan/revision": {"actions": []},
    "/issue": None,
    "/auditor-meeting": {"met_on": "2026-09-30"},
    "/written-feedback": {"feedback": "Thank you."},
    "/regrade": {},
    "/meeting": {"meets_on": "2026-10-12"},
    "/referral": {"reason": "Nobody else can."},
    "/reflective-discussion": {"held_on": "2026-10-01"},
    "/reviews": {"reviewer_id": NOBODYS_ID, "brief": "Look."},
    "/steps": {"event": "unresolved", "summary": "We see it differently."},
    "/submissions": None,
}
# Changes that are refused for another reason than the version: what is for nobody, and what is not there.
REFUSED_OTHERWISE = {"/feedback": (422, "invalid_facts"), "/feedback/{feedback_id}": (404, "not_found")}
# What is for the audited or the auditor to do; everybody else's moves are refused to both.
THEIRS_TO_DO = {
    Relation.AS_AUDITOR: {
        *(Permission.SETTLE_CASE_COMMANDS, Permission.CONDUCT_AUDITS, Permission.ACT_ON_DISPUTES),
        # Whoever audits may be an alert's manager too: they never judge what is theirs there (W1).
        *(Permission.ACT_ON_SAFETY_ALERTS, Permission.REFER_SAFETY_ALERTS),
    },
    Relation.AS_PRACTITIONER: {
        *(Permission.RESPOND_TO_REPORTS, Permission.KEEP_PLANS, Permission.ACT_ON_DISPUTES),
    },
}
NAMES = {role: name for name, role in TOKEN_ROLES.items()}
SEVERAL = [
    frozenset({AppRole.PRACTITIONER, AppRole.AUDITOR}),
    frozenset({AppRole.AUDITOR, AppRole.TEAM_MANAGER}),
    frozenset({AppRole.PRACTITIONER, AppRole.HEAD_OF_SERVICE, AppRole.READER}),
    frozenset({AppRole.TEAM_MANAGER, AppRole.HEAD_OF_SERVICE}),
    frozenset({AppRole.PRACTITIONER, AppRole.AUDIT_TEAM}),
    frozenset({AppRole.READER, AppRole.CONNECTOR, AppRole.OPERATOR}),
]
OWN = (Relation.AS_PRACTITIONER, Relation.AS_AUDITOR)
EACH_ALONE = [frozenset({role}) for role in AppRole]
Roles = frozenset[AppRole]
# Who is let in at all is asked of every cell; what is shown, of those whose role is let in.
NO_ROLE: Roles = frozenset()
DOORS = [(route, asked, roles) for route, asked in GUARDED for roles in (*EACH_ALONE, NO_ROLE)]
SIGHTS = [
    (route, asked, roles) for route, asked in NARROWED for roles in EACH_ALONE if relations_of(roles, asked.permission)
]


class Asking:
    """Somebody linked to ME who asks in changing roles; what only reads is asked for once."""

    def __init__(self, client: TestClient, provider: PretendProvider, clock: Clock, related: Related) -> None:
        self.client, self.provider, self.clock, self.related = client, provider, clock, related
        self._tokens: dict[Roles, str] = {}
        self._answered: dict[tuple[Roles, str], Any] = {}
        self._refused: dict[tuple[Roles, str, str], Any] = {}

    def headers(self, roles: Roles) -> dict[str, str]:
        if roles not in self._tokens:
            self._tokens[roles] = token_for(self.provider, self.clock, "me", *(NAMES[role] for role in roles))
        return bearer(self._tokens[roles])

    def ask(self, roles: Roles, method: str, path: str) -> Any:
        return self.client.request(method, path, headers=self.headers(roles))

    def try_it(self, roles: Roles, method: str, path: str) -> Any:
        """Asks for a change of a version that never was, which is refused when everything else is in order.

        Whatever is refused changes nothing, so it is asked once.
        """
        if (roles, method, path) not in self._refused:
            self._refused[roles, method, path] = self._try(roles, method, path)
        return self._refused[roles, method, path]

    def _try(self, roles: Roles, method: str, path: str) -> Any:
        ends = next((end for end in CHANGES if path.endswith(end)), None)
        assert ends is not None, "say in CHANGES with which body the change of what is within reach is asked for"
        headers = {**self.headers(roles), "If-Match": '"999"'}
        body = None if method == "DELETE" else CHANGES[ends]
        return self.client.request(method, path, json=body, headers=headers)

    def read(self, roles: Roles, path: str) -> Any:
        if (roles, path) not in self._answered:
            self._answered[roles, path] = self.ask(roles, "GET", path)
        return self._answered[roles, path]

    def listed(self, roles: Roles, path: str) -> tuple[int, set[str]]:
        """The status, and the ids of all rows."""
        answer = self.read(roles, path if path == "/v1/services" else f"{path}?limit=200")
        return answer.status_code, {row["id"] for row in answer.json().get("items", [])}


@pytest.fixture(scope="module")
def engine(postgres: EmbeddedPostgres, administration: Engine, migrated: str) -> Iterator[Engine]:
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE access OWNER {DATABASE} TEMPLATE {migrated} STRATEGY FILE_COPY"))
    engine = make_engine(postgres.url("access"), name="test")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def asks(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    clock = Clock.set_to(date(2026, 10, 1))
    with pretend_provider() as provider, pytest.MonkeyPatch.context() as patched:
        # Who reads which file is asked here some hundred times; what is in it, elsewhere.
        patched.setattr(report_files, "as_pdf", lambda *_: b"%PDF-")
        with Session(engine) as session, session.begin():
            related = found_access_council(session)
            link(SmallCouncil(session), provider, "me", ME)
        app: FastAPI = app_of(settings_of(provider, tmp_path_factory.mktemp("access")), clock, make_sessions(engine))
        with asking(app) as client:
            yield Asking(client, provider, clock, related)


def _named(value: Any) -> str | None:
    if isinstance(value, APIRoute):
        return f"{','.join(sorted(value.methods or ()))} {value.path}"
    if isinstance(value, frozenset):
        return "+".join(sorted(value)) or "none"
    if isinstance(value, Requires):
        return value.permission.value
    return value.value if isinstance(value, Relation) else None


def _path_of(route: APIRoute, ids: dict[str, str]) -> str:
    path = route.path
    while "{" in path:
        before, _, rest = path.partition("{")
        name, _, after = rest.partition("}")
        path = f"{before}{ids.get(name, NOBODYS_ID)}{after}"
    return path


@pytest.mark.parametrize(("route", "asked", "roles"), DOORS, ids=_named)
def test_a_role_is_let_in_where_the_table_says_and_nowhere_else(
    asks: Asking, route: APIRoute, asked: Requires, roles: Roles
) -> None:
    relations = relations_of(roles, asked.permission)
    is_let_in = Relation.ALL in relations or (asked.is_narrowed and bool(relations))
    for method in route.methods or ():
        answer = asks.ask(roles, method, _path_of(route, HARMLESS))

        assert answer.status_code < 500
        assert (answer.status_code not in (401, 403)) is is_let_in, f"{answer.status_code}: {answer.text[:300]}"
        if not is_let_in:
            assert answer.json()["code"] == "not_permitted"


@pytest.mark.parametrize(("route", "asked"), NARROWED, ids=_named)
def test_what_a_narrowed_route_shows_is_known_here(route: APIRoute, asked: Requires, asks: Asking) -> None:
    resource = _resource_of(route)
    granted = {relation for row in ACCESS.values() for relation in row.get(asked.permission, ())} - {Relation.ALL}

    missing = {relation for relation in granted if not asks.related.rows[resource][relation]} - _SAYS_NOTHING[resource]
    assert not missing, f"add {resource} related by {missing} to tests/api/access_council.py"
    assert asks.related.rows[resource][None], f"add {resource} that are nothing to ME"


# Relations that a permission has for the sake of other resources.
_SAYS_NOTHING: dict[str, set[Relation]] = {
    "audits": set(),
    "case_commands": set(),
    "deadlines": set(),
    "disputes": set(),
    "feedback": set(),
    "moderations": set(),
    "notices": set(),
    "people": set(),
    "posts": {Relation.LINE_MANAGED},
    "safety_alerts": set(),
    "services": {Relation.LINE_MANAGED},
    "teams": {Relation.LINE_MANAGED},
}


def _resource_of(route: APIRoute) -> str:
    if route.path in LISTS:
        return LISTS[route.path]
    ids = [name for name in route.param_convertors if name in ONE]
    assert ids, f"{route.path} narrows what it shows, and no cell tests it: add it to LISTS or ONE"
    return ONE[ids[0]]


def test_every_cell_of_the_table_is_asked_whether_it_lets_in_and_what_it_shows() -> None:
    let_in = {(role, asked.permission) for _, asked, roles in DOORS for role in roles}
    assert let_in == set(product(AppRole, {asked.permission for _, asked in GUARDED}))

    shown = {(role, asked.permission) for _, asked, roles in SIGHTS for role in roles}
    permissions = {asked.permission for _, asked in NARROWED}
    assert shown == {(role, it) for role, it in product(AppRole, permissions) if relations_of(frozenset({role}), it)}


@pytest.mark.parametrize("relation", Relation, ids=_named)
@pytest.mark.parametrize(("route", "asked", "roles"), SIGHTS, ids=_named)
def test_a_relation_shows_its_rows_to_the_roles_that_have_it_and_to_no_other(
    asks: Asking, route: APIRoute, asked: Requires, roles: Roles, relation: Relation
) -> None:
    relations = relations_of(roles, asked.permission)
    rows = asks.related.of(_resource_of(route), relation)
    if route.path in LISTS:
        status, listed = asks.listed(roles, route.path)
        assert status == 200
        assert listed & rows == (rows if relations & {relation, Relation.ALL} else set())
    else:
        is_own = relation in OWN and asked.permission not in THEIRS_TO_DO[relation]
        _check_each(asks, route, roles, rows, bool(relations & {relation, Relation.ALL}), is_own=is_own)


def _check_each(asks: Asking, route: APIRoute, roles: Roles, rows: set[str], is_shown: bool, *, is_own: bool) -> None:
    (name,) = [name for name in route.param_convertors if name in ONE]
    unknown = "no_such_service" if name == "service_id" else NOBODYS_ID
    nothing = _asked(asks, route, roles, {name: unknown})
    assert nothing.status_code == 404
    for row in rows:
        answer = _asked(asks, route, roles, {name: row})
        if is_shown and _changes(route) and is_own:
            assert (answer.status_code, answer.json()["rule"]) == (409, "A2"), "nobody decides in a matter of their own"
        elif is_shown and _changes(route):
            ends = next((end for end in REFUSED_OTHERWISE if route.path.endswith(end)), "")
            refused = REFUSED_OTHERWISE.get(ends, (412, "stale"))
            assert (answer.status_code, answer.json()["code"]) == refused
        elif is_shown:
            assert answer.status_code == 200
            is_file = answer.headers["content-type"] != "application/json"
            assert is_file or answer.json().get("id", row) == row
        else:
            assert answer.status_code == 404
            assert _told(answer, row) == _told(nothing, unknown), "it tells that the row is there"
            assert "etag" not in answer.headers


def _asked(asks: Asking, route: APIRoute, roles: Roles, ids: dict[str, str]) -> Any:
    path = _path_of(route, {**HARMLESS, **ids})
    (method,) = route.methods or ("GET",)
    return asks.try_it(roles, method, path) if _changes(route) else asks.read(roles, path)


def _changes(route: APIRoute) -> bool:
    return route.methods != {"GET"}


def _told(answer: Any, row: str) -> dict[str, str]:
    """An error without what differs by itself: the id asked for, and the name of the request."""
    told = {**answer.json(), "correlation_id": ""}
    return {name: str(value).replace(row, "…") for name, value in told.items()}


@pytest.mark.parametrize("roles", [*EACH_ALONE, *SEVERAL], ids=_named)
@pytest.mark.parametrize("path", LISTS)
def test_a_list_holds_what_the_union_of_roles_reaches_and_not_a_row_more(asks: Asking, path: str, roles: Roles) -> None:
    ((_, asked),) = [(route, asked) for route, asked in NARROWED if route.path == path]
    relations = relations_of(roles, asked.permission)
    resource = LISTS[path]
    rows = asks.related.all_of(resource) if Relation.ALL in relations else set[str]()
    for relation in relations:
        rows |= asks.related.of(resource, relation)

    status, listed = asks.listed(roles, path)

    assert (status, listed) == ((200, rows) if relations else (403, set()))


@pytest.mark.parametrize("roles", EACH_ALONE, ids=_named)
def test_a_dispute_is_raised_about_audits_within_reach_alone(asks: Asking, roles: Roles) -> None:
    relations = relations_of(roles, Permission.RAISE_DISPUTES)
    ground = {"part": "the_weather", "reasons": "Wet.", "evidence": "Rain."}
    for relation, audits in asks.related.rows["audits"].items():
        for audit in audits:
            body = {"audit_id": audit, "grounds": [ground]}
            answer = asks.client.post("/v1/disputes", json=body, headers=asks.headers(roles))
            is_reached = bool(relations & {relation, Relation.ALL})
            assert answer.status_code == (409 if is_reached else 404 if relations else 403)


def test_each_role_has_a_name_in_tokens() -> None:
    assert set(NAMES) == set(AppRole)
