"""`practice-audit openapi`"""

import json
from typing import Annotated

import typer
from sqlalchemy.orm import Session, sessionmaker

from api.main import create_app, described_for_connectors
from cli.generated import write_or_check
from cli.word_app import word_app
from clock import Clock
from rules.policy.load import load_edition
from settings import Settings

app = word_app()


@app.command()
def openapi(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write docs/openapi.json, every path with parameters, answers and errors, and docs/connector-openapi.json."""
    # Describing the paths asks the database nothing, so there is none behind these sessions.
    application = create_app(Settings(), Clock(), sessionmaker[Session](), load_edition())
    documents = {
        "docs/openapi.json": application.openapi(),
        "docs/connector-openapi.json": described_for_connectors(application),
    }
    for name, document in documents.items():
        text = json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        write_or_check(name, text, check=check, word="openapi")
