"""A time limit for work in a thread that cannot be asked to stop: pure Python, such as a draw."""

import ctypes
import threading
import time
from types import TracebackType


class TookTooLong(Exception):
    """Raised inside the work when its time is up."""


class time_limit:  # noqa: N801  (used as `with time_limit(60):`)
    """Raises `TookTooLong` in this thread once so many seconds have passed, wherever it then is.

    CPython delivers it between two instructions; a call into C is left to return first.
    """

    def __init__(self, seconds: float) -> None:
        self._thread = threading.get_ident()
        self._timer = threading.Timer(seconds, self._interrupt)
        self._timer.daemon = True
        self._lock = threading.Lock()
        self._is_over = False
        self._is_interrupted = False

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._is_over = True
        while self._is_interrupted and kind is not TookTooLong:
            time.sleep(0)  # it is on its way and must not reach whatever this thread does next

    def _interrupt(self) -> None:
        with self._lock:
            if not self._is_over:
                self._is_interrupted = True
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(TookTooLong))
