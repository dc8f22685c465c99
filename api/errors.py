"""The one place where an error becomes an answer: every one of them as problem details (RFC 9457).

| raised                                   | answered                                                     |
|------------------------------------------|--------------------------------------------------------------|
| RequestRefused                           | as it says: 401, 403, 413, 421, 422, 503                     |
| NotFound                                 | 404                                                          |
| NoSuchCycle                              | 404 where the path names the cycle, 422 where the body does  |
| NotAllowedNow                            | 409                                                          |
| every other Refusal                      | 422                                                          |
| a request that does not fit its model    | 422 with a pointer to each field                             |
| the database is away or overloaded       | 503 with Retry-After                                         |
| a row that contradicts another           | 409                                                          |
| anything else                            | 500 without details; those are in the log                    |
"""

from collections.abc import Sequence
from http import HTTPStatus
from itertools import islice
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.envelope import headers_of
from api.idempotency import AnsweredBefore, replayed
from api.logged_paths import logged_path
from api.openapi import methods_of
from api.problems import PlaceOfProblem, RequestRefused, problem
from api.unfit_requests import MOST_PLACES, places_in, summary_of
from db.queries.access import StillUnderWay
from rules.errors import InvalidFacts, NoSuchCycle, Refusal
from usecases.errors import NotAllowedNow, NotFound

_log = structlog.get_logger("api")
_RETRY_SECONDS = "2"
_HTTP_WORDS = {
    HTTPStatus.NOT_FOUND: ("no_such_path", "There is nothing at {path}: the paths are listed at /docs."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "{method} is not for {path}: see /docs for what is."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ("body_too_large", "{detail}"),
    HTTPStatus.BAD_REQUEST: ("unreadable_body", "The body cannot be read ({detail}): send what /docs describes."),
}


def add_error_handlers(app: FastAPI) -> None:
    """One handler for each kind of error; there are no others."""
    handlers: dict[type[Exception], Any] = {
        AnsweredBefore: _answered_before,
        DataError: _unstorable,
        HTTPException: _http,
        IntegrityError: _contradiction,
        InterfaceError: _database_away,
        OperationalError: _database_away,
        PoolTimeout: _database_away,
        Refusal: _refusal,
        RequestRefused: _request_refused,
        RequestValidationError: _unfit,
        StillUnderWay: _still_under_way,
        Exception: _fault,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _refusal(request: Request, refusal: Refusal) -> Response:
    return problem(
        request,
        _http_of(request, refusal),
        refusal.code,
        refusal.sentence,
        clause=refusal.clause,
        rule=refusal.rule,
        errors=_places_of(refusal),
    )


def _http_of(request: Request, refusal: Refusal) -> HTTPStatus:
    if isinstance(refusal, NotFound) or (isinstance(refusal, NoSuchCycle) and "month" in request.path_params):
        return HTTPStatus.NOT_FOUND
    if isinstance(refusal, NotAllowedNow):
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY


def _places_of(refusal: Refusal) -> Sequence[PlaceOfProblem]:
    every = refusal.problems if isinstance(refusal, InvalidFacts | NotAllowedNow) else ()
    problems = every or filter(None, (refusal.place,))
    return [
        PlaceOfProblem(pointer=found.pointer, sentence=found.sentence, value=found.value, rule=found.rule)
        for found in islice(problems, MOST_PLACES)
    ]


async def _request_refused(request: Request, refused: RequestRefused) -> Response:
    return problem(request, refused.http, refused.code, refused.sentence, headers=refused.headers)


async def _unfit(request: Request, error: RequestValidationError) -> Response:
    found = error.errors()
    places = places_in(found)
    told = summary_of(places, len(found))
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, "unfit_request", told, errors=places)


async def _http(request: Request, error: HTTPException) -> Response:
    http = HTTPStatus(error.status_code)
    code, sentence = _HTTP_WORDS.get(http, (http.name.lower(), "{detail}"))
    if http is HTTPStatus.BAD_REQUEST:
        http = HTTPStatus.UNPROCESSABLE_ENTITY  # 422 is for every payload that doesn't parse
    told = sentence.format(path=request.url.path, method=request.method, detail=error.detail)
    headers = dict(error.headers or {})
    if http is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(methods_of(request.app, request.url.path)))
    return problem(request, http, code, told, headers=headers)


async def _answered_before(_: Request, answered: AnsweredBefore) -> Response:
    return replayed(answered.kept)


async def _still_under_way(request: Request, _: StillUnderWay) -> Response:
    return problem(
        request,
        HTTPStatus.CONFLICT,
        "still_under_way",
        "The first request with this Idempotency-Key is still under way: ask again in a moment.",
        headers={"Retry-After": _RETRY_SECONDS},
    )


async def _database_away(request: Request, error: Exception) -> Response:
    _log.warning("database_away", path=logged_path(request.scope), kind=type(getattr(error, "orig", error)).__name__)
    return problem(
        request,
        HTTPStatus.SERVICE_UNAVAILABLE,
        "database_away",
        "The database is away or overloaded. A change was undone, unless it was being saved at that very moment: send "
        "the same request again shortly; under the same Idempotency-Key it has one effect.",
        headers={"Retry-After": _RETRY_SECONDS},
    )


async def _contradiction(request: Request, error: IntegrityError) -> Response:
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    _log.warning("contradiction", path=logged_path(request.scope), constraint=constraint)
    return problem(
        request,
        HTTPStatus.CONFLICT,
        "contradicts_what_is_stored",
        f"This contradicts what is stored ({constraint or 'a constraint of the database'}); somebody may have "
        "changed it at the same moment. Nothing was changed: look again before you repeat it.",
    )


async def _unstorable(request: Request, _: DataError) -> Response:
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "unstorable_value",
        "A value cannot be stored: a number beyond its range, or a text with a NUL character. Send another.",
    )


async def _fault(request: Request, error: Exception) -> Response:
    _log.error("fault", path=logged_path(request.scope), kind=type(error).__name__)
    return problem(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "fault",
        "A fault of the service; it was logged, and nothing was changed. Tell the administrator the correlation id.",
        headers=headers_of(request.scope),
    )
