"""The tests' database: one embedded PostgreSQL a run, migrated once, started when first asked for."""

import gc
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from db import schema
from db.embedded import DATABASE, EmbeddedPostgres
from db.session import make_engine, make_sessions
from db.tables import Base

# The same examples for the same code on any machine; `--hypothesis-profile=by-chance` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("by-chance", deadline=None, print_blob=True)
hypothesis.settings.load_profile("steady")

TEMPLATE = "migrated"
SUPERUSER = "postgres"
END_OTHER_SESSIONS = text(
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
# As a replica, so that neither the order of the tables nor triggers that refuse to forget matter.
EMPTY_ALL_TABLES = "; ".join(
    ["SET session_replication_role = replica", *(f"DELETE FROM {name}" for name in Base.metadata.tables)]
)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What collecting makes stays to the end: looking through it for rubbish, then and later, takes a fifth of it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


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
    _copy_database(administration, migrated, "shared")
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


@pytest.fixture(scope="session")
def read_only_engine(postgres: EmbeddedPostgres, administration: Engine, migrated: str) -> Iterator[Engine]:
    """One empty database for all tests that save nothing; one that does fails, and no other because of it."""
    _copy_database(administration, migrated, "read_only")
    with administration.connect() as connection:
        connection.execute(text("ALTER DATABASE read_only SET default_transaction_read_only = on"))
    engine = make_engine(postgres.url("read_only"), name="tests")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def lent_database(administration: Engine, postgres: EmbeddedPostgres, migrated: str) -> Iterator[Engine]:
    """A database lent to one test after another, and the superuser's connection that empties it in between."""
    _copy_database(administration, migrated, "lent")
    engine = create_engine(postgres.url("lent", SUPERUSER), isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, lent_database: Engine) -> Iterator[str]:
    """An empty database for commits that others must see: doors, races, kill -9."""
    yield postgres.url("lent")
    with lent_database.connect() as connection:
        connection.execute(END_OTHER_SESSIONS)
        connection.exec_driver_sql(EMPTY_ALL_TABLES)


@pytest.fixture
def new_database(postgres: EmbeddedPostgres, administration: Engine, migrated: str) -> Iterator[Engine]:
    """A database for a test that changes the schema itself; five times the work of the lent one."""
    _copy_database(administration, migrated, "new")
    engine = make_engine(postgres.url("new"), name="test")
    yield engine
    engine.dispose()
    with administration.connect() as connection:
        connection.execute(text("DROP DATABASE new WITH (FORCE)"))


def _copy_database(administration: Engine, template: str, name: str) -> None:
    with administration.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {DATABASE} TEMPLATE {template} STRATEGY FILE_COPY"))


@pytest.fixture(scope="session")
def lent_engine(postgres: EmbeddedPostgres, lent_database: Engine) -> Engine:
    """Kept from test to test for the statements that it has compiled."""
    return make_engine(postgres.url("lent"), name="test")


@pytest.fixture
def engine(database_url: str, lent_engine: Engine) -> Iterator[Engine]:
    """On the lent database; its connections are closed after the test."""
    yield lent_engine
    lent_engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions on the test's own database, each with a transaction of its own."""
    return make_sessions(engine)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder for an installation of the test's own."""
    return tmp_path / "data"
