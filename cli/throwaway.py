"""A database that exists for one question about the schema."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from db import schema
from db.embedded import EmbeddedPostgres
from db.session import make_engine


@contextmanager
def migrated_database() -> Iterator[Engine]:
    """An empty embedded database with every migration, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="practice-audit-schema-") as folder:
        server = EmbeddedPostgres(Path(folder), durable=False)
        server.start()
        engine = make_engine(server.url(), name="schema")
        try:
            schema.upgrade(engine)
            yield engine
        finally:
            engine.dispose()
            server.stop()
