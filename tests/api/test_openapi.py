"""The OpenAPI document says what a client needs, of every operation, and the file in docs/ is the same document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from pydantic import TypeAdapter
from sqlalchemy.orm import Session, sessionmaker

from api.main import create_app
from clock import Clock
from rules.policy.load import load_edition
from settings import Settings

FILE = Path(__file__).parents[2] / "docs" / "openapi.json"
APP = create_app(Settings(), Clock(), sessionmaker[Session](), load_edition())
DOCUMENT = APP.openapi()
ROUTES: list[APIRoute] = APP.state.routes


def _operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


OPERATIONS = dict(_operations())
every_operation = pytest.mark.parametrize("name", OPERATIONS)


def test_the_file_in_the_repository_is_up_to_date() -> None:
    assert json.loads(FILE.read_text(encoding="utf-8")) == json.loads(json.dumps(DOCUMENT)), "run: ./run openapi"


def test_it_is_openapi_3_1_and_every_reference_leads_somewhere() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    for reference in _references(DOCUMENT):
        part: Any = DOCUMENT
        for key in reference.removeprefix("#/").split("/"):
            assert key in part, f"{reference} leads nowhere"
            part = part[key]


def test_operation_ids_are_given_and_given_once() -> None:
    ids = [operation["operationId"] for operation in OPERATIONS.values()]

    assert len(set(ids)) == len(ids)
    assert all(name.isidentifier() and "__" not in name and "_v1_" not in name for name in ids)


@every_operation
def test_an_operation_has_a_tag_a_description_and_says_who_may(name: str) -> None:
    operation = OPERATIONS[name]

    assert operation["tags"]
    assert operation["description"].endswith(".")
    assert operation["security"] == [] or operation["x-permission"]


@every_operation
def test_an_operation_describes_its_errors_as_problem_details(name: str) -> None:
    errors = {code: answer for code, answer in OPERATIONS[name]["responses"].items() if code >= "400"}

    assert {"422", "500", "503"} <= set(errors)
    assert OPERATIONS[name]["security"] == [] or {"401", "403"} <= set(errors)
    problems = [answer for code, answer in errors.items() if (name, code) != ("GET /readyz", "503")]
    assert all(list(answer["content"]) == ["application/problem+json"] for answer in problems)


@every_operation
def test_an_operation_shows_an_answer_by_example_that_its_schema_allows(name: str) -> None:
    for code, answer in OPERATIONS[name]["responses"].items():
        for kind, content in answer.get("content", {}).items() if code < "300" else ():
            shown = [example["value"] for example in content.get("examples", {}).values()]
            shown += [content["example"]] if "example" in content else []
            assert shown, f"{name} shows no example of {code} {kind}"
            for example in shown:
                _validator(content.get("schema", {})).validate(example)


@every_operation
def test_a_body_and_parameters_of_the_path_have_an_example_that_their_schema_allows(name: str) -> None:
    for content in OPERATIONS[name].get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        shown = [example["value"] for example in content.get("examples", {}).values()]
        shown += [*_resolved(schema).get("examples", []), *([content["example"]] if "example" in content else [])]
        assert shown or _is_file(schema), f"{name} shows no example of its body"
        for example in shown:
            _validator(schema).validate(example)
    for parameter in OPERATIONS[name].get("parameters", []):
        if parameter["in"] == "path":
            assert "example" in parameter or parameter["schema"].get("examples"), f"{name}: {parameter['name']}"


def test_a_body_that_is_shown_is_one_that_is_taken() -> None:
    """Facts may fit the schema and contradict each other: an example that did would be refused to whoever tries it."""
    tried = 0
    for route in ROUTES:
        for method in (route.methods or ()) if route.body_field is not None and route.include_in_schema else ():
            asked = DOCUMENT["paths"][route.path_format][method.lower()]["requestBody"]["content"]
            for example in _bodies_shown(asked.get("application/json", {})):
                taken: Any = route.body_field
                TypeAdapter[Any](taken.field_info.annotation).validate_json(json.dumps(example))
                tried += 1
    assert tried > 60


def test_whatever_takes_a_body_says_that_it_can_be_too_large_and_is_named_in_words() -> None:
    taking = [operation for operation in OPERATIONS.values() if "requestBody" in operation]
    assert all("413" in operation["responses"] for operation in taking)
    named = [OPERATIONS[f"GET /v1/audits/{{audit_id}}/{name}"]["summary"] for name in ("report.pdf", "allowed-moves")]
    assert named == ["Read report as PDF", "Read allowed moves"]


@every_operation
def test_every_post_of_the_signed_in_takes_an_idempotency_key(name: str) -> None:
    operation = OPERATIONS[name]
    takes = "Idempotency-Key" in [parameter["name"] for parameter in operation.get("parameters", [])]

    assert takes == (name.startswith("POST") and operation["security"] != [])


def _bodies_shown(content: dict[str, Any]) -> Iterator[Any]:
    yield from _resolved(content.get("schema", {})).get("examples", [])
    yield from (example["value"] for example in content.get("examples", {}).values())
    if "example" in content:
        yield content["example"]


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "$ref" and isinstance(value, str):
                yield value
            else:
                yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def _validator(schema: dict[str, Any]) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"].get(reference, schema)
    return found


def _is_file(schema: dict[str, Any]) -> bool:
    return "binary" in json.dumps(_resolved(schema)) or "contentMediaType" in json.dumps(_resolved(schema))
