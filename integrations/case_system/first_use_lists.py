"""The lists of a first use in mid-year as CSV files: past audits, open re-audits, counts (C5).

They are read like extracts (encodings, separators, dates, dirty ids), but by their own columns, and kept in memory:
a year of audits is some hundred rows.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO

from integrations.case_system.csv_bytes import examine
from integrations.case_system.csv_cells import BadCell, clean, reference
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_layout import Layout, as_name
from integrations.case_system.csv_records import CsvFile
from integrations.case_system.extract_mappings import default_mapping
from integrations.case_system.first_use_columns import COLUMNS, HEADERS, NEEDED, ROWS, SHAPES
from integrations.case_system.list_layouts import may_be_headers, why_ragged
from rules.dates_in_words import MONTHS
from rules.errors import InvalidFacts, Problem
from usecases.extract_ports import BrokenExtract, DateForm
from usecases.first_use_rows import FirstUseList, ListKind, RowTold

_MONTH_ID = re.compile(r"(\d{4})-(\d{1,2})")
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})/(\d{4})")
_MONTH_NAMED = re.compile(r"([A-Za-z]{3,9})[ -](\d{4})")
_NUMBER = re.compile(r"(\d{1,6})(?:\.0+)?")
_KINDS = {"re_audit": "re_audit", "reaudit": "re_audit", "re_audits": "re_audit"}

_WORDS_OF_FAULTS = {
    "missing": "it is empty, and the row means nothing without it: fill it in.",
    "no_reference": "it is no reference: letters, digits and . _ : / - without spaces.",
    "no_date": "it is no date as this file writes them: write dd/mm/yyyy or yyyy-mm-dd.",
    "other_date_form": "it is written in another form than the one stated for this file: write all dates in one form.",
    "impossible_date": "there is no such day, or it is long past: correct it.",
    "empty_date": "it is the day that stands for an empty cell: fill it in.",
    "no_month": "it is no month: write it as 2026-03 or March 2026.",
    "no_number": "it is no number of audits: write 0 or more, without words.",
}


@dataclass(frozen=True, slots=True)
class _Cells:
    """One record by our column names, and what reads its cells."""

    values: Mapping[str, str]
    dates: DateCells
    grades: Mapping[str, str]

    def read(self, column: str) -> Any:
        return _READERS[COLUMNS[column]](self, column)

    def text(self, column: str) -> str:
        return clean(self.values.get(column, ""))


def read_list(
    kind: ListKind,
    content: BinaryIO,
    date_form: DateForm | None,
    headers: Mapping[str, str],
    titles_of_grades: Mapping[str, str],
) -> FirstUseList:
    """The whole list. Raises BrokenExtract for a file that is none, InvalidFacts for a header that is not ours."""
    examined = examine(content)
    file = CsvFile(content, examined)
    layout, places = _header(kind, file.head(), _names_of(kind, headers))
    dates = DateCells(date_form, default_mapping().dates)
    grades = {as_name(title): grade for grade, title in titles_of_grades.items()}
    rows, faults = [], []
    for line, record in file.records(layout):
        if record is not None and not any(map(clean, record)):
            continue
        why = why_ragged(record, len(layout.names))
        fault = None if why is None else RowTold(line, "", "", "C5", f"Line {line}: {why}")
        if fault is None and record is not None:
            values = {column: record[place] for column, place in places.items() if place < len(record)}
            facts, bad_cells = _facts(kind, _Cells(values, dates, grades))
            faults += [RowTold(line, bad.column, bad.value or "", "C5", _sentence(line, bad)) for bad in bad_cells]
            if not bad_cells:
                rows.append(SHAPES[kind](line=line, **facts))
        if fault is not None:
            faults.append(fault)
    if not rows and not faults:
        raise BrokenExtract("The file has a header line but no rows. Nothing was recorded.", rule="C5")
    used = set(places.values())
    return FirstUseList(
        kind,
        tuple(rows),
        tuple(faults),
        examined.sha256,
        str(examined.encoding),
        dates.settle(),
        tuple(name for place, name in enumerate(layout.names) if name and place not in used),
    )


def _names_of(kind: ListKind, headers: Mapping[str, str]) -> dict[str, str]:
    """Every header that is understood, with our column's name; those that were named win."""
    ours = ROWS[kind]
    for column in headers:
        if column not in ours:
            sentence = f"{column!r:.60} is no column of {kind}: name headers for {', '.join(ours)}."
            raise InvalidFacts([Problem(f"/headers/{column[:60]}", sentence, column[:60], "C5")])
    known = {as_name(name): column for column in ours for name in (column, *HEADERS.get(column, ()))}
    renamed = {as_name(header): column for column, header in headers.items()}
    return {name: column for name, column in known.items() if column not in headers} | renamed


def _header(kind: ListKind, head: str, names: Mapping[str, str]) -> tuple[Layout, dict[str, int]]:
    """The first line that has all needed columns, whatever separates its cells."""
    best: tuple[str, ...] = ()
    for layout in may_be_headers(head):
        columns = [names.get(name) for name in layout.names]
        found = {column for column in columns if column}
        if found.issuperset(NEEDED[kind]):
            twice = [column for column in found if columns.count(column) > 1]
            if twice:
                raise BrokenExtract(
                    f"The header line has {', '.join(sorted(twice))} more than once. Nothing was recorded: keep one.",
                    rule="C5",
                )
            return layout, {column: place for place, column in enumerate(columns) if column}
        best = max(best, layout.names, key=lambda it: len({names.get(name) for name in it} - {None}))
    missing = [column for column in NEEDED[kind] if column not in {names.get(name) for name in best}]
    raise BrokenExtract(
        f"The header line lacks {', '.join(missing)}; it has {', '.join(filter(None, best)) or 'nothing'}. Nothing was "
        f"recorded: name the columns so, or say in `headers` what they are called.",
        rule="C5",
    )


def _facts(kind: ListKind, cells: _Cells) -> tuple[dict[str, Any], list[BadCell]]:
    """What a row says, and each cell that can't be read or is missing."""
    facts: dict[str, Any] = {}
    bad_cells = []
    for column in ROWS[kind]:
        try:
            value = cells.read(column)
        except BadCell as bad:
            bad_cells.append(bad)
            continue
        if value in (None, "") and column in NEEDED[kind]:
            bad_cells.append(BadCell(column, "", "missing"))
        elif value is not None:
            facts[column] = value
    return facts, bad_cells


def _sentence(line: int, bad: BadCell) -> str:
    return f"Line {line}, {bad.column} {bad.value or ''!r}: {_WORDS_OF_FAULTS[bad.code]}"


def _reference(cells: _Cells, column: str) -> str | None:
    return reference(cells.text(column), column) if cells.text(column) else None


def _service(cells: _Cells, column: str) -> str | None:
    return as_name(cells.text(column)) or None


def _kind(cells: _Cells, column: str) -> str | None:
    name = as_name(cells.text(column))
    return _KINDS.get(name, name) or None


def _grade(cells: _Cells, column: str) -> str | None:
    """By its id or its title; anything else is left for the check, which names the grades there are."""
    name = as_name(cells.text(column))
    return cells.grades.get(name, name) or None


def _day(cells: _Cells, column: str) -> date | None:
    written = cells.dates.end(cells.text(column), column)
    return date.fromisoformat(written) if written else None


def _number(cells: _Cells, column: str) -> int | None:
    text = cells.text(column)
    if not text:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise BadCell(column, text, "no_number")
    return int(match[1])


def _month(cells: _Cells, column: str) -> str | None:
    text = cells.text(column)
    if not text:
        return None
    year, month = _year_and_month(text)
    if year and 1 <= month <= len(MONTHS):
        return f"{year:04}-{month:02}"
    if year:
        raise BadCell(column, text, "no_month")
    try:
        return cells.dates.begin(text, column)[:7]
    except BadCell as bad:
        raise BadCell(column, text, "no_month" if bad.code == "no_date" else bad.code) from None


def _year_and_month(text: str) -> tuple[int, int]:
    """0 and 0 for what is written in none of these ways."""
    if match := _MONTH_ID.fullmatch(text):
        return int(match[1]), int(match[2])
    if match := _MONTH_OF_YEAR.fullmatch(text):
        return int(match[2]), int(match[1])
    if match := _MONTH_NAMED.fullmatch(text):
        named = [number for number, name in enumerate(MONTHS, 1) if name.lower().startswith(match[1].lower())]
        return int(match[2]), named[0] if named else 0
    return 0, 0


_READERS: Mapping[str, Callable[[_Cells, str], Any]] = {
    "reference": _reference,
    "service": _service,
    "kind": _kind,
    "grade": _grade,
    "day": _day,
    "number": _number,
    "month": _month,
}
