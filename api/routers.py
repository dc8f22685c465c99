"""How every router is made: `router = Router("teams", "/v1/teams")`, listed once in api/main.py."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.params import Depends

from api.idempotency import AnswerOnce
from api.problems import ProblemDetails

_PROBLEM = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
_SENTENCES = {
    401: "Nobody is signed in",
    403: "Signed in, but not permitted",
    422: "The request cannot be used; `errors` names each field",
    500: "A fault of the service; nothing was changed",
    503: "The database or the service is busy or away; nothing was changed, try again",
}
EVERY_ERROR: dict[int | str, dict[str, Any]] = {
    code: {"description": sentence, **_PROBLEM} for code, sentence in _SENTENCES.items()
}


def described(code: int, sentence: str) -> dict[int | str, dict[str, Any]]:
    """`responses=described(404, "No such team")` for an error that only some routes have."""
    return {code: {"description": sentence, **_PROBLEM}}


class Router(APIRouter):
    """The routes of one noun, with what all of them share."""

    def __init__(self, noun: str, prefix: str = "", *, dependencies: Sequence[Depends] = ()) -> None:
        super().__init__(
            prefix=prefix, tags=[noun], route_class=AnswerOnce, responses=EVERY_ERROR, dependencies=dependencies
        )


PROBLEM_MODEL = ProblemDetails
