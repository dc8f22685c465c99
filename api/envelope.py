"""What surrounds every request: whose name it bears in the logs, one line in the access log, and safe headers.

Logged are method, path, status, time and who asked; never a query, a header or a body, because a sign-in code, a
token or somebody's words may stand there, and of the path only what is ours.
"""

import re
import time
import uuid
from asyncio import CancelledError
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.logged_paths import logged_path
from api.problems import problem

CORRELATION_HEADER: Final = "X-Correlation-ID"
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ASKED_EVERY_FEW_SECONDS = frozenset({"/healthz", "/readyz"})
SAFE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

# For a year, browsers that were once told so come by https alone. Only where the public address is one.
_HTTPS_ONLY: Final = {"Strict-Transport-Security": "max-age=31536000"}

# Told of each request when it was answered: its scope, the status, and how many seconds it took.
Answered = Callable[[Scope, int, float], None]

_log = structlog.get_logger("api.access")


class Envelope:
    """The outermost layer of the application."""

    def __init__(self, app: ASGIApp, answered: Answered, *, is_https: bool = False) -> None:
        self.app = app
        self.safe_headers = SAFE_HEADERS | (_HTTPS_ONLY if is_https else {})
        self.answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        correlation_id = _correlation_id(Headers(scope=scope))
        scope["correlation_id"] = correlation_id
        scope["safe_headers"] = self.safe_headers
        status: int | None = None
        began = time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                _add_headers(MutableHeaders(scope=message), headers_of(scope))
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=correlation_id):
            try:
                await self.app(scope, receive, send_with_headers)
            except CancelledError:
                if status is None:
                    await _stopping(scope)(scope, receive, send_with_headers)
                raise
            finally:
                seconds = time.perf_counter() - began
                _write_line(scope, status or 500, seconds)
                self.answered(scope, status or 500, seconds)


def headers_of(scope: Scope) -> dict[str, str]:
    """The headers of every answer, also of the one that is given outside of this layer: that of a fault."""
    return {**scope.get("safe_headers", SAFE_HEADERS), CORRELATION_HEADER: scope.get("correlation_id", "")}


def _add_headers(headers: MutableHeaders, owed: Mapping[str, str]) -> None:
    for name, value in owed.items():
        headers.setdefault(name, value)


def _correlation_id(headers: Headers) -> str:
    """The caller's own, from `traceparent` or `X-Correlation-ID`, if it is well formed; else a new one."""
    traced = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    if traced:
        return traced[1]
    given = headers.get(CORRELATION_HEADER, "")
    return given if _CORRELATION_ID.fullmatch(given) else uuid.uuid4().hex


def _stopping(scope: Scope) -> Response:
    return problem(
        Request(scope),
        HTTPStatus.SERVICE_UNAVAILABLE,
        "stopping",
        "The service is stopping and did not wait for this request. Ask again in a moment; if it was to change "
        "something, look first whether it did, or repeat it with the same Idempotency-Key.",
        headers={"Retry-After": "5"},
    )


def _write_line(scope: Scope, status: int, seconds: float) -> None:
    write = _log.debug if scope["path"] in _ASKED_EVERY_FEW_SECONDS else _log.info
    write(
        "request",
        method=scope["method"],
        path=logged_path(scope),
        status=status,
        milliseconds=round(seconds * 1000, 1),
        actor=scope.get("actor"),
    )
