"""The rows of the lists that a council brings along when it starts in mid-year, and who reads such a list (C5)."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO, Protocol

from usecases.extract_ports import DateForm


class ListKind(enum.StrEnum):
    """What a list of a first use holds."""

    PAST_AUDITS = "past_audits"
    OPEN_RE_AUDITS = "open_re_audits"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True)
class PastAudit:
    """One row: an audit that was issued before the product was in use.

    People are named by their references, `line` is where it stands in the council's list, `month` that of the cycle
    it belonged to ("2026-03"). Without a `team` it is the one in which the practitioner is known to have been. A
    re-audit says in `re_audit_of` in which month the practitioner had the audit that it followed up: nobody has two
    in a month (S2), so that says which. Where that audit is in no list, `re_audit_of` is left out, and `sequence` says
    whether this was the first re-audit or the second.
    """

    line: int
    month: str
    case_reference: str
    practitioner: str
    grade: str
    issued_on: date
    auditor: str | None = None
    team: str | None = None
    kind: str = "ordinary"
    re_audit_of: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class OpenReAudit:
    """One row: a re-audit that is still to come or under way, told by the audit that it follows.

    `month`, `grade`, `issued_on` and `auditor` are that audit's; `sequence` is 1 if the re-audit to come is the first
    one, 2 if it is the second. A re-audit that was allocated already says in which month and to whom.
    """

    line: int
    month: str
    case_reference: str
    practitioner: str
    grade: str
    issued_on: date
    auditor: str | None = None
    team: str | None = None
    sequence: int = 1
    due_on: date | None = None
    allocated_month: str | None = None
    re_auditor: str | None = None


@dataclass(frozen=True, slots=True)
class MonthCounted:
    """One row: the council's own figures of a month, for a team or a whole service, or for one auditor there (O3)."""

    line: int
    month: str
    allocated: int
    completed_on_time: int
    completed_late: int
    not_completed: int
    team: str | None = None
    service: str | None = None
    auditor: str | None = None
    not_accepted: int = 0
    discussions_in_time: int = 0
    discussions_late: int = 0


ListRow = PastAudit | OpenReAudit | MonthCounted


@dataclass(frozen=True, slots=True)
class RowTold:
    """Something said of a row: where it stands, what stands there, the rule, and the way out or what was done."""

    line: int
    column: str
    value: str
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class FirstUseList:
    """A list as it was read: its rows, and what is wrong with those that could not be read."""

    kind: ListKind
    rows: tuple[ListRow, ...]
    unreadable: tuple[RowTold, ...]
    sha256: str
    encoding: str | None = None
    date_form: DateForm | None = None
    columns_not_read: tuple[str, ...] = ()


class ListReader(Protocol):
    """Reads a file as a list of this kind. `headers` names the file's own header of a column, where it differs.

    Raises BrokenExtract for a file that is none.
    """

    def __call__(
        self,
        kind: ListKind,
        content: BinaryIO,
        date_form: DateForm | None,
        headers: Mapping[str, str],
        titles_of_grades: Mapping[str, str],
    ) -> FirstUseList: ...
