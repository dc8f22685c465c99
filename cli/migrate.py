"""`practice-audit migrate`"""

import typer

from cli.database import open_database
from db import schema
from settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def migrate() -> None:
    """Bring the database up to the newest migration; safe to run again, and twice at once."""
    with open_database(Settings(), "migrate", statement_seconds=3600) as engine:
        schema.upgrade(engine)
    print(f"The database has all migrations up to {schema.newest_revision()}.")
