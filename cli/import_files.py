"""`practice-audit import`: extracts of the case system, and the files that a council keeps itself."""

import enum
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answer
from cli.house import House, open_house
from cli.import_aliases import load_case_aliases, load_worker_aliases
from cli.import_extracts import load_extract
from cli.import_first_use import load_history
from cli.import_organisation import load_list
from cli.imported import Asked, Imported
from cli.word_app import AsJson, DataFolder, Today, examples, word_app
from usecases.extract_ports import DateForm, ExtractKind
from usecases.first_use_rows import ListKind
from usecases.organisation_lists import OrganisationKind

app = word_app()


class Kind(enum.StrEnum):
    """What the rows of a file are about."""

    INVOLVEMENTS = "involvements"
    WORKERS = "workers"
    TEAMS = "teams"
    SERVICES = "services"
    OWN_TEAMS = "own-teams"
    PEOPLE = "people"
    POSTS = "posts"
    AUDITORS = "auditors"
    ABSENCES = "absences"
    PAST_AUDITS = "past-audits"
    OPEN_RE_AUDITS = "open-re-audits"
    COUNTS = "counts"
    CASE_ALIASES = "case-aliases"
    WORKER_ALIASES = "worker-aliases"


_EXTRACTS = {Kind(kind.value): kind for kind in ExtractKind}
_LISTS = {Kind("own-teams" if kind == "teams" else kind.value): kind for kind in OrganisationKind}
_HISTORIES = {Kind(kind.value.replace("_", "-")): kind for kind in ListKind}
_LOADERS: Mapping[Kind, Callable[[House, Asked], Imported]] = {
    **{kind: partial(load_extract, kind=of) for kind, of in _EXTRACTS.items()},
    **{kind: partial(load_list, kind=of) for kind, of in _LISTS.items()},
    **{kind: partial(load_history, kind=of) for kind, of in _HISTORIES.items()},
    Kind.CASE_ALIASES: load_case_aliases,
    Kind.WORKER_ALIASES: load_worker_aliases,
}


ExtractedOn = Annotated[
    datetime | None,
    typer.Option("--extracted-on", formats=["%Y-%m-%d"], help="The day an extract was made; else as it says"),
]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day a list speaks of; else today"),
]
ConfirmFall = Annotated[
    str | None,
    typer.Option("--confirm-fall", metavar="REASON", help="Load an extract though rows fell much; why"),
]
GoodRowsOnly = Annotated[bool, typer.Option("--good-rows-only", help="Record a history without its bad rows")]
Headers = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="COLUMN=HEADER", help="A history's own name of a column, if it differs"),
]


@app.command(
    name="import",
    epilog=examples(
        "import involvements cases.csv --extracted-on 2026-10-01 --dry-run",
        'import involvements cases.csv --extracted-on 2026-10-01 --confirm-fall "two teams moved to the trust"',
        "import people people.csv --as-of 2026-10-01",
        "import past-audits history.csv --dry-run --json",
    ),
)
def import_one(
    kind: Annotated[Kind, typer.Argument(help="What the rows are about")],
    file: Annotated[Path, typer.Argument(help="A CSV file")],
    *,
    extracted_on: ExtractedOn = None,
    as_of: AsOf = None,
    date_form: Annotated[DateForm | None, typer.Option("--date-form", help="How it writes its dates")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what loading it would do; change nothing")] = False,
    confirm_fall: ConfirmFall = None,
    good_rows_only: GoodRowsOnly = False,
    header: Headers = None,
    today: Today = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Load a file: good rows are loaded, every other row is told of with its line (C1, C5, P4, S10).

    Extracts of the case system (docs/guides/extracts.md): involvements, workers, teams. Lists that the council keeps
    itself: services, own-teams, people, posts, auditors, absences. What it brings along at first use: past-audits,
    open-re-audits, counts. Merged references: case-aliases, worker-aliases, with the columns from_reference,
    to_reference, since_on, reason. A file that is none is refused whole, and the same file twice changes nothing.
    """
    _refuse_misplaced("--extracted-on", extracted_on, kind, _EXTRACTS)
    _refuse_misplaced("--confirm-fall", confirm_fall, kind, _EXTRACTS)
    _refuse_misplaced("--as-of", as_of, kind, _LISTS)
    _refuse_misplaced("--good-rows-only", good_rows_only or None, kind, _HISTORIES)
    _refuse_misplaced("--header", header or None, kind, _HISTORIES)
    day = extracted_on or as_of
    asked = Asked(
        file=file,
        on=day.date() if day else None,
        date_form=date_form,
        confirmed_because=confirm_fall,
        good_rows_only=good_rows_only,
        dry_run=dry_run,
        is_hidden=as_json,
        headers=dict(map(_pair, header or ())),
    )
    with open_house("import", data, today=today) as house:
        imported = _LOADERS[kind](house, asked)
    answer(imported.facts, imported.lines, as_json=as_json)


def _refuse_misplaced(option: str, value: object, kind: Kind, kinds: Mapping[Kind, object]) -> None:
    if value is not None and kind not in kinds:
        raise typer.BadParameter(f"{option} is for {', '.join(kinds)} only, not for {kind}")


def _pair(written: str) -> tuple[str, str]:
    column, equals, header = written.partition("=")
    if not equals:
        raise typer.BadParameter(f"--header {written!r:.60}: write our column, = and the file's own header")
    return column.strip(), header.strip()
