"""`practice-audit policy-register`"""

from typing import Annotated

import typer

from cli.generated import write_or_check
from cli.word_app import word_app
from rules.policy.load import load_edition
from rules.policy.register import as_markdown

app = word_app()


@app.command()
def policy_register(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write docs/policy-register.md: every value of the framework with clause, source and reading."""
    write_or_check("docs/policy-register.md", as_markdown(load_edition()), check=check, word="policy-register")
