"""The lists of a council's organisation as CSV files: services, teams, people, posts, auditors, absences (P4).

They are read like extracts (encodings, separators, dates, dirty ids), but by their own columns, and kept in memory.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO

from integrations.case_system.csv_bytes import examine
from integrations.case_system.csv_cells import BadCell, clean, email, flag, reference, words
from integrations.case_system.csv_dates import DateCells
from integrations.case_system.csv_layout import Layout, as_name
from integrations.case_system.csv_records import CsvFile
from integrations.case_system.extract_mappings import default_mapping
from integrations.case_system.list_layouts import may_be_headers, why_ragged
from usecases.extract_ports import BrokenExtract, DateForm
from usecases.organisation_lists import NONE, Cell, ListRow, OrganisationKind, OrganisationList, RowRefused

# Each column with what its cells are; those with a star must be there, and filled.
_COLUMNS: Mapping[OrganisationKind, Mapping[str, str]] = {
    OrganisationKind.SERVICES: {"service_id": "word*", "name": "words*"},
    OrganisationKind.TEAMS: {
        "team_id": "reference*",
        "name": "words",
        "service": "word",
        "service_from": "day",
        "employer": "words",
        "contact_email": "email",
        "began_on": "day",
        "ended_on": "day",
        "merged_into": "reference",
    },
    OrganisationKind.PEOPLE: {
        "person_id": "reference*",
        "name": "words",
        "email": "email",
        "job_title": "words",
        "team_id": "reference",
        "team_from": "day",
        "started_on": "day",
        "left_on": "day",
        "manager": "reference",
        "manager_from": "day",
    },
    OrganisationKind.POSTS: {
        "role": "word*",
        "person": "reference*",
        "team": "reference",
        "service": "word",
        "deputy": "reference",
        "deputy_from": "day",
        "began_on": "day",
        "ended_on": "day",
    },
    OrganisationKind.AUDITORS: {
        "person": "reference*",
        "service": "word*",
        "grade": "word",
        "capacity": "number*",
        "employment": "word",
        "employer": "words",
        "cleared_for_restricted": "flag",
        "began_on": "day",
        "ended_on": "day",
    },
    OrganisationKind.ABSENCES: {
        "person": "reference*",
        "first_on": "day*",
        "last_on": "day*",
        "stands_in": "reference",
        "withdrawn": "flag",
    },
}
_WORDS_OF_FAULTS = {
    "missing": "it is empty, and the row means nothing without it: fill it in.",
    "no_reference": "it is no id: letters, digits and . _ : / - without spaces.",
    "no_date": "it is no date as this file writes them: write dd/mm/yyyy or yyyy-mm-dd.",
    "other_date_form": "it is written in another form than the one stated for this file: write all dates in one form.",
    "impossible_date": "there is no such day, or it is long past: correct it.",
    "empty_date": "it is the day that stands for an empty cell: fill it in.",
    "no_number": "it is no number of audits a cycle: write 0 or more.",
    "no_flag": "it is neither yes nor no: write yes, or leave it empty.",
    "no_email": "it is no e-mail address: write one such as name@council.example, or leave it empty.",
}
_MOST_DIGITS = 4


def read_organisation_list(kind: OrganisationKind, content: BinaryIO, date_form: DateForm | None) -> OrganisationList:
    """The whole list. Raises BrokenExtract for a file that is none, or whose header is another."""
    examined = examine(content)
    file = CsvFile(content, examined)
    layout, places = _header(kind, file.head())
    reading = _Reading(kind, layout, places, DateCells(date_form, default_mapping().dates))
    for line, record in file.records(layout):
        if record is None or any(map(clean, record)):
            reading.take(line, record)
    if not reading.rows and not reading.refused:
        raise BrokenExtract("The file has a header line but no rows. Nothing was changed: export it again.", rule="P4")
    used = set(places.values())
    return OrganisationList(
        rows=tuple(reading.rows),
        refused=tuple(reading.refused),
        sha256=examined.sha256,
        encoding=str(examined.encoding),
        date_form=reading.dates.settle(),
        columns_not_read=tuple(name for place, name in enumerate(layout.names) if name and place not in used),
    )


@dataclass(slots=True)
class _Reading:
    """One list while it is read: where its columns stand, and the rows so far."""

    kind: OrganisationKind
    layout: Layout
    places: Mapping[str, int]
    dates: DateCells
    rows: list[ListRow] = field(default_factory=list)
    refused: list[RowRefused] = field(default_factory=list)

    def take(self, line: int, record: list[str] | None) -> None:
        """Puts the record where it belongs."""
        why = why_ragged(record, len(self.layout.names))
        if why is not None or record is None:
            self.refused.append(RowRefused(line, None, None, "P4", f"Line {line}: {why}"))
            return
        cells: dict[str, Cell] = {}
        faults: list[RowRefused] = []
        for column, form in _COLUMNS[self.kind].items():
            try:
                value = self._cell(record, column, form)
            except BadCell as bad:
                sentence = f"Line {line}, {bad.column}: {_WORDS_OF_FAULTS[bad.code]}"
                faults.append(RowRefused(line, bad.column, bad.value, "P4", sentence))
            else:
                cells |= {} if value is None else {column: value}
        if faults:
            self.refused.extend(faults)
        else:
            self.rows.append(ListRow(line, cells))

    def _cell(self, record: list[str], column: str, form: str) -> Cell | None:
        is_needed = form.endswith("*")
        written = clean(record[self.places[column]]) if column in self.places else ""
        if written.lower() == NONE and not is_needed:
            return NONE
        value = _READERS[form.rstrip("*")](written, column, self.dates) if written else None
        if value is None and is_needed:
            raise BadCell(column, written, "missing")
        return value


def _header(kind: OrganisationKind, head: str) -> tuple[Layout, dict[str, int]]:
    """The first line that has all needed columns, whatever separates its cells."""
    columns = _COLUMNS[kind]
    needed = [column for column, form in columns.items() if form.endswith("*")]
    best: tuple[str, ...] = ()
    for layout in may_be_headers(head):
        found = [name for name in layout.names if name in columns]
        if set(found).issuperset(needed):
            twice = sorted({name for name in found if found.count(name) > 1})
            if twice:
                raise BrokenExtract(
                    f"The header line has {', '.join(twice)} more than once. Nothing was changed: keep one.", rule="P4"
                )
            return layout, {name: layout.names.index(name) for name in found}
        best = max(best, layout.names, key=lambda it: len(set(it) & set(columns)))
    missing = [column for column in needed if column not in best]
    there = f"it has {', '.join(names)}" if (names := [*filter(None, best)]) else "it has no column of it"
    raise BrokenExtract(
        f"The header line of a list of {kind} lacks {', '.join(missing)}; {there}. "
        f"Nothing was changed. Columns that are read: {', '.join(columns)}.",
        rule="P4",
    )


def _day(cell: str, column: str, dates: DateCells) -> date | None:
    written = dates.end(cell, column)
    return date.fromisoformat(written) if written else None


def _number(cell: str, column: str, _: DateCells) -> int:
    digits = cell.removesuffix(".0")
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        raise BadCell(column, cell, "no_number")
    return int(digits)


def _email(cell: str, column: str, _: DateCells) -> str:
    address = email(cell)
    if address is None:
        raise BadCell(column, "", "no_email")
    return address


_READERS: Mapping[str, Callable[[str, str, DateCells], Cell | None]] = {
    "reference": lambda cell, column, _: reference(cell, column),
    "word": lambda cell, _, __: as_name(cell),
    "words": lambda cell, _, __: words(cell),
    "email": _email,
    "day": _day,
    "number": _number,
    "flag": lambda cell, column, _: flag(cell, column),
}
