"""Hands what is owed about safety alerts to the mail server as soon as it is saved (DESIGN §5, W7).

In threads of its own, so that neither the answer nor anybody else's request waits for a mail server. What cannot go
now is the scheduler's, which looks every few seconds.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

_THREADS = 2  # a second alert need not wait for a server that is slow with the first
_log = structlog.get_logger("api")


class AlertSender:
    """Sends in the background, whenever it is told that something was saved."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="safety-alerts")

    async def send_soon(self) -> None:
        """To be run after the commit; answers at once."""
        self._threads.submit(self._send).add_done_callback(_note)

    def stop(self) -> None:
        """Whatever is being sent gets to its end or is taken over when its lease ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _note(sending: Future[object]) -> None:
    if sending.cancelled():
        return
    fault = sending.exception()
    if fault is not None:
        _log.error("a safety alert could not be sent at once; the scheduler tries again", exc_info=fault)
