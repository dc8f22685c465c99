"""Hands what is owed about safety alerts to the mail server as soon as it is saved (DESIGN §5, W7).

In threads of its own, so that neither the answer nor anybody else's request waits for a mail server. What cannot go
now is the scheduler's, which looks every few seconds.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

_THREADS = 2  # a second alert need not wait for a server that is slow with the first
_SECONDS_TO_END = 5.0
_log = structlog.get_logger("api")


class AlertSender:
    """Sends in the background, whenever it is told that something was saved."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="safety-alerts")
        self._under_way: set[Future[object]] = set()

    async def send_soon(self) -> None:
        """To be run after the commit; answers at once."""
        sending = self._threads.submit(self._send)
        self._under_way.add(sending)
        sending.add_done_callback(self._note)

    def stop(self) -> None:
        """What is being sent gets a moment to end; what takes longer is taken over when its lease ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        wait(set(self._under_way), timeout=_SECONDS_TO_END)

    def _note(self, sending: Future[object]) -> None:
        self._under_way.discard(sending)
        _log_fault(sending)


def _log_fault(sending: Future[object]) -> None:
    if sending.cancelled():
        return
    fault = sending.exception()
    if fault is not None:
        _log.error("a safety alert could not be sent at once; the scheduler tries again", exc_info=fault)
