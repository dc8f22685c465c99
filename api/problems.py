"""What an error looks like: problem details (RFC 9457), the same shape for every error there is."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

PROBLEM_JSON = "application/problem+json"
# Python's words for these changed from version to version; ours are those of RFC 9110.
_TITLES = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "Content Too Large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Unprocessable Content",
}
TYPE_PREFIX = "urn:practice-audit:problem:"


class PlaceOfProblem(BaseModel):
    """One thing wrong with what was sent."""

    pointer: Annotated[str, Field(description="JSON pointer (RFC 6901) to the field", examples=["/cases/3/id"])]
    sentence: Annotated[str, Field(description="What is wrong with it, and the way out")]
    value: Annotated[str | None, Field(description="The offending value as text, cut short")] = None
    rule: Annotated[str | None, Field(description="Id of the rule it breaks", examples=["P1"])] = None


class ProblemDetails(BaseModel):
    """An error as RFC 9457 has it, with the framework's clause where there is one."""

    model_config = ConfigDict(title="ProblemDetails")

    type: Annotated[str, Field(examples=["urn:practice-audit:problem:no_such_cycle"])]
    title: Annotated[str, Field(description="The kind of error, in words", examples=["Unprocessable Content"])]
    status: Annotated[int, Field(examples=[422])]
    detail: Annotated[str, Field(description="What happened, why, and the way out")]
    instance: Annotated[str, Field(description="The path that was asked for", examples=["/v1/audit-cycles/2026-08"])]
    code: Annotated[str, Field(description="The kind of error, for programs", examples=["no_such_cycle"])]
    clause: Annotated[str | None, Field(description="Clause of the council's framework", examples=["3"])] = None
    rule: Annotated[str | None, Field(description="Id of the rule", examples=["P1"])] = None
    errors: Annotated[list[PlaceOfProblem], Field(description="Every problem found, each with its place")] = []
    correlation_id: Annotated[str, Field(description="Names this request in the logs")]


class RequestRefused(Exception):
    """A request that is refused before any use case is asked: by whom, from where or how it was sent."""

    def __init__(
        self, code_of_http: HTTPStatus, code: str, sentence: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.http = code_of_http
        self.code = code
        self.sentence = sentence
        self.headers = dict(headers or {})


def problem(
    request: Request,
    http: HTTPStatus,
    code: str,
    sentence: str,
    *,
    clause: str | None = None,
    rule: str | None = None,
    errors: Sequence[PlaceOfProblem] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that says what went wrong."""
    details = ProblemDetails(
        type=f"{TYPE_PREFIX}{code}",
        title=_TITLES.get(http, http.phrase),
        status=http,
        detail=sentence,
        instance=request.url.path,
        code=code,
        clause=clause,
        rule=rule,
        errors=list(errors),
        correlation_id=request.scope.get("correlation_id", ""),
    )
    return Response(details.model_dump_json(), http, headers=dict(headers or {}), media_type=PROBLEM_JSON)
