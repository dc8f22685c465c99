"""No larger body is read than its route takes; a larger one is answered 413, as problem details.

A body whose announced length is too large is read to its end and thrown away, within bounds, because a client that
is still sending when the connection closes never sees the answer.
"""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEBIBYTE = 1024 * 1024
# Beyond the limit, what is still read for the sake of the answer.
_THROWN_AWAY = 64 * MEBIBYTE


class BodyLimits:
    """Counts each body; `mebibytes_of` names the paths that take more or less than the others."""

    def __init__(self, app: ASGIApp, mebibytes: int, mebibytes_of: Mapping[str, int]) -> None:
        self.app = app
        self.mebibytes = mebibytes
        self.mebibytes_of = mebibytes_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            counting = _CountedBody(receive, self.mebibytes_of.get(scope["path"], self.mebibytes))
            receive = counting.receive
        await self.app(scope, receive, send)


class _CountedBody:
    def __init__(self, receive: Receive, mebibytes: int) -> None:
        self._receive = receive
        self._mebibytes = mebibytes
        self._read = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self._mebibytes * MEBIBYTE:
                await self._throw_away_the_rest(message)
                raise HTTPException(
                    413,
                    f"The body is larger than the {self._mebibytes} MiB that this path takes. Nothing of it was kept: "
                    "send less at a time.",
                )
        return message

    async def _throw_away_the_rest(self, message: Message) -> None:
        most = self._mebibytes * MEBIBYTE + _THROWN_AWAY
        while message["type"] == "http.request" and message.get("more_body") and self._read <= most:
            message = await self._receive()
            self._read += len(message.get("body", b""))
