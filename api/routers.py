"""How every router is made: `router = Router("teams", "/v1/teams")`, listed once in api/every_router.py."""

from collections.abc import Callable, Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.params import Depends

from api.idempotency import AnswerOnce
from api.query_keys import KNOWN_KEYS_ONLY

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

    def add_api_route(
        self, path: str, endpoint: Callable[..., Any], *, dependencies: Sequence[Depends] | None = None, **facts: Any
    ) -> None:
        """Outside of /v1 are pages and probes, which strangers call with whatever keys their tools add."""
        checks = KNOWN_KEYS_ONLY if self.prefix.startswith("/v1/") else []
        super().add_api_route(path, endpoint, dependencies=[*(dependencies or []), *checks], **facts)


# For a change of what is edited by people.
NEEDS_IF_MATCH = {
    **described(412, "Somebody else saved meanwhile: the answer says what changed; read again"),
    **described(428, "Send the ETag that was read as If-Match"),
}
