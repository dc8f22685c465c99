"""The migrations make the schema that the code describes, and unmake it."""

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from db import schema


def test_migrated_database_is_what_the_tables_in_code_say(new_database: Engine) -> None:
    assert schema.differences(new_database) == []


def test_a_column_that_no_migration_made_is_told(new_database: Engine) -> None:
    with new_database.begin() as connection:
        connection.execute(text("ALTER TABLE notices DROP COLUMN last_error"))
    assert len(schema.differences(new_database)) == 1
    assert "last_error" in schema.differences(new_database)[0]


def test_all_migrations_go_down_and_up_again(new_database: Engine) -> None:
    schema.downgrade(new_database, "base")
    assert inspect(new_database).get_table_names() == ["alembic_version"]
    schema.upgrade(new_database)
    assert schema.differences(new_database) == []


def test_database_knows_its_newest_migration(session: Session) -> None:
    assert schema.present_revision(session.connection()) == schema.newest_revision()


def test_running_the_migrations_twice_changes_nothing(new_database: Engine) -> None:
    schema.upgrade(new_database)
    assert schema.differences(new_database) == []
