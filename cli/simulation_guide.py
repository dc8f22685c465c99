"""`practice-audit simulation-guide`: the example of docs/guides/simulating-a-year.md, played anew."""

from typing import Annotated

import typer

from cli.generated import write_or_check
from cli.simulate import play_sample
from cli.word_app import word_app
from rules.year_reports import as_text
from settings import HERE

GUIDE = "docs/guides/simulating-a-year.md"
YEAR = 2027
_FENCE = "```"
_BEGINS = f"{_FENCE}text\n"

app = word_app()


@app.command()
def simulation_guide(
    check: Annotated[bool, typer.Option("--check", help="Only tell whether the file is up to date")] = False,
) -> None:
    """Write the sample council's year into its guide."""
    write_or_check(GUIDE, guide_with(as_text(play_sample(YEAR))), check=check, word="simulation-guide")


def guide_with(report: str) -> str:
    """The guide as it stands, with this report as its example."""
    before, _, rest = (HERE / GUIDE).read_text(encoding="utf-8").partition(_BEGINS)
    _, _, after = rest.partition(f"{_FENCE}\n")
    return f"{before}{_BEGINS}{report}{_FENCE}\n{after}"
