"""Engines and sessions. Whoever asks for a session here also commits it: only the doors do."""

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.orm import Session, sessionmaker

from db.connections import KEPT_ALIVE, replace_lost_ones

# Statements of a door that waits for people; an import or a sweep asks for longer.
STATEMENT_SECONDS = 30
IDLE_IN_TRANSACTION_SECONDS = 120
SPARE_CONNECTIONS = 4  # for readiness and the like, and for safety alerts, which go on while all others are busy


def make_engine(url: str, *, name: str, pool_size: int = 4, statement_seconds: int = STATEMENT_SECONDS) -> Engine:
    """An engine on PostgreSQL; `name` is what an administrator reads in `pg_stat_activity`.

    `jit` is off because our statements are short; the time zone is UTC whatever the server's own is. A connection
    that was lost is noticed and replaced before it is handed out.
    """
    options = {
        "jit": "off",
        "timezone": "UTC",
        "statement_timeout": f"{statement_seconds}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    }
    engine = create_engine(
        with_driver(url),
        pool_size=pool_size,
        max_overflow=SPARE_CONNECTIONS,
        connect_args={
            "application_name": f"practice-audit {name}",
            "connect_timeout": 5,
            **KEPT_ALIVE,
            "options": " ".join(f"-c {key}={value}" for key, value in options.items()),
        },
    )
    replace_lost_ones(engine)
    return engine


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit, so that an answer can be written from them."""
    return sessionmaker(engine, expire_on_commit=False)


def reading(sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """Sessions on the same connections for questions alone: each statement stands by itself, nothing is committed.

    At PostgreSQL's usual isolation a transaction shows no more to a question than this, and costs two round trips.
    """
    engine = sessions.kw["bind"]
    if engine is None:  # an application that is only described
        return sessions
    return sessionmaker(engine.execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False, autoflush=False)


def with_driver(url: str) -> URL:
    """Addresses as hosting services write them (`postgres://`, `postgresql://`) name no driver: ours is psycopg 3."""
    parsed = make_url(url.replace("postgres://", "postgresql://", 1))
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
