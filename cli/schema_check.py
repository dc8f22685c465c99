"""`practice-audit schema-check`"""

import sys

from cli.throwaway import migrated_database
from cli.word_app import word_app
from db import schema

app = word_app()


@app.command()
def schema_check() -> None:
    """Run all migrations on an empty database and compare it with the tables in code."""
    with migrated_database() as engine:
        differences = schema.differences(engine)
    for difference in differences:
        print(difference)
    if differences:
        sys.exit("Tables and migrations differ: write the missing one with ./run new-migration 'What it changes'.")
    print("Tables and migrations agree.")
