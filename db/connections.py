"""Connections of the pool are found to be there before they are handed out, without asking the server."""

from selectors import EVENT_READ, DefaultSelector
from typing import Any, Final

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

# For `connect`, in seconds: the kernel asks the other end of a connection that rests, and closes ours if it is gone.
KEPT_ALIVE: Final = {"keepalives_idle": 30, "keepalives_interval": 5, "keepalives_count": 3}


def replace_lost_ones(engine: Engine) -> None:
    """Has the engine replace a connection that was lost meanwhile, and all those that are as old.

    Whoever closes a connection says so on it, the server or (`KEPT_ALIVE`) the kernel. So one on which nothing waits
    to be read is there, and only others are asked, by an empty statement.
    """

    def find_there(connection: Any, *_: Any) -> None:
        if not _has_something_to_read(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except psycopg.Error as lost:
            raise InvalidatePoolError from lost

    event.listen(engine, "checkout", find_there)


def _has_something_to_read(connection: psycopg.Connection) -> bool:
    with DefaultSelector() as selector:
        selector.register(connection, EVENT_READ)
        return bool(selector.select(timeout=0))
