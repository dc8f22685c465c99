"""`practice-audit close-cycle`: the cycle's figures as they stand, kept."""

from typing import Annotated

import typer

from cli.answers import answer, counted
from cli.house import open_house
from cli.word_app import AsJson, DataFolder, Today, examples, word_app
from rules.programme import cycle_name
from usecases.audit_cycles import close_cycle

app = word_app()


@app.command(name="close-cycle", epilog=examples("close-cycle 2026-10", "close-cycle 2026-10 --json"))
def close_one(
    month: Annotated[str, typer.Argument(metavar="CYCLE", help="The cycle's month, or the id of an extra one")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Before its last day; needs --reason")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why before its last day; it is kept")] = None,
    today: Today = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Close a cycle: from its last working day on, and with its figures as they stand (P3).

    The scheduler does the same on the day. What is late can still be finished. Closing again changes nothing.
    """
    with open_house("close-cycle", data, today=today) as house, house.work() as work:
        row = close_cycle(work, month, force=force, reason=reason)
    figures = row.figures_at_close or {}
    words = (
        f"The cycle of {cycle_name(month)} is {row.state}: "
        f"{counted(figures.get('allocated', 0), 'audit')}, {figures.get('issued', 0)} issued, "
        f"{figures.get('not_issued', 0)} not issued, {figures.get('withdrawn', 0)} withdrawn."
    )
    facts = {"cycle": row.month, "state": row.state, "closed_at": row.closed_at, "figures": figures}
    answer(facts, [words], as_json=as_json)
