"""Only this installation's own names are answered (DESIGN §7).

A page on the internet may point its own name at this address and have a browser send requests here, and links in
answers would lead where the Host header says; so a request that was meant for another name is refused.
"""

from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.problems import problem

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


class HostNames:
    """Refuses requests that were meant for another name."""

    def __init__(self, app: ASGIApp, names: Collection[str]) -> None:
        self.app = app
        self.names = frozenset(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _name_in(Headers(scope=scope).get("host", "")) in self.names:
            await self.app(scope, receive, send)
            return
        refusal = problem(
            Request(scope),
            HTTPStatus.MISDIRECTED_REQUEST,
            "other_host",
            f"This service answers to {', '.join(sorted(self.names))} only: use one of these names.",
        )
        await refusal(scope, receive, send)


def names_of(public_url: str | None, others: Collection[str], *, local_mode: bool) -> frozenset[str] | None:
    """The names that are answered; None for any, where no public address is known.

    This machine's own are always among them: whatever watches over the service asks for its health by them.
    """
    if local_mode:
        return LOOPBACK_NAMES
    if public_url is None:
        return None
    own = _name_in(urlsplit(public_url).netloc.rpartition("@")[2])
    return LOOPBACK_NAMES | {own, *(name.lower() for name in others)}


def _name_in(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower()
