"""`practice-audit permissions`"""

from typing import Annotated

import typer

from api.access_pages import as_markdown
from cli.generated import write_or_check
from cli.word_app import word_app

app = word_app()


@app.command()
def permissions(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write docs/permissions.md: which role may do what, and how far that reaches."""
    write_or_check("docs/permissions.md", as_markdown(), check=check, word="permissions")
