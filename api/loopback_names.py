"""In local mode only this machine's own names are answered (DESIGN §7).

A page on the internet may point its own name at 127.0.0.1 and have a browser send requests here; the Host header
then still holds that name.
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem

_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class LoopbackNamesOnly:
    """Refuses requests that were meant for another name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _name_in(Headers(scope=scope).get("host", "")) in _NAMES:
            await self.app(scope, receive, send)
            return
        refusal = problem(
            Request(scope),
            HTTPStatus.MISDIRECTED_REQUEST,
            "other_host",
            f"This service runs in local mode and answers to {', '.join(sorted(_NAMES))} only: use one of these names.",
        )
        await refusal(scope, receive, send)


def _name_in(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
