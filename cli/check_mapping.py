"""`practice-audit check-mapping`: what a mapping makes of an extract's first rows, before anything is loaded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answer, counted
from cli.refusals import WordRefused
from cli.word_app import AsJson, examples, word_app
from integrations.wiring import extract_reader
from settings import Settings
from usecases.extract_ports import (
    INVOLVEMENT_FIELDS,
    TEAM_FIELDS,
    WORKER_FIELDS,
    DateForm,
    Extract,
    ExtractKind,
    RowBatch,
    RowFault,
)
from usecases.extract_sentences import FAULTS, PASSED_OVER, sentence_of

app = word_app()

_FIELDS = {
    ExtractKind.INVOLVEMENTS: INVOLVEMENT_FIELDS,
    ExtractKind.WORKERS: WORKER_FIELDS,
    ExtractKind.TEAMS: TEAM_FIELDS,
}


@dataclass(frozen=True, slots=True)
class MappedExtract:
    """What a file is by a mapping, with its first rows. Names of staff are not shown."""

    mapping: str
    encoding: str
    date_form: DateForm | None
    extracted_on: str | None
    columns_not_read: tuple[str, ...]
    rows_read: int
    faults: dict[str, int]
    left_out: dict[str, int]
    first_rows: tuple[dict[str, object], ...]
    first_faults: tuple[str, ...]


@app.command(
    epilog=examples(
        "check-mapping involvements cases.csv --mapping our-council.toml",
        "check-mapping workers workers.csv --rows 20",
    )
)
def check_mapping(
    kind: Annotated[ExtractKind, typer.Argument(help="What the rows are about")],
    file: Annotated[Path, typer.Argument(help="The extract, as the reporting tool writes it")],
    *,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="Without it the one of PRACTICE_AUDIT_EXTRACT_MAPPING")
    ] = None,
    date_form: Annotated[DateForm | None, typer.Option("--date-form", help="How it writes its dates")] = None,
    rows: Annotated[int, typer.Option("--rows", min=1, max=100, help="So many of its first rows are shown")] = 5,
    as_json: AsJson = False,
) -> None:
    """Say what the mapping makes of a file: encoding, columns, date form, first rows and every kind of fault (C1).

    The whole file is read, and nothing is loaded. No database is needed: workers and teams are not looked up.
    """
    settings = Settings() if mapping is None else Settings(extract_mapping=mapping)
    try:
        content = file.open("rb")
    except OSError as why:
        raise WordRefused(f"{file} cannot be read: {why.strerror}.", code="unreadable_file") from why
    with content:
        found = _mapped(kind, extract_reader(settings)(kind, content, date_form), rows)
    answer(found, _lines(found), as_json=as_json)


def _mapped(kind: ExtractKind, extract: Extract, rows: int) -> MappedExtract:
    batches = list(_thinned(extract, rows))
    first = tuple(islice((row for batch in batches for row in batch.rows), rows))
    faults = tuple(islice((fault for batch in batches for fault in batch.faults), rows))
    return MappedExtract(
        mapping=extract.mapping,
        encoding=extract.encoding,
        date_form=extract.date_form,
        extracted_on=extract.extracted_on.isoformat() if extract.extracted_on else None,
        columns_not_read=extract.columns_not_read,
        rows_read=sum(batch.read for batch in batches),
        faults=_added(batch.fault_counts for batch in batches),
        left_out=_added(batch.left_out_counts for batch in batches),
        first_rows=tuple(_shown(dict(zip(_FIELDS[kind], row, strict=True))) for row in first),
        first_faults=tuple(_sentence(fault) for fault in faults),
    )


@dataclass(frozen=True, slots=True)
class _Thinned:
    """A batch of which only the first rows are kept: memory stays the same for any file."""

    rows: list[tuple[int | str | bool | None, ...]]
    faults: list[RowFault]
    read: int
    fault_counts: dict[str, int]
    left_out_counts: dict[str, int]


def _thinned(extract: Extract, rows: int) -> Iterator[_Thinned]:
    for batch in extract.batches():
        yield _Thinned(
            batch.rows[:rows],
            batch.faults[:rows],
            _read(batch),
            _counts(fault.code for fault in batch.faults),
            _counts(code for _, code in batch.left_out),
        )


def _read(batch: RowBatch) -> int:
    return len(batch.rows) + len(batch.faults) + len(batch.left_out)


def _counts(codes: Iterator[str]) -> dict[str, int]:
    return _added({code: 1} for code in codes)


def _added(counts: Iterator[dict[str, int]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in counts:
        for code, number in some.items():
            found[code] = found.get(code, 0) + number
    return found


def _shown(row: dict[str, object]) -> dict[str, object]:
    """Names and addresses of staff have no business on a screen that is shared to discuss columns."""
    return {
        field: "(filled)" if value and (field == "name" or "email" in field) else value for field, value in row.items()
    }


def _sentence(fault: RowFault) -> str:
    return f"line {fault.line}: {sentence_of(fault)}"


def _lines(found: MappedExtract) -> Iterator[str]:
    dates = f"dates {found.date_form}" if found.date_form else "no dates"
    yield f"Read by the mapping {found.mapping}: {found.encoding}, {dates}, {counted(found.rows_read, 'row')}."
    if found.extracted_on:
        yield f"The file says that it was made on {found.extracted_on}."
    if found.columns_not_read:
        yield f"Columns passed over; leave them out: {', '.join(found.columns_not_read)}."
    for row in found.first_rows:
        yield "  " + ", ".join(f"{field} {value}" for field, value in row.items() if value is not None)
    for code, rows in found.left_out.items():
        yield f"Passed over {counted(rows, 'row')}: {PASSED_OVER[code]}"
    for code, rows in found.faults.items():
        assert code in FAULTS
        yield f"Refused {counted(rows, 'row')}: {code.replace('_', ' ')}."
    for fault in found.first_faults:
        yield f"  {fault}"
