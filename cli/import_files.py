"""`practice-audit import`: extracts of the case system, and the files that a council keeps itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from cli.answers import answer, counted
from cli.house import House, open_house
from cli.progress import counted_reading, progress
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, Today, examples, word_app
from integrations.wiring import extract_reader
from usecases.caseload_imports import import_extract
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport

app = word_app()

_MOST_TOLD = 10
_READINGS = 2  # first to tell what it is, then row by row


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be loaded, and how."""

    kind: ExtractKind
    file: Path
    extracted_on: datetime | None
    date_form: DateForm | None
    confirmed_because: str | None
    dry_run: bool


@app.command(
    name="import",
    epilog=examples(
        "import involvements cases.csv --extracted-on 2026-10-01 --dry-run",
        "import workers workers.csv --extracted-on 2026-10-01 --date-form uk",
        'import involvements cases.csv --extracted-on 2026-10-01 --confirm-fall "two teams moved to the trust"',
    ),
)
def import_one(
    kind: Annotated[ExtractKind, typer.Argument(help="What the rows are about")],
    file: Annotated[Path, typer.Argument(help="The file, as a reporting tool writes it (docs/guides/extracts.md)")],
    *,
    extracted_on: Annotated[
        datetime | None,
        typer.Option("--extracted-on", formats=["%Y-%m-%d"], help="The day it was made; else as the file itself says"),
    ] = None,
    date_form: Annotated[DateForm | None, typer.Option("--date-form", help="How it writes its dates")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what loading it would do; change nothing")] = False,
    confirm_fall: Annotated[
        str | None, typer.Option("--confirm-fall", metavar="REASON", help="Load it though its rows fell much; why")
    ] = None,
    today: Today = None,
    data: DataFolder = None,
    as_json: AsJson = False,
) -> None:
    """Load an extract of the case system: good rows are loaded, every other row is told of with its line (C1).

    A file that is none is refused whole, and the same file twice changes nothing. Only references are kept.
    """
    asked = _Asked(kind, file, extracted_on, date_form, confirm_fall, dry_run)
    with open_house("import", data, today=today) as house:
        report = _load(house, asked, hidden=as_json)
    answer(report, _lines(report), as_json=as_json)


def _load(house: House, asked: _Asked, *, hidden: bool) -> ImportReport:
    with _reading(asked.file, hidden=hidden) as content, house.work() as work:
        return import_extract(
            work,
            read_extract=extract_reader(house.settings),
            kind=asked.kind,
            file_name=asked.file.name,
            content=content,
            extracted_on=asked.extracted_on.date() if asked.extracted_on else None,
            date_form=asked.date_form,
            confirmed_because=asked.confirmed_because,
            dry_run=asked.dry_run,
        )


@contextmanager
def _reading(file: Path, *, hidden: bool) -> Iterator[BinaryIO]:
    """The file, with a bar that moves as it is read."""
    try:
        size = file.stat().st_size
        content = file.open("rb")
    except OSError as why:
        raise WordRefused(f"{file} cannot be read: {why.strerror}.", code="unreadable_file") from why
    with content, progress(f"Loading {file.name}", _READINGS * size, hidden=hidden) as advance:
        yield counted_reading(content, advance)


def _lines(report: ImportReport) -> Iterator[str]:
    yield f"{report.file_name}: {report.sentence}"
    for told in report.refused:
        yield f"  refused {counted(told.rows, 'row')}, {told.code.replace('_', ' ')}: lines {_listed(told.lines)}"
    for passed in report.passed_over:
        yield f"  passed over {counted(passed.rows, 'row')}: {passed.sentence} Lines {_listed(passed.lines)}"
    for note in report.notes:
        yield f"  note on {counted(note.rows, 'row')}: {note.sentence} Lines {_listed(note.lines)}"
    for error in report.errors[:_MOST_TOLD]:
        column = f", {error.column}" if error.column else ""
        yield f"  line {error.line}{column}: {error.sentence}"
    if report.columns_not_read:
        yield f"  columns not read: {', '.join(report.columns_not_read)}"
    if report.id is not None and report.rows_refused:
        yield f"  GET /v1/caseload-imports/{report.id}/errors tells of every refused row."


def _listed(lines: object) -> str:
    assert isinstance(lines, list | tuple)
    shown = ", ".join(str(line) for line in lines[:_MOST_TOLD])
    return f"{shown} …" if len(lines) > _MOST_TOLD else shown
