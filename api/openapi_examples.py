"""Examples that the OpenAPI document shows beside what FastAPI puts there."""

from typing import Any

from fastapi.routing import APIRoute

Json = dict[str, Any]
AN_ID = "0199c0de-7a11-7000-8000-000000000001"


def restore_answers(operation: Json, route: APIRoute) -> None:
    """FastAPI leaves every null out of the document, and with it the nulls of examples."""
    for code, answer in route.responses.items():
        for kind, content in answer.get("content", {}).items():
            if "examples" in content:
                operation["responses"][str(int(code))]["content"][kind]["examples"] = content["examples"]


def show_body(operation: Json, schemas: Json) -> None:
    """A JSON body without an example is shown by the examples of its fields, if all it needs have one."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None and "examples" not in content and "example" not in content:
        shown = _example_of(content["schema"], schemas)
        if shown is not None:
            content["example"] = shown


def _example_of(schema: Json, schemas: Json) -> Any:
    schema = _resolved(schema, schemas)
    if schema.get("examples"):
        return schema["examples"][0]
    for known in ("default", "const"):
        if known in schema:
            return schema[known]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("format") == "uuid":
        return AN_ID
    if schema.get("type") == "array":
        item = _example_of(schema["items"], schemas)
        return None if item is None else [item]
    return _object_of(schema, schemas) if "properties" in schema else None


def _object_of(schema: Json, schemas: Json) -> Json | None:
    shown = {name: _example_of(field, schemas) for name, field in schema["properties"].items()}
    known = {name: value for name, value in shown.items() if value is not None}
    return known if set(schema.get("required", ())) <= set(known) else None


def _resolved(schema: Json, schemas: Json) -> Json:
    """The schema itself, whether it is a reference or one of several with null."""
    for choice in schema.get("anyOf", ()) if not schema.get("examples") else ():
        if choice.get("type") != "null":
            return _resolved(choice, schemas)
    found: Json = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return found
