"""`practice-audit migrate`"""

from cli.database import open_database
from cli.word_app import word_app
from db import schema
from settings import Settings

app = word_app()


@app.command()
def migrate() -> None:
    """Bring the database up to the newest migration; safe to run again, and twice at once."""
    with open_database(Settings(), "migrate", statement_seconds=3600) as engine:
        schema.upgrade(engine)
    print(f"The database has all migrations up to {schema.newest_revision()}.")
