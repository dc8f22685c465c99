"""Query keys: only those that a path knows, and each once only unless it is for a list."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from fastapi import Depends
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.requests import Request


async def _refuse_unknown_and_repeated(request: Request) -> None:
    """A misspelt filter would be left out in silence, and of two values one: the list would be taken for another."""
    if not request.query_params:
        return
    known = dict(_keys_of(request.scope["route"].dependant))
    given = Counter(key for key, _ in request.query_params.multi_items())
    unfit: list[dict[str, Any]] = [
        {"type": "repeated_key", "loc": ("query", key)}
        for key, times in given.items()
        if times > 1 and key in known and not known[key]
    ]
    unfit += [
        {"type": "extra_forbidden", "loc": ("query", key), "input": value}
        for key, value in request.query_params.items()
        if key not in known
    ]
    if unfit:
        raise RequestValidationError(unfit)


def _keys_of(dependant: Dependant) -> Iterator[tuple[str, bool]]:
    """The keys that a route and what it depends on read, also those of a whole model of them, and which are lists."""
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            yield from ((info.alias or name, _is_list(info.annotation)) for name, info in model.model_fields.items())
        else:
            yield field.alias, _is_list(model)
    for below in dependant.dependencies:
        yield from _keys_of(below)


def _is_list(annotation: Any) -> bool:
    """Whether a list is meant, perhaps one that may be left out."""
    return get_origin(annotation) in (list, tuple) or any(get_origin(each) is list for each in get_args(annotation))


# On every route below /v1, behind the permission: a query key that the path does not know, or that is given twice
# where one value counts, is refused with 422.
KNOWN_KEYS_ONLY = [Depends(_refuse_unknown_and_repeated)]
