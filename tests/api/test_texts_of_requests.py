"""Text in a request reads as it is kept: nothing turns it round, and in names and references nothing is unseen."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.audit_findings import CorrectionAsked
from api.case_command_leases import ReceiptGiven
from api.case_commands import Because, TickOff
from api.every_router import ROUTERS
from api.fields import Asked, Written
from api.grading_contents import GradingWritten
from api.improvement_plan_contents import PlanWritten
from api.notices import CancelNotice
from api.people import PersonChanged
from api.services import ServiceNamed
from api.tasks import CloseTask
from api.unfit_requests import places_in

LEASE = "0199c0de-7a11-7000-8000-00000000000a"


def told(model: type[BaseModel], body: dict[str, Any]) -> str:
    """What somebody is told who sends it: the first sentence; nothing if it is taken."""
    try:
        model.model_validate_json(json.dumps(body))
    except ValidationError as wrong:
        return places_in([{**error, "loc": ("body", *error["loc"])} for error in wrong.errors()])[0].sentence
    return ""


@pytest.mark.parametrize("number", [*range(0x202A, 0x202F), *range(0x2066, 0x206A)], ids=hex)
def test_what_turns_text_round_is_refused_in_names_references_and_long_texts(number: int) -> None:
    text = f"report {chr(number)}fdp.exe"
    hidden = f"it holds U+{number:04X}, which nobody sees on the page: write it as plain text."
    action = {"specific": "Hold it.", "owner": text}
    asked: list[tuple[type[BaseModel], dict[str, Any], str]] = [
        (PersonChanged, {"reference": "W1", "name": text}, "name"),
        (ServiceNamed, {"name": text}, "name"),
        (TickOff, {"reference": text}, "reference"),
        (ReceiptGiven, {"lease": LEASE, "state": "done", "reference": text}, "reference"),
        (Because, {"because": text}, "because"),
        (CloseTask, {"because": text}, "because"),
        (CancelNotice, {"reason": text}, "reason"),
        (CorrectionAsked, {"reason": "Mistyped.", "domain_grades": {text: "good"}}, "domain_grades"),
        (CorrectionAsked, {"reason": text}, "reason"),
        (GradingWritten, {"strengths": ["Clear.", text]}, "row 2 of strengths"),
        (GradingWritten, {"domains": [{"domain": "voice", "evidence": text}]}, "evidence in row 1 of domains"),
        (PlanWritten, {"actions": [{"specific": "Hold it."}, action]}, "owner in row 2 of actions"),
    ]
    for model, body, place in asked:
        assert told(model, body) == f"{place}: {hidden}"


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u200e", "\u200f", "\u2060", "\ufeff"], ids=ascii)
def test_what_nobody_sees_is_refused_in_a_name_and_kept_in_a_long_text(unseen: str) -> None:
    assert "which nobody sees" in told(ServiceNamed, {"name": f"MASH{unseen}"})
    assert "which nobody sees" in told(TickOff, {"reference": f"N-1{unseen}"})
    assert told(GradingWritten, {"strengths": [f"Pasted{unseen} from elsewhere."]}) == ""


@pytest.mark.parametrize(
    "text", ["علی\u200cرضا", "שלום", "Zoë O’Sample", "𝔛 👩\u200d⚕\ufe0f", '=HYPERLINK("x")', "@SUM(A1)"]
)
def test_what_people_write_is_taken_as_it_is(text: str) -> None:
    assert ServiceNamed(name=text).name == text
    assert TypeAdapter[str](Written).validate_python(text) == text


def test_what_is_ticked_off_stands_on_one_line_and_a_reason_holds_no_control_character() -> None:
    assert "write it on one line" in told(TickOff, {"reference": "N-1\nN-2"})
    assert "write it on one line" in told(ReceiptGiven, {"lease": LEASE, "state": "done", "reference": "N-1\x00"})
    for model, field in ((Because, "because"), (CloseTask, "because"), (CancelNotice, "reason")):
        assert told(model, {field: "Rang\x07."}).endswith("lines and tabs are fine.")
        assert told(model, {field: "  "}).endswith("write something, or leave it out.") or model is Because
        assert told(model, {field: "First.\nThen."}) == ""


def test_every_body_of_every_route_is_held_to_it() -> None:
    """Only the body of a draw, which stores nothing, is read otherwise."""
    routes = (route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute))
    bodies = [route.body_field.field_info.annotation for route in routes if route.body_field is not None]
    models = {model for body in bodies for model in models_in(body)}
    assert len(models) > 50
    assert [it for it in models if not issubclass(it, Asked) and not it.__name__.startswith("Body_")] == []


def models_in(kind: Any) -> Iterator[type[BaseModel]]:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from models_in(field.annotation)
    for part in getattr(kind, "__args__", ()):
        yield from models_in(part)
