"""`practice-audit open-cycle`: the draw, the audits, their deadlines and the messages that tell of them."""

from typing import Annotated, Any

import typer

from cli.answers import answer
from cli.house import open_house
from cli.standing import say_cycle
from cli.word_app import AsJson, DataFolder, Today, examples, word_app
from db.queries import overview, programme
from rules.programme import cycle_name
from usecases.audit_cycles import CycleOpened, open_cycle
from usecases.work import Work

app = word_app()


@app.command(
    name="open-cycle",
    epilog=examples(
        "open-cycle 2026-10",
        'open-cycle 2026-10 --force --reason "the programme begins a week early"',
        "open-cycle 2026-10 --data DIR --json",
    ),
)
def open_one(
    month: Annotated[str, typer.Argument(metavar="CYCLE", help="The cycle's month, or the id of an extra one")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Before its day; needs --reason")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why before its day; it is kept")] = None,
    today: Today = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Open a cycle: issue its preview if one stands and is young enough, else draw and issue (P3, S5).

    The scheduler does the same on the day. Opened once, however often it is asked: a cycle that is open stays as it is.
    """
    with open_house("open-cycle", data, today=today) as house, house.work() as work:
        opened = open_cycle(work, month, force=force, reason=reason)
        lines: list[str] = []
        say_cycle(work, opened.row, lines.append)
        facts = _facts(work, opened)
    name = cycle_name(month)
    lines.insert(0, f"{'Drew and opened' if opened.is_new else 'Open already:'} the cycle of {name}.")
    answer(facts, lines, as_json=as_json)


def _facts(work: Work, opened: CycleOpened) -> dict[str, Any]:
    row = opened.row
    loads = programme.audits_per_auditor(work.session, row.id)
    return {
        "cycle": row.month,
        "state": row.state,
        "already_open": not opened.is_new,
        "draw_id": opened.drawn.id,
        "closes_on": row.closes_on,
        "audits": overview.audits_by_kind(work.session, row.id),
        "auditors": len(loads),
        "shortfalls": row.shortfalls,
        "warnings": row.warnings,
    }
