"""Not waiting long for what somebody else holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from psycopg.errors import LockNotAvailable
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

WAIT = timedelta(seconds=3)  # long enough for a move of an audit, too short to hold up others

_LOCK_TIMEOUT = select(func.set_config("lock_timeout", bindparam("timeout"), True))


class RowsHeld(Exception):
    """Somebody held rows for longer than it was worth waiting for; what was begun is undone."""


@contextmanager
def waiting_at_most(session: Session, wait: timedelta) -> Iterator[None]:
    """What is done within waits so long for a lock, and no longer. Raises RowsHeld."""
    try:
        with session.begin_nested():
            session.execute(_LOCK_TIMEOUT, {"timeout": f"{wait // timedelta(milliseconds=1)}ms"})
            yield
    except OperationalError as problem:
        if isinstance(problem.orig, LockNotAvailable):
            raise RowsHeld from problem
        raise
