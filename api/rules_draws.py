"""`POST /v1/rules/draw`: a draw from a frame and a seed that are handed in; nothing is stored (S1–S9, A1–A3).

The body is read as bytes and becomes the rules' own facts in one step: 20,000 cases are a normal request. A thread of
its own works it out, so that other requests go on meanwhile, slower, for they share the interpreter with it.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, fields
from http import HTTPStatus
from typing import Annotated, Any, ClassVar

from anyio import CapacityLimiter, to_thread
from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import InstallationDep, requires
from api.draw_example import REQUEST
from api.editions import EditionAsked, EditionUsed, edition_used
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.problems import RequestRefused
from api.routers import Router, described
from api.time_limits import TookTooLong, time_limit
from rules.draw_answers import Draw
from rules.draws import draw
from rules.frame_checks import SEED_LENGTH
from rules.sampling_frames import SamplingFrame

MOST_MEBIBYTES = 64
_SECONDS_UNTIL_RETRY = "5"

router = Router("rules", "/v1/rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawAsked(SamplingFrame):
    """A sampling frame, and the seed to draw from it with."""

    # The limits are for the description: the rules refuse what breaks them, with every other problem of the frame.
    # Strict: a date is an ISO date, a number a number. The rows of the lists follow the same configuration.
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    size: Annotated[int, Field(json_schema_extra={"minimum": 1})]
    seed: Annotated[str, Field(json_schema_extra={"minLength": 1, "maxLength": SEED_LENGTH})]


ASKED: TypeAdapter[DrawAsked] = TypeAdapter(DrawAsked)
ANSWERED: TypeAdapter[Draw] = TypeAdapter(Draw)
_FRAME_FIELDS = tuple(field.name for field in fields(SamplingFrame))
_one_at_a_time = threading.Lock()
_a_thread_of_its_own = CapacityLimiter(1)


@router.post(
    "/draw",
    operation_id="draw_by_rules",
    dependencies=[requires(Permission.DRAW_BY_RULES)],
    responses={
        200: {
            "description": "The draw, with a reason for every case",
            "content": {
                # Its example is drawn from the request's when the OpenAPI document is made.
                "application/json": {"schema": {"$ref": "#/components/schemas/Draw"}}
            },
        },
        **described(413, f"The body is larger than {MOST_MEBIBYTES} MiB"),
    },
    response_class=Response,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"$ref": "#/components/schemas/DrawAsked"},
                    "examples": {"a small frame": REQUEST},
                }
            },
        }
    },
)
async def draw_by_rules(
    asked: Annotated[EditionAsked, Query()], request: Request, installation: InstallationDep
) -> Response:
    """Draw from the frame and the seed of the body, and give the audits to auditors.

    The same body gives the same answer, byte for byte. One draw at a time; 503 with Retry-After while another runs.
    An Idempotency-Key is accepted and changes nothing, because nothing is stored.
    """
    edition = edition_used(installation, asked.edition)
    body = await request.body()
    if not _one_at_a_time.acquire(blocking=False):
        raise _come_back("busy", "Another draw is under way and there is one at a time: ask again in a moment")
    try:
        seconds = installation.settings.draw_seconds
        answer = await to_thread.run_sync(_answer_in_time, body, edition, seconds, limiter=_a_thread_of_its_own)
    finally:
        _one_at_a_time.release()
    return Response(answer, media_type="application/json")


def _answer_in_time(body: bytes, edition: EditionUsed, seconds: float) -> bytes:
    try:
        with time_limit(seconds):
            return answer_draw(body, edition)
    except TookTooLong:
        too_long = f"The draw was stopped after {seconds:g} seconds: ask for less at a time, or have the limit raised"
        raise _come_back("took_too_long", too_long) from None


def answer_draw(body: bytes, edition: EditionUsed) -> bytes:
    """The draw that a body asks for, as JSON. Raises what the rules refuse, and RequestValidationError."""
    try:
        asked = ASKED.validate_json(body)
    except ValidationError as error:
        raise RequestValidationError([_in_body(found) for found in error.errors(include_url=False)]) from None
    frame = SamplingFrame(**{name: getattr(asked, name) for name in _FRAME_FIELDS})
    with placed_at("/cycle", asked.cycle):
        answer = draw(frame, asked.seed, edition.policy, edition.calendar)
    return ANSWERED.dump_json(answer)


def _in_body(error: Mapping[str, Any]) -> dict[str, Any]:
    return {**error, "loc": ("body", *error["loc"])}


def _come_back(code: str, why: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        code,
        f"{why}. Nothing was stored.",
        headers={"Retry-After": _SECONDS_UNTIL_RETRY},
    )
