"""The lists in which a council keeps its organisation, and who reads one, whatever the form of the file (P4)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Protocol

from usecases.extract_ports import DateForm

Cell = str | int | bool | date
# What a cell says to end something that is on record; an empty cell says nothing at all.
NONE = "none"


class OrganisationKind(enum.StrEnum):
    """What the rows of a list are about, in the order in which lists are best loaded."""

    SERVICES = "services"
    TEAMS = "teams"
    PEOPLE = "people"
    POSTS = "posts"
    AUDITORS = "auditors"
    ABSENCES = "absences"


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row by our names of its columns: those that say something, or `none`."""

    line: int
    cells: Mapping[str, Cell]

    def text(self, column: str) -> str | None:
        """A reference or words; None where the cell says nothing, or ends what is on record."""
        value = self.cells.get(column)
        return str(value) if value is not None and value != NONE else None

    def day(self, column: str) -> date | None:
        """A day; None where the cell says nothing, or ends what is on record."""
        value = self.cells.get(column)
        return value if isinstance(value, date) else None

    def ends(self, column: str) -> bool:
        """Whether the cell says that there is none from now on."""
        return self.cells.get(column) == NONE


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was not loaded: where, what stands there unless it may be a name, by which rule, and the way out."""

    line: int
    column: str | None
    value: str | None
    rule: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class OrganisationList:
    """A list that was read whole: its good rows, those that can't be read, and what the file was."""

    rows: tuple[ListRow, ...]
    refused: tuple[RowRefused, ...]
    sha256: str
    encoding: str
    date_form: DateForm | None
    columns_not_read: tuple[str, ...]


class OrganisationReader(Protocol):
    """Reads a list. Raises BrokenExtract for a file that is none of this kind: then nothing of it is loaded."""

    def __call__(self, kind: OrganisationKind, content: BinaryIO, date_form: DateForm | None) -> OrganisationList: ...
