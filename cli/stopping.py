"""Ending well: the first signal unwinds everything that was opened, and later ones do not disturb that."""

import logging
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@contextmanager
def stop_in_order() -> Iterator[None]:
    """Turn SIGTERM, SIGINT and SIGHUP into one orderly exit of all that was opened within, and end the process.

    A thread that still waits, for a slow mail server perhaps, does not hold the end up: what it had not committed is
    rolled back by the database.
    """

    def unwind(*_: object) -> None:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        sys.exit(0)

    for each in SIGNALS:
        signal.signal(each, unwind)
    try:
        yield
    except SystemExit as ended:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ended.code if isinstance(ended.code, int) else 1)
