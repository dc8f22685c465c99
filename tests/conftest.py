"""The tests' database: one embedded PostgreSQL a run, migrated once, started when first asked for."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from db import schema
from db.embedded import DATABASE, EmbeddedPostgres
from db.session import make_engine, make_sessions

TEMPLATE = "migrated"
SUPERUSER = "postgres"
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that need not survive the run, so it never waits for the disk."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres"), durable=False)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def administration(postgres: EmbeddedPostgres) -> Iterator[Engine]:
    """The superuser's connection, which makes and drops databases."""
    engine = create_engine(postgres.url("postgres", SUPERUSER), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def migrated(postgres: EmbeddedPostgres, administration: Engine) -> str:
    """The name of an empty database that has had every migration, to be copied."""
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {TEMPLATE} OWNER {DATABASE}"))
    engine = make_engine(postgres.url(TEMPLATE), name="migrations")
    schema.upgrade(engine)
    engine.dispose()
    return TEMPLATE


@pytest.fixture(scope="session")
def shared_engine(postgres: EmbeddedPostgres, administration: Engine, migrated: str) -> Iterator[Engine]:
    """One database for all tests that leave nothing behind."""
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE shared OWNER {DATABASE} TEMPLATE {migrated}"))
    engine = make_engine(postgres.url("shared"), name="tests")
    yield engine
    engine.dispose()


@pytest.fixture
def session(shared_engine: Engine) -> Iterator[Session]:
    """A session on an empty database; what the test saves, even commits, is gone after it. The usual choice."""
    with shared_engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as session:
            yield session
        outer.rollback()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, administration: Engine, migrated: str) -> Iterator[str]:
    """An empty database of the test's own, for commits that others must see: doors, races, kill -9."""
    name = f"test_{next(numbers)}"
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {DATABASE} TEMPLATE {migrated}"))
    yield postgres.url(name)
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, name="test")
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on the test's own database, each with a transaction of its own."""
    return make_sessions(engine)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder for an installation of the test's own."""
    return tmp_path / "data"
