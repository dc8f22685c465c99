"""Extracts of the case system, at the command line (C1)."""

from collections.abc import Iterator

from cli.answers import counted
from cli.house import House
from cli.imported import MOST_TOLD, Asked, Imported, lines_told
from integrations.wiring import extract_reader
from usecases.caseload_imports import import_extract
from usecases.extract_ports import ExtractKind
from usecases.import_reports import ImportReport


def load_extract(house: House, asked: Asked, kind: ExtractKind) -> Imported:
    """Good rows are loaded, every other one is told of; a file that is none is refused whole."""
    with asked.content() as content, house.work() as work:
        report = import_extract(
            work,
            read_extract=extract_reader(house.settings),
            kind=kind,
            file_name=asked.file.name,
            content=content,
            extracted_on=asked.on,
            date_form=asked.date_form,
            confirmed_because=asked.confirmed_because,
            dry_run=asked.dry_run,
        )
    return Imported(report, _lines(report))


def _lines(report: ImportReport) -> Iterator[str]:
    yield f"{report.file_name}: {report.sentence}"
    for told in report.refused:
        what = f"{counted(told.rows, 'row')}, {told.code.replace('_', ' ')}"
        yield f"  refused {what}: {lines_told(told.lines, told.rows)}"
    for passed in report.passed_over:
        yield f"  passed over {counted(passed.rows, 'row')}, {lines_told(passed.lines, passed.rows)}: {passed.sentence}"
    for note in report.notes:
        yield f"  note on {counted(note.rows, 'row')}, {lines_told(note.lines, note.rows)}: {note.sentence}"
    for error in report.errors[:MOST_TOLD]:
        column = f", {error.column}" if error.column else ""
        yield f"  line {error.line}{column}: {error.sentence}"
    if report.columns_not_read:
        yield f"  columns not read: {', '.join(report.columns_not_read)}"
    if report.id is not None and report.rows_refused:
        yield f"  GET /v1/caseload-imports/{report.id}/errors tells of every refused row."
