"""A PostgreSQL of a benchmark's own, and the driver's bare connection to it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import Engine

from db import schema
from db.embedded import EmbeddedPostgres
from db.session import make_engine


@contextmanager
def database() -> Iterator[Engine]:
    """A PostgreSQL of the benchmark's own, migrated, as durable as any."""
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder))
        server.start()
        engine = make_engine(server.url(), name="benchmark", statement_seconds=600)
        try:
            schema.upgrade(engine)
            yield engine
        finally:
            engine.dispose()
            server.stop()


@contextmanager
def psycopg_connection(engine: Engine) -> Iterator[psycopg.Connection]:
    """A connection of the driver's own, committed at the end."""
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    assert isinstance(connection, psycopg.Connection)
    try:
        with connection:
            yield connection
    finally:
        pooled.invalidate()
