"""What the import of an extract needs of whoever reads it, whatever the form of the file (FRAMEWORK C1)."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from usecases.errors import Unusable


class ExtractKind(enum.StrEnum):
    """What the rows of an extract are about."""

    INVOLVEMENTS = "involvements"
    WORKERS = "workers"
    TEAMS = "teams"


class DateForm(enum.StrEnum):
    """How an extract writes its dates: 03/02/2026, day first, or 2026-02-03; either with or without a time."""

    UK = "uk"
    ISO = "iso"


class BrokenExtract(Unusable):
    """The file as a whole cannot be read: nothing of it is loaded."""

    code = "broken_extract"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why one row cannot be loaded. `value` is left out where it may be somebody's name (C3)."""

    line: int
    column: str | None
    value: str | None
    code: str
    detail: str | None = None


ExtractRow = tuple[int | str | bool | None, ...]
INVOLVEMENT_FIELDS = (
    "line",
    "case_reference",
    "worker",
    "team",
    "allocated_on",
    "ended_on",
    "case_began_on",
    "is_restricted",
)
WORKER_FIELDS = (
    "line",
    "worker",
    "email",
    "name",
    "job_title",
    "team",
    "is_primary",
    "began_on",
    "ended_on",
    "manager_email",
)
TEAM_FIELDS = (
    "line",
    "team",
    "name",
    "service",
    "employer",
    "contact_email",
    "manager_emails",
    "head_of_service_emails",
)


@dataclass(slots=True)
class RowBatch:
    """Some thousand rows in the order of the file; the fields of a row are those of its kind, dates as ISO texts."""

    rows: list[ExtractRow]
    faults: list[RowFault]
    blank: int


class Extract(Protocol):
    """One file that was opened. `date_form` is settled when the last batch was read, and not before."""

    @property
    def sha256(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def columns_not_read(self) -> tuple[str, ...]: ...
    @property
    def date_form(self) -> DateForm | None: ...

    def batches(self) -> Iterator[RowBatch]:
        """The rows, once. Raises BrokenExtract when the file turns out to be none, even at its last row."""
        ...


class ExtractReader(Protocol):
    """Opens an extract. `date_form` is what the sender says; without it the whole file must be unambiguous."""

    def __call__(self, kind: ExtractKind, content: BinaryIO, date_form: DateForm | None) -> Extract: ...
