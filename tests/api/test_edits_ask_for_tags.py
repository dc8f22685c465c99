"""Whatever people edit asks which version they read: 428 without If-Match, 412 for another version (DESIGN §6).

Driven from the table of routes: a new PUT, PATCH or DELETE is asked here without being named.
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.every_router import ROUTERS

EDITS = {"PUT", "PATCH", "DELETE"}
# An edit that asks for no version, with the reason why nobody's change can be lost.
ASKS_FOR_NONE = {
    ("DELETE", "/v1/accounts/{account_id}"): "an account is linked once and never changed: there is no older version",
    ("PUT", "/v1/case-system/commands/{command_id}/receipt"): "a receipt names its lease, and another one is refused",
}
YEAR = "/v1/audit-years/2027"  # its PUT makes it too, and asks for the tag of what is there
FILLED = {"year": "2027", "month": "2026-10", "number": "1", "stage": "before-discussion"}


def edits() -> Iterator[tuple[str, str]]:
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    every = ((method, route.path) for route in routes for method in sorted(EDITS & (route.methods or set())))
    return (edit for edit in every if edit not in ASKS_FOR_NONE)


def answers(client: TestClient, app: FastAPI, tag: str | None) -> dict[str, tuple[int, str]]:
    """What every edit of something is answered, with a body that could be saved and this tag."""
    client.put(YEAR, json={"cycles": []})
    headers = {} if tag is None else {"If-Match": tag}
    found = {}
    for method, path in edits():
        filled = re.sub(r"\{(\w+)\}", lambda name: FILLED.get(name[1]) or str(uuid.uuid4()), path)
        answer = client.request(method, filled, json=body_of(app.openapi(), method, path), headers=headers)
        found[f"{method} {path}"] = (answer.status_code, answer.json()["code"])
    return found


def body_of(document: Mapping[str, Any], method: str, path: str) -> Any:
    asked = document["paths"][path][method.lower()].get("requestBody")
    return None if asked is None else least_of(document, asked["content"]["application/json"]["schema"])


def least_of(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """The least that a schema takes: what is required, with the first example of each."""
    if "$ref" in schema:
        return least_of(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "properties" in schema:
        required = schema.get("required", ())
        return {name: least_of(document, schema["properties"][name]) for name in required}
    if "examples" in schema:
        return schema["examples"][0]
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return least_of(document, schema[several][0])
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    by_format = {"date": "2026-10-01", "uuid": str(uuid.uuid4())}
    by_type = {"array": [], "object": {}, "integer": 1, "number": 1, "boolean": True, "string": "word"}
    return by_format.get(schema.get("format", ""), by_type[schema["type"]])


def test_without_a_tag_every_edit_is_refused(client: TestClient, app: FastAPI) -> None:
    found = answers(client, app, tag=None)
    assert found == dict.fromkeys(found, (428, "needs_if_match"))


def test_with_a_tag_that_is_none_of_ours_every_edit_is_refused(client: TestClient, app: FastAPI) -> None:
    found = answers(client, app, tag='"no tag of ours"')
    assert found == dict.fromkeys(found, (412, "stale"))


@pytest.mark.saves_nothing
def test_the_document_says_so_of_every_edit(app: FastAPI) -> None:
    for method, path in edits():
        described = app.openapi()["paths"][path][method.lower()]
        assert "If-Match" in {parameter["name"] for parameter in described["parameters"]}, path
        assert {"412", "428"} <= set(described["responses"]), path


@pytest.mark.saves_nothing
def test_what_is_left_out_is_there(app: FastAPI) -> None:
    assert all(method.lower() in app.openapi()["paths"][path] for method, path in ASKS_FOR_NONE)


def test_of_two_who_read_the_same_version_the_second_is_told(client: TestClient) -> None:
    service = {"name": "MASH"}
    client.post("/v1/services", json={"id": "mash", **service})
    team = {"reference": "T1", "name": "Team", "service_id": "mash"}
    person = {"reference": "W1", "name": "Ada Samplewood"}
    client.put(YEAR, json={"cycles": []})
    things: dict[str, dict[str, Any]] = {
        "/v1/services/mash": service,
        f"/v1/teams/{client.post('/v1/teams', json=team).json()['id']}": team,
        f"/v1/people/{client.post('/v1/people', json=person).json()['id']}": person,
        YEAR: {"cycles": []},
    }
    for path, body in things.items():
        changed = {**body, "name": "Changed"} if "name" in body else body
        read = client.get(path).headers["ETag"]
        first = client.put(path, json=changed, headers={"If-Match": read})
        assert (path, first.status_code) == (path, 200), first.text
        second = client.put(path, json=body, headers={"If-Match": read})
        assert (path, second.status_code, second.json()["code"]) == (path, 412, "stale"), second.text
        assert client.get(path).headers["ETag"] == first.headers["ETag"] != read
