"""The contract in docs/ is one document for whoever builds a connector: what it offers, and what it may call here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.connector_calls import with_what_is_offered
from integrations.wiring import connector_contract

DOCS = Path(__file__).parents[2] / "docs"
CONTRACT = json.loads((DOCS / "connector-openapi.json").read_text(encoding="utf-8"))


def test_it_is_up_to_date() -> None:
    ours = json.loads((DOCS / "openapi.json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(with_what_is_offered(connector_contract(), ours))) == CONTRACT, "run: ./run openapi"


def test_what_may_be_called_here_needs_one_of_two_permissions() -> None:
    here = {path: item for path, item in CONTRACT["paths"].items() if path.startswith("/v1/")}
    operations = [item[method] for item in here.values() for method in item if method in ("get", "post", "put")]

    assert {it["x-permission"] for it in operations} == {"caseload_imports:make", "case_system_commands:carry_out"}
    assert all(item["servers"][0]["description"].startswith("Practice Audit") for item in here.values())


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(CONTRACT):
        assert reference.rpartition("/")[2] in CONTRACT["components"]["schemas"], reference


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)
