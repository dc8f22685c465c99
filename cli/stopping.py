"""Ending well: the first signal unwinds everything that was opened, and later ones do not disturb that."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stop_in_order() -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into one orderly exit."""

    def unwind(*_: object) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(0)

    for each in SIGNALS:
        signal.signal(each, unwind)
    yield
