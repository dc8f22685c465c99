"""The connector's contract with its other half: what Practice Audit itself offers to middleware (C1, C2).

Taken from this service's own description, so that `docs/connector-openapi.json` is one document for whoever builds one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

OFFERED = (
    ("post", "/v1/caseload-imports/rows"),
    ("post", "/v1/case-system/commands/lease"),
    ("get", "/v1/case-system/commands/{command_id}/leased-document"),
    ("put", "/v1/case-system/commands/{command_id}/receipt"),
)
_HERE = [{"url": "https://audit.council.example", "description": "Practice Audit; all other paths are the connector's"}]
_SECURITY: list[dict[str, list[str]]] = [{"api_key": []}]
_API_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key of Practice Audit with the operation's `x-permission`, and no other",
}


def with_what_is_offered(contract: Mapping[str, Any], described: Mapping[str, Any]) -> dict[str, Any]:
    """The contract, and of the description what a connector may call, with every schema that it names."""
    paths: dict[str, Any] = {}
    for method, path in OFFERED:
        operation = described["paths"][path][method]
        paths.setdefault(path, {"servers": _HERE})[method] = {**operation, "security": _SECURITY}
    schemas = described["components"]["schemas"]
    named = {name: schemas[name] for name in sorted(_named_in(paths, schemas))}
    components = contract["components"]
    return {
        **contract,
        "paths": {**contract["paths"], **paths},
        "components": {
            **components,
            "schemas": {**components["schemas"], **named},
            "securitySchemes": {**components["securitySchemes"], "api_key": _API_KEY},
        },
    }


def _named_in(part: Any, schemas: Mapping[str, Any]) -> set[str]:
    """The schemas that are named, and those that these name."""
    found: set[str] = set()
    waiting = list(_references_in(part))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(_references_in(schemas[name]))
    return found


def _references_in(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"].rpartition("/")[2]
        for inner in part.values():
            yield from _references_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references_in(inner)
