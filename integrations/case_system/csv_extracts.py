"""Extracts of the case system as CSV files: opened, examined and read row by row (FRAMEWORK C1).

A file that is none is refused whole. A row that cannot be used becomes a fault with its line and column; the rows
around it are read all the same. Memory holds one batch of rows, however long the file is.
"""

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from integrations.case_system import csv_involvements, csv_teams, csv_workers
from integrations.case_system.csv_bytes import examine
from integrations.case_system.csv_cells import BadCell
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_records import Columns, CsvRecords, not_read, places_of
from usecases.extract_ports import BrokenExtract, DateForm, ExtractKind, ExtractRow, RowBatch, RowFault

BATCH_ROWS = 10_000


class RowReader(Protocol):
    """Reads the rows of one kind of extract."""

    def read(self, line: int, cells: list[str]) -> ExtractRow: ...


# From the finest list to the coarsest, see `_kind_of`.
_COLUMNS: dict[ExtractKind, Columns] = {
    ExtractKind.INVOLVEMENTS: csv_involvements.COLUMNS,
    ExtractKind.WORKERS: csv_workers.COLUMNS,
    ExtractKind.TEAMS: csv_teams.COLUMNS,
}


class CsvExtract:
    """One CSV file of one kind; what its properties say is explained at `usecases.extract_ports.Extract`."""

    def __init__(self, kind: ExtractKind, content: BinaryIO, date_form: DateForm | None) -> None:
        examined = examine(content)
        self.sha256 = examined.sha256
        self.encoding = "utf-8" if examined.encoding.startswith("utf-8") else "windows-1252"
        self.date_form: DateForm | None = None
        self._records = CsvRecords(content, examined.encoding)
        header = self._records.header
        _refuse_other_kind(kind, header)
        places = places_of(header, _COLUMNS[kind])
        self.columns_not_read = not_read(header, _COLUMNS[kind])
        self._width = len(header)
        self._dates = DateCells(date_form)
        self._reader = _reader_of(kind, places, self._dates)

    def batches(self) -> Iterator[RowBatch]:
        """The rows in batches. Raises BrokenExtract, also after the last one."""
        batch = RowBatch([], [], 0)
        has_rows = False
        for line, cells in self._records:
            has_rows = self._take(batch, line, cells) or has_rows
            if len(batch.rows) + len(batch.faults) >= BATCH_ROWS:
                yield batch
                batch = RowBatch([], [], 0)
        yield batch
        if not has_rows:
            raise BrokenExtract("The file has a header line but no rows. Nothing was changed: export it again.")
        self.date_form = self._dates.settle()

    def _take(self, batch: RowBatch, line: int, cells: list[str]) -> bool:
        """Puts the row where it belongs. False for a blank one."""
        if not cells or not "".join(cells).strip():
            batch.blank += 1
            return False
        if len(cells) != self._width and not _only_blanks(cells[self._width :]):
            code = "too_few_cells" if len(cells) < self._width else "too_many_cells"
            batch.faults.append(RowFault(line, None, None, code, f"{len(cells)} cells for {self._width} columns"))
            return True
        del cells[self._width :]
        cells.append("")  # where a column stands that the file lacks
        try:
            batch.rows.append(self._reader.read(line, cells))
        except BadCell as bad:
            batch.faults.append(RowFault(line, bad.column, bad.value, bad.code))
        return True


def read_extract(kind: ExtractKind, content: BinaryIO, date_form: DateForm | None) -> CsvExtract:
    """Open a CSV file as an extract of this kind. Raises BrokenExtract when it is none."""
    return CsvExtract(kind, content, date_form)


def _only_blanks(beyond: list[str]) -> bool:
    """Spreadsheets end rows with commas for columns that were once there."""
    return bool(beyond) and not "".join(beyond).strip()


def _reader_of(kind: ExtractKind, places: dict[str, int], dates: DateCells) -> RowReader:
    if kind is ExtractKind.INVOLVEMENTS:
        return csv_involvements.InvolvementRows(places, dates)
    if kind is ExtractKind.WORKERS:
        return csv_workers.WorkerRows(places, dates)
    return csv_teams.TeamRows(places, dates)


def _refuse_other_kind(kind: ExtractKind, header: list[str]) -> None:
    """The wrong one of the three files is a common slip, and its columns may suffice to be misread as the right one."""
    found = _kind_of(header)
    if found not in (None, kind):
        raise BrokenExtract(
            f"This is an extract of {found}, but {kind} were announced. Nothing was loaded: choose the other file, "
            f"or send it with kind={found}.",
            rule="C1",
        )


def _kind_of(header: list[str]) -> ExtractKind | None:
    """What the columns say that the file is; None for a file of no kind.

    Involvements also name workers and teams, and workers their teams, never the other way round: whatever has all
    columns that the finer list needs is that list, though a coarser one could be read from it.
    """
    for kind, columns in _COLUMNS.items():
        names = {columns.synonyms.get(name, name) for name in header}
        if names.issuperset(columns.needed):
            return kind
    return None
