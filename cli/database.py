"""The database of this installation, wherever it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from db.embedded import EmbeddedPostgres, address_of_running
from db.session import make_engine
from settings import Settings


@contextmanager
def open_database(settings: Settings, name: str, *, statement_seconds: int = 30) -> Iterator[Engine]:
    """An engine on the server of `DATABASE_URL`; else on the embedded one, which is started and stopped if need be."""
    with _address(settings) as url:
        engine = make_engine(url, name=name, pool_size=settings.database_pool_size, statement_seconds=statement_seconds)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _address(settings: Settings) -> Iterator[str]:
    known = settings.url_of_database() or address_of_running(settings.data)
    if known is not None:
        yield known
        return
    with owned_server(settings) as server:
        yield server.url()


@contextmanager
def owned_server(settings: Settings) -> Iterator[EmbeddedPostgres]:
    """The embedded PostgreSQL, started, kept running, and stopped at the end."""
    server = EmbeddedPostgres(settings.data)
    server.start()
    try:
        yield server
    finally:
        server.stop()
