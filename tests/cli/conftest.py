"""A council for the words: on the tests' own server, by DATABASE_URL."""

from datetime import date

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.small_council import found_council


@pytest.fixture
def at_the_database(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty, migrated database that every word finds."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    return database_url


@pytest.fixture
def council(at_the_database: str, sessions: sessionmaker[Session]) -> sessionmaker[Session]:
    """A small council with an extract of today, to look into with sessions of its own."""
    with sessions.begin() as session:
        found_council(session, date.today())  # noqa: DTZ011  (words act on the real day)
    return sessions
