"""Query keys: only those that a path knows, and each once only."""

from collections import Counter
from collections.abc import Iterator

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request

from api.actors import ActorDep


async def _refuse_repeated(request: Request, _: ActorDep) -> None:
    """Of two values one would be left out in silence."""
    given = Counter(key for key, _ in request.query_params.multi_items())
    repeated = [{"type": "repeated_key", "loc": ("query", key)} for key, times in given.items() if times > 1]
    if repeated:
        raise RequestValidationError(repeated)


async def _refuse_unknown(request: Request) -> None:
    """A misspelt filter would be left out in silence, and the list taken for the filtered one."""
    if not request.query_params:
        return
    known = set(_keys_of(request.scope["route"].dependant))
    unknown = [
        {"type": "extra_forbidden", "loc": ("query", key), "input": value}
        for key, value in request.query_params.items()
        if key not in known
    ]
    if unknown:
        raise RequestValidationError(unknown)


def _keys_of(dependant: Dependant) -> Iterator[str]:
    """The keys that a route and what it depends on read, also those of a whole model of them."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from (info.alias or name for name, info in model.model_fields.items())
        else:
            yield field.alias
    for below in dependant.dependencies:
        yield from _keys_of(below)


# `Router(..., dependencies=EACH_KEY_ONCE)`: a query key given twice is refused with 422.
EACH_KEY_ONCE = [Depends(_refuse_repeated)]
# On every route below /v1, behind the permission: a query key that the path does not know is refused with 422.
KNOWN_KEYS_ONLY = [Depends(_refuse_unknown)]
