"""`practice-audit migrate`: the way from the database's schema to the one that this release needs."""

import sys
from dataclasses import dataclass
from typing import Annotated

import typer
from sqlalchemy import Engine

from cli.answers import answer, counted
from cli.database import open_database
from cli.database_faults import refuse_unusable
from cli.house import SECONDS_FOR_LONG_STATEMENTS, settings_of
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, examples, word_app
from db import schema
from db.schema import Migration

app = word_app()


@dataclass(frozen=True, slots=True)
class _Way:
    """Where the database is, where it is to be, and the migrations in between, in the order in which they are run."""

    present: str | None
    wanted: str
    steps: list[Migration]
    goes_back: bool


@app.command(
    epilog=examples("migrate", "migrate --check", "migrate --json", "migrate --to 0001 --take-back --data /srv/audit")
)
def migrate(
    to: Annotated[str | None, typer.Option("--to", help="Up to this migration; without it the newest")] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; end with 1 if something is to be done")
    ] = False,
    take_back: Annotated[
        bool, typer.Option("--take-back", help="Allow --to to lose what newer migrations hold")
    ] = False,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database up to the newest migration.

    Says first what will be done. Safe to run again, and twice at once: two that start together take turns.
    """
    with open_database(settings_of(data), "migrate", statement_seconds=SECONDS_FOR_LONG_STATEMENTS) as engine:
        refuse_unusable(engine)
        way = _way(engine, to)
        if not check:
            _refuse_loss(way, take_back=take_back)
            _go(engine, way, hidden=as_json)
    answer(
        {
            "present": way.present if check else way.wanted,
            "newest": schema.newest_revision(),
            "done": not check,
            "taken_back": way.goes_back,
            "steps": [{"migration": step.revision, "sentence": step.sentence} for step in way.steps],
        },
        _lines(way, check=check),
        as_json=as_json,
    )
    if check and way.steps:
        sys.exit(1)


def _way(engine: Engine, to: str | None) -> _Way:
    with engine.connect() as connection:
        present = schema.present_revision(connection)
    known = schema.migrations()
    names = [migration.revision for migration in known]
    wanted = to or names[-1]
    for name, whose in ((present, "The database has"), (wanted, "You name")):
        if name is not None and name not in names:
            raise WordRefused(
                f"{whose} migration {name}, which this release does not have: it has {', '.join(names)}.",
                code="unknown_migration",
            )
    begin = -1 if present is None else names.index(present)
    end = names.index(wanted)
    steps = known[begin + 1 : end + 1] if end >= begin else known[end + 1 : begin + 1][::-1]
    return _Way(present, wanted, steps, goes_back=end < begin)


def _refuse_loss(way: _Way, *, take_back: bool) -> None:
    if way.goes_back and not take_back:
        raise WordRefused(
            f"Going from {way.present} back to {way.wanted} loses what only the newer migrations hold: make a backup "
            "(`practice-audit backup`), then give --take-back too.",
            code="would_lose",
        )


def _go(engine: Engine, way: _Way, *, hidden: bool) -> None:
    if way.steps and not hidden:
        print(_intention(way), flush=True)
    if way.goes_back:
        schema.downgrade(engine, way.wanted)
    else:
        schema.upgrade(engine, way.wanted)


def _lines(way: _Way, *, check: bool) -> list[str]:
    if not way.steps:
        return [f"The database has all migrations up to {way.wanted}: nothing to do."]
    if check:
        return [_intention(way), "Nothing was changed. Run `practice-audit migrate` to do it."]
    return [f"Done: the database is at migration {way.wanted}."]


def _intention(way: _Way) -> str:
    verb = "to take back" if way.goes_back else "to run"
    listed = "\n".join(f"  {step.revision}  {step.sentence}" for step in way.steps)
    return f"{counted(len(way.steps), 'migration')} {verb}, from {way.present or 'an empty database'}:\n{listed}"
