"""A client that asks over a few kept connections at once and does little besides: for measuring servers."""

import asyncio
import statistics
import time
from dataclasses import dataclass

_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"\r\ncontent-length: "


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of so many requests: how many a second, and how long each took, in seconds."""

    per_second: float
    p50: float
    p99: float


async def ask(port: int, request: bytes, *, times: int, connections: int) -> Answered:
    """Sends the request so often, over so many connections at once. Raises AssertionError for any answer but 200."""
    waits: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_over_one(port, request, times // connections, waits) for _ in range(connections)))
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(waits, n=100)
    return Answered(len(waits) / seconds, statistics.median(waits), cuts[98])


async def _over_one(port: int, request: bytes, times: int, waits: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(times):
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(_END_OF_HEAD)
        assert head.startswith(b"HTTP/1.1 200 "), head
        at = head.lower().index(_LENGTH) + len(_LENGTH)
        await reader.readexactly(int(head[at : head.index(b"\r\n", at)]))
        waits.append(time.perf_counter() - began)
    writer.close()


def get(path: str, token: str = "") -> bytes:
    """The bytes of a request that asks for a path."""
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n\r\n"
    return head.encode()
