"""The schema as the migrations make it: bring a database up to date, and compare it with the tables in code."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Engine

from db.tables import Base

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent.parent / "migrations"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing; two that start at once take turns."""
    from alembic import command  # heavy, and not needed to serve

    with engine.begin() as connection:
        command.upgrade(config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    from alembic import command

    with engine.begin() as connection:
        command.downgrade(config(connection), revision)


def newest_revision() -> str | None:
    """The last migration in the code."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(config()).get_current_head()


class Migration(NamedTuple):
    """One step of the schema, and what it brings."""

    revision: str
    sentence: str


def migrations() -> list[Migration]:
    """The migrations in the code, in the order in which they are run."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(config()).walk_revisions()
    return [Migration(script.revision, script.doc) for script in scripts][::-1]


def present_revision(connection: Connection) -> str | None:
    """The last migration that this database has had."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def differences(engine: Engine) -> list[str]:
    """Where tables in code and migrated database disagree, one line each."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [repr(step) for step in compare_metadata(context, Base.metadata)]


def config(connection: Connection | None = None) -> "Config":
    """Alembic's settings: the place of the migrations is known, the database is handed in."""
    from alembic.config import Config

    attributes: dict[str, Any] = {"connection": connection}
    made = Config(attributes=attributes)
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return made
