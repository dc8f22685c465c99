"""The OpenAPI document: what FastAPI describes by itself, and what it cannot know.

Kept as docs/openapi.json (`practice-audit openapi`); a test and the build fail when it is stale.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from api.dependencies import OpenOnThisMachine, OpenToAnyone, Requires
from api.draw_example import REQUEST
from api.editions import EditionUsed
from api.idempotency import HEADER, LONGEST_KEY
from api.openapi_examples import AN_ID, restore_answers, show_body
from api.problems import ProblemDetails
from api.routers import EVERY_ERROR
from api.rules_draws import ANSWERED, ASKED, answer_draw
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar

_SCHEMES = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token of the identity provider, an API key, or in local mode the token in the token file",
    },
    "browser": {
        "type": "apiKey",
        "in": "cookie",
        "name": "practice_audit_session",
        "description": "Set by the one-time sign-in link; its name ends with the port",
    },
}
_SIGNED_IN: list[dict[str, list[str]]] = [{"bearer": []}, {"browser": []}]
_IDEMPOTENCY_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "The same key with the same request has one effect and one answer, for 7 days",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"},
    "example": AN_ID,
}
_CAPITALS = {"api", "csv", "html", "json", "pdf"}
_IGNORED_KEY = {
    **_IDEMPOTENCY_KEY,
    "description": "Changes nothing here",
    "schema": {"type": "string"},
}


def describe_with(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Makes `app.openapi()` tell everything; it is worked out once, when first asked for."""
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app, routes)
        return app.openapi_schema

    app.state.routes = routes
    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own way to extend it


def methods_of(app: FastAPI, path: str) -> set[str]:
    """Every method that the path takes, whichever route it belongs to."""
    taking = (route.methods or set() for route in app.state.routes if route.path_regex.match(path))
    return set().union(*taking)


def permission_of(route: APIRoute) -> Requires | OpenToAnyone | OpenOnThisMachine | None:
    """What a route asks of whoever calls it; None for a route that forgot to say."""
    for depends in route.dependencies:
        if isinstance(depends.dependency, Requires | OpenToAnyone | OpenOnThisMachine):
            return depends.dependency
    return None


def _document(app: FastAPI, routes: list[APIRoute]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, tags=app.openapi_tags, routes=app.routes
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas |= _schemas("ProblemDetails", TypeAdapter(ProblemDetails), "")
    schemas |= _schemas("DrawAsked", ASKED, "Frame")
    schemas |= _schemas("Draw", ANSWERED, "Draw")
    components["securitySchemes"] = _SCHEMES
    for route, operation in _operations(document, routes):
        operation["summary"] = _summary_of(operation["operationId"])
        restore_answers(operation, route)
        show_body(operation, schemas)
        _add_to(operation, route)
    _show_a_draw(document)
    return document


def _show_a_draw(document: dict[str, Any]) -> None:
    """The answer to the example of a draw, by drawing it: so it never shows what the rules no longer say."""
    policy = load_edition()
    used = EditionUsed(policy, WorkingDayCalendar.of_policy(policy.calendar), policy.edition.id)
    answer = json.loads(answer_draw(json.dumps(REQUEST["value"]).encode(), used))
    content = document["paths"]["/v1/rules/draw"]["post"]["responses"]["200"]["content"]["application/json"]
    content["examples"] = {"a draw": {"value": answer}}


def _schemas(name: str, adapter: TypeAdapter[Any], prefix: str) -> dict[str, Any]:
    schema = adapter.json_schema(ref_template=f"#/components/schemas/{prefix}{{model}}", mode="serialization")
    parts = schema.pop("$defs", {})
    return {name: schema, **{f"{prefix}{part}": described for part, described in parts.items()}}


def _operations(document: dict[str, Any], routes: list[APIRoute]) -> Iterator[tuple[APIRoute, dict[str, Any]]]:
    for route in routes:
        for method in route.methods or ():
            operation = document["paths"].get(route.path_format, {}).get(method.lower())
            if operation is not None:
                yield route, operation


def _summary_of(operation_id: str) -> str:
    """What a list of all operations shows of one: its name in words."""
    words = operation_id.replace("re_audit", "re-audit").split("_")
    said = " ".join(word.upper() if word in _CAPITALS else word for word in words)
    return said[0].upper() + said[1:]


def _add_to(operation: dict[str, Any], route: APIRoute) -> None:
    permission = permission_of(route)
    operation["security"] = [] if isinstance(permission, OpenToAnyone) else _SIGNED_IN
    if isinstance(permission, Requires):
        operation["x-permission"] = permission.permission.value
    else:
        _leave_out_strangers_errors(operation)
    if "requestBody" in operation:
        told = {"description": "The body is larger than this path takes; nothing of it was kept", **_problem_content()}
        operation["responses"].setdefault("413", told)
    if "POST" in (route.methods or ()) and isinstance(permission, Requires):
        is_stored = not route.path.startswith("/v1/rules/")
        operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY if is_stored else _IGNORED_KEY)
        operation["responses"].setdefault(
            "409", {"description": "The state of things does not allow it", **_problem_content()}
        )


def _leave_out_strangers_errors(operation: dict[str, Any]) -> None:
    """What is open to anyone answers 401 never, and 403 only where its route says why."""
    for code in (401, 403):
        if operation["responses"].get(str(code), {}).get("description") == EVERY_ERROR[code]["description"]:
            del operation["responses"][str(code)]


def _problem_content() -> dict[str, Any]:
    return {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
