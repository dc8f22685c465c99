"""`practice-audit new-migration`"""

from typing import Annotated

import typer

from cli.throwaway import migrated_database
from cli.word_app import word_app
from db import schema

app = word_app()


@app.command()
def new_migration(title: Annotated[str, typer.Argument(help="What it changes, in a few words")]) -> None:
    """Write the migration that leads from the present ones to the tables in code; read it before you commit it."""
    from alembic import command

    number = f"{int(schema.newest_revision() or 0) + 1:04d}"
    with migrated_database() as engine, engine.begin() as connection:
        command.revision(schema.config(connection), title, autogenerate=True, rev_id=number)
