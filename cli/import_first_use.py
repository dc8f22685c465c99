"""What a council brings along at first use, at the command line: past audits, open re-audits, counts (C5)."""

from collections.abc import Iterator

from cli.house import House
from cli.imported import MOST_TOLD, Asked, Imported
from integrations.wiring import list_reader
from usecases.first_use import FirstUseReport, import_list_file
from usecases.first_use_rows import ListKind


def load_history(house: House, asked: Asked, kind: ListKind) -> Imported:
    """Recorded wholly or not at all, unless only the good rows are asked for."""
    with asked.content() as content, house.work() as work:
        report = import_list_file(
            work,
            read_list=list_reader(),
            kind=kind,
            file_name=asked.file.name,
            content=content,
            date_form=asked.date_form,
            headers=asked.headers,
            dry_run=asked.dry_run,
            good_rows_only=asked.good_rows_only,
        )
    return Imported(report, _lines(report))


def _lines(report: FirstUseReport) -> Iterator[str]:
    yield f"{report.file_name}: {report.sentence}"
    for found in (report.errors, report.notes):
        yield from (f"  {each.sentence}" for each in found[:MOST_TOLD])
        if len(found) > MOST_TOLD:
            yield "  … and more, which --json tells."
    if report.columns_not_read:
        yield f"  columns not read: {', '.join(report.columns_not_read)}"
