"""Extracts of the case system as CSV files: opened, examined and read row by row (FRAMEWORK C1).

A file that is none is refused whole. A row that cannot be used becomes a fault with its line and column; the rows
around it are read all the same. Memory holds one batch of rows, however long the file is.
"""

from collections.abc import Iterator
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from integrations.case_system import csv_involvements, csv_teams, csv_workers
from integrations.case_system.csv_bytes import examine
from integrations.case_system.csv_cells import BadCell
from integrations.case_system.csv_dates import DateCells, day_stated
from integrations.case_system.csv_layout import Headers, Layout, as_name
from integrations.case_system.csv_records import CsvFile
from integrations.case_system.csv_rows_wanted import RowsWanted, Surroundings, places_of_attributes
from integrations.case_system.extract_mappings import ExtractMapping, default_mapping, load_mapping
from rules.errors import InvalidFacts, Problem
from usecases.extract_ports import (
    BrokenExtract,
    Choices,
    DateForm,
    ExtractKind,
    ExtractReader,
    ExtractRow,
    RowBatch,
    RowFault,
)

BATCH_ROWS = 10_000
_DayRead = tuple[str | None, str | None]  # as ISO text: day first, and by the form that was stated or by its shape
_STATES_THE_DAY = "extracted_at"


class RowReader(Protocol):
    """Reads the rows of one kind of extract."""

    def read(self, line: int, cells: list[str]) -> ExtractRow | None: ...
    def about(self, cells: list[str]) -> str | None: ...


class CsvExtract:
    """One CSV file of one kind; what its properties say is explained at `usecases.extract_ports.Extract`."""

    def __init__(
        self, kind: ExtractKind, content: BinaryIO, date_form: DateForm | None, mapping: ExtractMapping
    ) -> None:
        examined = examine(content, mapping.file.encoding)
        self.sha256 = examined.sha256
        self.encoding = str(examined.encoding)
        self.mapping = mapping.name
        self.mapping_sha256 = mapping.sha256
        self.choices: Choices = mapping.choices
        self.date_form: DateForm | None = None
        self.extracted_on: date | None = None
        self._ends_within_line = examined.ends_within_line
        self._file = CsvFile(content, examined)
        headers = Headers(mapping)
        self._layout = headers.find(kind, self._file.head())
        self._dates = DateCells(_date_form(kind, date_form, mapping), mapping.dates)
        self._stated_form = _date_form(kind, date_form, mapping)
        self._open(kind, headers, mapping)

    def _open(self, kind: ExtractKind, headers: Headers, mapping: ExtractMapping) -> None:
        layout, places = self._layout, headers.places(kind, self._layout)
        attributes = _attributes(kind, mapping, layout)
        self._wanted = RowsWanted(mapping.of_kind(kind), layout)
        self._around = Surroundings(mapping.file, layout)
        self._is_choosy = bool(self._wanted)
        self._empty = mapping.file.empty
        self._width = len(layout.names)
        self._reader = _reader_of(kind, places, self._dates, mapping, attributes)
        used = {as_name(name): place for name, place in self._wanted.places.items()}
        used |= {layout.names[place]: place for place in attributes.values()}
        self.columns_not_read = headers.not_read(kind, layout, used)
        columns = [headers.column_of[kind].get(name) for name in layout.names]
        self._day_at = columns.index(_STATES_THE_DAY) if _STATES_THE_DAY in columns else None
        self._day_cell = ""
        self._days: dict[_DayRead, int] = {}
        # A row of staff or of a team needs so little that a footer could pass for one.
        self._looks_around_first = kind is not ExtractKind.INVOLVEMENTS

    def batches(self) -> Iterator[RowBatch]:
        """The rows in batches. Raises BrokenExtract, also after the last one."""
        has_rows = is_row = is_short = False
        records = self._file.records(self._layout)
        while some := list(islice(records, BATCH_ROWS)):
            batch = RowBatch([], [], [])
            for line, cells in some:
                is_row = self._take(batch, line, cells)
                has_rows = is_row or has_rows
            is_short = is_row and cells is not None and len(cells) < self._width
            yield batch
        if is_short and self._ends_within_line:
            raise BrokenExtract(
                "The file ends in the middle of a row: it was cut off. Nothing was loaded: export it again.", rule="C1"
            )
        if not has_rows:
            raise BrokenExtract("The file has a header line but no rows. Nothing was changed: export it again.")
        self.date_form = self._dates.settle()
        self.extracted_on = self._day()

    def _take(self, batch: RowBatch, line: int, cells: list[str] | None) -> bool:
        """Puts the record where it belongs. False for one that is no row."""
        if cells is None:
            batch.faults.append(RowFault(line, None, None, "ragged_quotes", f"in line {line}"))
            return True
        if len(cells) != self._width and self._does_not_fit(batch, line, cells, self._width):
            return bool(batch.faults) and batch.faults[-1].line == line
        if self._looks_around_first and self._is_no_row(batch, line, cells):
            return False
        cells.append("")  # where a column stands that the file lacks
        for word in self._empty:
            if word in cells:
                cells = ["" if cell == word else cell for cell in cells]
        if self._is_choosy and not self._wanted.includes(cells):
            batch.left_out.append((line, "left_out"))
            return True
        return self._read(batch, line, cells)

    def _read(self, batch: RowBatch, line: int, cells: list[str]) -> bool:
        try:
            row = self._reader.read(line, cells)
        except BadCell as bad:
            cells.pop()
            if self._is_no_row(batch, line, cells):
                return False
            about = self._reader.about([*cells, ""])
            batch.faults.append(RowFault(line, bad.column, bad.value, bad.code, about=about))
            return True
        if row is None:
            batch.left_out.append((line, "left_out"))
        else:
            batch.rows.append(row)
        if self._day_at is not None and cells[self._day_at] != self._day_cell:
            self._note_day(line, cells[self._day_at])
        return True

    def _note_day(self, line: int, cell: str) -> None:
        """The day is read both ways, for only the end of the file tells how its dates are written."""
        self._day_cell = cell
        self._days.setdefault((day_stated(cell, DateForm.UK), day_stated(cell, self._stated_form)), line)

    def _does_not_fit(self, batch: RowBatch, line: int, cells: list[str], width: int) -> bool:
        """Whether a record of another length than the header's is no row or a fault; commas at its end are neither."""
        if len(cells) > width and not "".join(cells[width:]).strip():
            del cells[width:]
            return False
        if not self._is_no_row(batch, line, cells):
            code = "too_few_cells" if len(cells) < width else "too_many_cells"
            batch.faults.append(RowFault(line, None, None, code, f"{len(cells)} cells for {width} columns"))
        return True

    def _is_no_row(self, batch: RowBatch, line: int, cells: list[str]) -> bool:
        what = self._around.what_it_is(cells)
        if what is not None:
            batch.left_out.append((line, what))
        return what is not None

    def _day(self) -> date | None:
        """The one day that the column `extracted_at` states; None without the column or where it can't be read."""
        way = 0 if self.date_form is DateForm.UK else 1
        days = {day: line for read, line in self._days.items() if (day := read[way])}
        if len(days) > 1:
            (one, _), (other, line), *_ = days.items()
            raise BrokenExtract(
                f"The rows say in {_STATES_THE_DAY} that they were made on {one} and, from line {line} on, on {other}. "
                "Nothing was loaded: send one extract at a time.",
                rule="C1",
            )
        return date.fromisoformat(next(iter(days))) if days else None


def read_extract(kind: ExtractKind, content: BinaryIO, date_form: DateForm | None) -> CsvExtract:
    """Open a CSV file as an extract of this kind, by the default mapping. Raises BrokenExtract when it is none."""
    return CsvExtract(kind, content, date_form, default_mapping())


def reader_with(mapping_file: Path | None) -> ExtractReader:
    """What opens extracts by the mapping in that file. Raises PolicyError for a mapping that cannot be used."""
    return partial(CsvExtract, mapping=load_mapping(mapping_file))


def _date_form(kind: ExtractKind, said: DateForm | None, mapping: ExtractMapping) -> DateForm | None:
    """The form that the mapping or the sender states. Raises InvalidFacts when they say two things."""
    stated = mapping.of_kind(kind).stated_date_form
    if said is not None and stated is not None and said is not stated:
        sentence = (
            f"The mapping {mapping.name} says that dates of {kind} are written as {stated}, not as {said}: leave "
            "date_form out, or change the mapping."
        )
        raise InvalidFacts([Problem("/date_form", sentence, said.value, "C1")])
    return stated or said


def _attributes(kind: ExtractKind, mapping: ExtractMapping, layout: Layout) -> dict[str, int]:
    if kind is not ExtractKind.INVOLVEMENTS:
        return {}
    return places_of_attributes({name: it.column for name, it in mapping.involvements.attributes.items()}, layout)


def _reader_of(
    kind: ExtractKind, places: dict[str, int], dates: DateCells, mapping: ExtractMapping, attributes: dict[str, int]
) -> RowReader:
    if kind is ExtractKind.INVOLVEMENTS:
        return csv_involvements.InvolvementRows(places, dates, mapping, attributes)
    if kind is ExtractKind.WORKERS:
        return csv_workers.WorkerRows(places, dates, mapping)
    return csv_teams.TeamRows(places, mapping)
