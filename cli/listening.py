"""The address that the API listens on, and running it there."""

import socket
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import uvicorn

from settings import LOOPBACK, Settings, SettingsError

if TYPE_CHECKING:
    from fastapi import FastAPI

SECONDS_FOR_OPEN_REQUESTS = 4  # of the 15 in which everything has stopped


def bind(settings: Settings) -> socket.socket:
    """Take the port before anything else is started; refuse other addresses than loopback in local mode."""
    if settings.local_mode and settings.host not in LOOPBACK:
        raise SettingsError(
            f"Local mode knows one administrator and no passwords, so it listens on this machine only, "
            f"not on {settings.host!r}. Set PRACTICE_AUDIT_HOST to 127.0.0.1, or leave local mode."
        )
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named as TCP, because asyncio sends answers without delay only on sockets that are: else each waits 40 ms.
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as why:
        taken.close()
        raise SettingsError(
            f"Port {settings.port} of {settings.host} cannot be used: {why.strerror}. Choose another with --port."
        ) from why
    return taken


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._when_ready = when_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._when_ready()


def run(
    app: "FastAPI", taken: socket.socket, when_ready: Callable[[], None], *, proxies: Sequence[str] = ("127.0.0.1",)
) -> None:
    """Serve until a signal comes; requests under way get a few seconds to end.

    What a request says about where it came from and by which scheme is believed of these proxies alone.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=list(proxies),
        timeout_graceful_shutdown=SECONDS_FOR_OPEN_REQUESTS,
    )
    _Server(config, when_ready).run(sockets=[taken])
