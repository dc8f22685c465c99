"""Query keys that may be given once only."""

from collections import Counter

from fastapi import Depends
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request

from api.actors import ActorDep


async def _refuse_repeated(request: Request, _: ActorDep) -> None:
    """Of two values one would be left out in silence."""
    given = Counter(key for key, _ in request.query_params.multi_items())
    repeated = [{"type": "repeated_key", "loc": ("query", key)} for key, times in given.items() if times > 1]
    if repeated:
        raise RequestValidationError(repeated)


# `Router(..., dependencies=EACH_KEY_ONCE)`: a query key given twice is refused with 422.
EACH_KEY_ONCE = [Depends(_refuse_repeated)]
