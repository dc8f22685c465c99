"""`practice-audit settings`"""

from typing import Annotated

import typer

from cli.generated import write_or_check
from cli.word_app import word_app
from settings import as_markdown

app = word_app()


@app.command()
def settings(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write docs/settings.md: every environment variable with its default and what it is."""
    write_or_check("docs/settings.md", as_markdown(), check=check, word="settings")
