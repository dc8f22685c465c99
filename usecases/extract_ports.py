"""What the import of an extract needs of whoever reads it, whatever the form of the file (FRAMEWORK C1)."""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Protocol

from usecases.errors import Unusable


class ExtractKind(enum.StrEnum):
    """What the rows of an extract are about."""

    INVOLVEMENTS = "involvements"
    WORKERS = "workers"
    TEAMS = "teams"


class DateForm(enum.StrEnum):
    """How an extract writes its dates, with or without a time.

    `uk` is 03/02/2026, day first; `iso` 2026-02-03; `named_month` 03-Feb-2026; `excel` the number of a spreadsheet's
    day, 46056, which has to be stated because any number could be one.
    """

    UK = "uk"
    ISO = "iso"
    NAMED_MONTH = "named_month"
    EXCEL = "excel"


class StaleTeam(enum.StrEnum):
    """What counts when a row names another team than the worker's own, which the case system may have stale."""

    REFUSE = "refuse"
    WORKERS_TEAM = "workers_team"


class WithoutPrimaryJob(enum.StrEnum):
    """What counts for a worker with jobs in two teams of which none, or more than one, is marked as primary."""

    REFUSE = "refuse"
    FIRST_ROW = "first_row"


@dataclass(frozen=True, slots=True)
class Choices:
    """Where the council says how rows are judged; the rest of a mapping concerns the reading of single cells."""

    stale_team: StaleTeam = StaleTeam.REFUSE
    without_primary_job: WithoutPrimaryJob = WithoutPrimaryJob.REFUSE


class BrokenExtract(Unusable):
    """The file as a whole cannot be read: nothing of it is loaded."""

    code = "broken_extract"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why one row cannot be loaded. `value` is left out where it may be somebody's name (C3).

    `about` are the ids that the row is known by in the next extract, as far as they could be read.
    """

    line: int
    column: str | None
    value: str | None
    code: str
    detail: str | None = None
    about: str | None = None


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
    "role_rank",  # 0 for the role whose holder is the practitioner; the next best after it; CO_WORKER for none of them
    "attributes",  # JSON text of short codes; null where the extract's value is not in the mapping
)
CO_WORKER = 1000
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
    """Some thousand rows in the order of the file; the fields of a row are those of its kind, dates as ISO texts.

    `left_out` are lines that are no rows, or none that the mapping wants, each with the code that says why.
    """

    rows: list[ExtractRow]
    faults: list[RowFault]
    left_out: list[tuple[int, str]]


class Extract(Protocol):
    """One file that was opened. `date_form` and `extracted_on` are settled when the last batch was read, not before.

    `extracted_on` is the day that the file itself states, if it does.
    """

    @property
    def sha256(self) -> str: ...
    @property
    def encoding(self) -> str: ...
    @property
    def columns_not_read(self) -> tuple[str, ...]: ...
    @property
    def date_form(self) -> DateForm | None: ...
    @property
    def extracted_on(self) -> date | None: ...
    @property
    def mapping(self) -> str: ...
    @property
    def mapping_sha256(self) -> str: ...
    @property
    def choices(self) -> Choices: ...

    def batches(self) -> Iterator[RowBatch]:
        """The rows, once. Raises BrokenExtract when the file turns out to be none, even at its last row."""
        ...


class ExtractReader(Protocol):
    """Opens an extract. `date_form` is what the sender says; without it the whole file must be unambiguous."""

    def __call__(self, kind: ExtractKind, content: BinaryIO, date_form: DateForm | None) -> Extract: ...


Cell = str | int | float | bool | None
JsonRow = Mapping[str, Cell]  # the fields of one row by name


class RowsReader(Protocol):
    """Takes rows that somebody sent as JSON for an extract of this kind. Raises BrokenExtract when they are none."""

    def __call__(self, kind: ExtractKind, rows: Sequence[JsonRow]) -> Extract: ...


@dataclass(frozen=True, slots=True)
class AliasLine:
    """A row of a list of merged and renumbered references; `since_on` as ISO text."""

    line: int
    from_reference: str
    to_reference: str
    since_on: str
    reason: str


class AliasReader(Protocol):
    """Reads such a list whole. Raises BrokenExtract for a file that is none."""

    def __call__(self, content: BinaryIO, date_form: DateForm | None) -> tuple[list[AliasLine], list[RowFault]]: ...
