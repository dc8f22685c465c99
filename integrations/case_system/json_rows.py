"""Rows of involvements, workers or teams as JSON, from a case system or its middleware (C1; ECOSYSTEM §1.4).

They become a table with the fields for columns, which is read as an extract's file is: by the same mapping, with the
same faults, quarantine and limits. Dates are ISO. What is said of a row names its number, the first being 1.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from integrations.case_system.csv_columns import Columns
from integrations.case_system.csv_extracts import CsvExtract
from integrations.case_system.csv_layout import COLUMNS, Headers, as_name
from integrations.case_system.extract_mappings import (
    Delimiter,
    Encoding,
    ExtractMapping,
    StatedDateForm,
    YesAndNo,
    load_mapping,
)
from usecases.extract_ports import BrokenExtract, Cell, DateForm, ExtractKind, JsonRow, RowBatch, RowsReader

_MOST_FIELDS = 60
_HEADER_LINES = 1
_NOT_IN_A_CELL = {**dict.fromkeys(range(32), "\ufffd"), **dict.fromkeys((9, 10, 13), " ")}


class JsonExtract(CsvExtract):
    """Rows in memory, as an extract. `sha256` is of the rows as JSON with sorted keys and no spaces."""

    def __init__(self, kind: ExtractKind, rows: Sequence[JsonRow], mapping: ExtractMapping) -> None:
        mapping = _of_json(mapping)
        fields = _fields_of(rows)
        _refuse_without(kind, fields, mapping)
        super().__init__(kind, _as_table(fields, rows), DateForm.ISO, mapping)
        self.sha256 = sha256(json.dumps(rows, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def batches(self) -> Iterator[RowBatch]:
        """The rows in batches, numbered as rows and not as lines below a header."""
        for batch in super().batches():
            yield RowBatch(
                [(_number(line), *cells) for line, *cells in batch.rows],
                [replace(fault, line=_number(fault.line)) for fault in batch.faults],
                [(_number(line), code) for line, code in batch.left_out],
            )


def rows_reader_with(mapping_file: Path | None) -> RowsReader:
    """What reads rows by the mapping in that file. Raises PolicyError for a mapping that cannot be used."""
    mapping = load_mapping(mapping_file)
    return lambda kind, rows: JsonExtract(kind, rows, mapping)


def _of_json(mapping: ExtractMapping) -> ExtractMapping:
    """What the mapping says of columns, ids, codes and words holds; what it says of files and dates does not."""
    shape = replace(
        mapping.file,
        encoding=Encoding.UTF_8,
        delimiter=Delimiter.COMMA,
        header_within_lines=_HEADER_LINES,
        footers=(),
    )
    return replace(
        mapping,
        file=shape,
        restricted=YesAndNo((*mapping.restricted.yes, "true"), (*mapping.restricted.no, "false")),
        involvements=replace(mapping.involvements, date_form=StatedDateForm.ISO),
        workers=replace(mapping.workers, date_form=StatedDateForm.ISO),
        teams=replace(mapping.teams, date_form=StatedDateForm.ISO),
    )


def _fields_of(rows: Sequence[JsonRow]) -> list[str]:
    """Every field that a row has, in the order in which they come."""
    fields: dict[str, None] = {}
    for row in rows:
        fields.update(dict.fromkeys(row))
        if len(fields) > _MOST_FIELDS:
            raise BrokenExtract(
                f"The rows have more than {_MOST_FIELDS} different fields. Nothing was loaded: send the fields that "
                "are read, and those only.",
                rule="C1",
            )
    return list(fields)


def _refuse_without(kind: ExtractKind, fields: Sequence[str], mapping: ExtractMapping) -> None:
    columns: Columns = COLUMNS[kind]
    column_of = Headers(mapping).column_of[kind]
    found = {column_of.get(as_name(name)) for name in fields}
    missing = [name for name in columns.needed if name not in found]
    if missing:
        raise BrokenExtract(
            f"No row has {', '.join(missing)}, which rows of {kind} need. Nothing was loaded: send these fields, or "
            "name yours in the mapping.",
            rule="C1",
        )


def _as_table(fields: Sequence[str], rows: Sequence[JsonRow]) -> io.BytesIO:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_in_a_cell(name) for name in fields])
    writer.writerows([[_in_a_cell(row.get(name)) for name in fields] for row in rows])
    return io.BytesIO(text.getvalue().encode("utf-8", "replace"))


def _in_a_cell(value: Cell) -> str:
    """A line of text for what JSON says: nothing for null, and no line breaks, so that a row is a line."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).translate(_NOT_IN_A_CELL).replace("\u2028", " ").replace("\u2029", " ").replace("\x85", " ")


def _number(line: int | str | None) -> int:
    assert isinstance(line, int), "every row begins with its line"
    return line - _HEADER_LINES
