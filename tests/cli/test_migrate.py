"""Migrating: what will be done is said first, and what would lose something only done when it is meant."""

import pytest
from sqlalchemy import Engine, text

from db import schema
from tests.cli.saying import say


@pytest.fixture
def database(new_database: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """A migrated database of the test's own, found by every word."""
    monkeypatch.setenv("DATABASE_URL", new_database.url.render_as_string(hide_password=False))
    return new_database


def revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return schema.present_revision(connection)


@pytest.mark.usefixtures("database")
def test_nothing_is_to_be_done_at_the_newest() -> None:
    told = say("migrate", "--check")
    assert (told.code, "nothing to do" in told.out) == (0, True)


def test_going_back_needs_a_word_and_then_forward_again_is_shown_first(database: Engine) -> None:
    refused = say("migrate", "--to", "0001", "--json")
    assert (refused.code, refused.refused["code"], revision(database)) == (1, "would_lose", schema.newest_revision())

    assert say("migrate", "--to", "0001", "--take-back").code == 0
    assert revision(database) == "0001"

    check = say("migrate", "--check", "--json")
    assert (check.code, check.facts["done"], revision(database)) == (1, False, "0001")
    assert [step["migration"] for step in check.facts["steps"]] == [
        migration.revision for migration in schema.migrations()[1:]
    ]

    assert "Done: the database is at migration" in say("migrate").out
    assert revision(database) == schema.newest_revision()


@pytest.mark.usefixtures("database")
def test_migration_that_is_none_is_refused() -> None:
    assert say("migrate", "--to", "9999", "--json").refused["code"] == "unknown_migration"


@pytest.mark.parametrize("words", ["list-keys", "doctor", "open-cycle 2027-01", "api", "scheduler"])
def test_every_word_asks_for_the_migrations_that_are_missing(database: Engine, words: str) -> None:
    say("migrate", "--to", "0001", "--take-back")
    told = say(*words.split())
    assert told.code == 1
    assert "un `practice-audit migrate`" in told.out + told.err
    assert revision(database) == "0001"


@pytest.mark.parametrize("words", [("migrate",), ("list-keys",), ("api",), ("scheduler",)])
def test_database_of_a_newer_release_is_left_alone(database: Engine, words: tuple[str, ...]) -> None:
    with database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '7777'"))
    told = say(*words)
    assert told.code == 1
    assert "7777" in told.err
    assert "release" in told.err


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://x@127.0.0.1:1/y", "No database answers at postgresql+psycopg://x@127.0.0.1:1/y"),
        ("nonsense", "DATABASE_URL"),
    ],
)
@pytest.mark.parametrize("word", ["migrate", "list-keys", "serve", "doctor"])
def test_database_that_cannot_be_reached_is_told_in_a_sentence(
    word: str, url: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.database_faults.SECONDS_FOR_A_STARTING_SERVER", 0)
    monkeypatch.setattr("cli.serve.SECONDS_FOR_A_STARTING_SERVER", 0)
    monkeypatch.setenv("DATABASE_URL", url)
    told = say(word, *(("--port", "0") if word == "serve" else ()))
    assert told.code == 1
    assert sentence in told.out + told.err
    assert "Traceback" not in told.err
