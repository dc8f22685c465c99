"""Where the header line of a CSV file stands, what separates its cells, and which of its columns are which.

Report tools write titles above the header, and each country its own separator: the line that has the columns of an
extract is the header, and what separates them there separates all cells.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from integrations.case_system import csv_involvements, csv_teams, csv_workers
from integrations.case_system.csv_cells import clean
from integrations.case_system.csv_columns import Columns
from integrations.case_system.extract_mappings import ExtractMapping
from usecases.extract_ports import BrokenExtract, ExtractKind

_BETWEEN_WORDS = re.compile(r"[ _-]+")
_SHOWN = 60
# From the finest list to the coarsest, see `_kind_of`.
COLUMNS: dict[ExtractKind, Columns] = {
    ExtractKind.INVOLVEMENTS: csv_involvements.COLUMNS,
    ExtractKind.WORKERS: csv_workers.COLUMNS,
    ExtractKind.TEAMS: csv_teams.COLUMNS,
}


@dataclass(frozen=True, slots=True)
class Layout:
    """The header line that was found: the line it begins on, its cells as they are and as names, the separator."""

    line: int
    separator: str
    cells: tuple[str, ...]
    names: tuple[str, ...]


class Headers:
    """Which header is which of our columns, for the three kinds of extract, by a mapping."""

    def __init__(self, mapping: ExtractMapping) -> None:
        self._mapping = mapping
        self.column_of = {kind: _by_header(mapping.of_kind(kind).columns) for kind in ExtractKind}

    @cached_property
    def every_name(self) -> frozenset[str]:
        """All headers that mean anything."""
        return frozenset(name for columns in self.column_of.values() for name in columns)

    def kind_of(self, names: Sequence[str]) -> ExtractKind | None:
        """What the columns say that the file is; None for a file of no kind.

        Involvements also name workers and teams, and workers their teams, never the other way round: whatever has all
        columns that the finer list needs is that list, though a coarser one could be read from it.
        """
        for kind, columns in COLUMNS.items():
            if {self.column_of[kind].get(name) for name in names}.issuperset(columns.needed):
                return kind
        return None

    def find(self, kind: ExtractKind, head: str) -> Layout:
        """The header line of a file that begins so. Raises BrokenExtract when there is none of this kind."""
        candidates = [
            layout
            for separator in self._mapping.file.delimiter.characters
            for layout in lines_of(head, separator, self._mapping.file.header_within_lines)
        ]
        for layout in candidates:
            found = self.kind_of(layout.names)
            if found is not None:
                _refuse_other_kind(kind, found)
                return layout
        raise self._no_header(kind, candidates)

    def places(self, kind: ExtractKind, layout: Layout) -> dict[str, int]:
        """Where each column that is read stands; one that the file lacks stands behind the last."""
        columns, column_of = COLUMNS[kind], self.column_of[kind]
        names = [column_of.get(name) for name in layout.names]
        read = (*columns.needed, *columns.optional)
        twice = sorted(name for name in read if names.count(name) > 1)
        if twice:
            raise BrokenExtract(
                f"The header line has {_listed(twice)} more than once, so that nobody can say which is meant. "
                "Nothing was loaded: export the file with each column once.",
                rule="C1",
            )
        return {name: names.index(name) if name in names else len(names) for name in read}

    def not_read(self, kind: ExtractKind, layout: Layout, used: Mapping[str, int]) -> tuple[str, ...]:
        """The columns that the product has no use for: they are passed over, and nothing of them is stored (C3)."""
        known = {*self.column_of[kind], *COLUMNS[kind].known_but_not_read, *used}
        return tuple(name for name in layout.names if name and name not in known)

    def _no_header(self, kind: ExtractKind, candidates: Sequence[Layout]) -> BrokenExtract:
        """The likeliest line is the one with most of the columns; without any the first of the file."""
        if not candidates:
            return BrokenExtract("The file has no line that can be read as CSV: export it again.", rule="C1")
        column_of, needed = self.column_of[kind], COLUMNS[kind].needed
        likeliest = max(candidates, key=lambda it: (len(self.every_name.intersection(it.names)), len(it.names)))
        found = {column_of.get(name) for name in likeliest.names}
        missing = [name for name in needed if name not in found]
        return BrokenExtract(
            f"The header line lacks {_listed(missing)}; it has {_listed(likeliest.names)}. Nothing was loaded: export "
            f"the file with these columns, the header within its first {self._mapping.file.header_within_lines} lines, "
            "or name its headers in the mapping.",
            rule="C1",
        )


def _by_header(columns: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {as_name(header): column for column, headers in columns.items() for header in headers}


def lines_of(head: str, separator: str, most: int) -> Iterator[Layout]:
    """The first lines of a file that are not blank, as any of them might be the header."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            if line > most:
                return
            if any(cells):
                yield Layout(line, separator, tuple(cells), tuple(as_name(cell) for cell in cells))
            line = reader.line_num + 1
    except csv.Error:
        return


def as_name(cell: str) -> str:
    """A header as it is compared: capitals, spaces, hyphens and underscores make no difference."""
    return _BETWEEN_WORDS.sub("_", clean(cell)).lower().strip("_")[:_SHOWN]


def _refuse_other_kind(kind: ExtractKind, found: ExtractKind) -> None:
    """The wrong one of the three files is a common slip, and its columns may suffice to be misread as the right one."""
    if found is not kind:
        raise BrokenExtract(
            f"This is an extract of {found}, but {kind} were announced. Nothing was loaded: choose the other file, "
            f"or send it with kind={found}.",
            rule="C1",
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(name or "(a column without a name)" for name in names[:_SHOWN]) or "nothing"
