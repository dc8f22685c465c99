"""What is told of an extract that was imported, tried or refused: figures, sentences and the first errors (C1)."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from db.queries.extract_staging import FoundError, Tally
from db.tables.caseload import CaseloadImport
from rules.dates_in_words import day_in_words
from usecases.extract_ports import ExtractKind
from usecases.extract_sentences import NOTES, PASSED_OVER
from usecases.work import LONDON


@dataclass(frozen=True, slots=True)
class Told:
    """Something said of a number of rows, with the lines of the first few."""

    code: str
    sentence: str
    rows: int
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of an extract and its rows: `rows_read` are loaded, refused or passed over.

    `id` is None for a dry run. `is_unchanged` says that the same file was loaded before and that nothing was done;
    the report is then that of the earlier import. `fall` says of a dry run why loading it needs to be confirmed,
    `confirmed_because` why it was. `errors` holds the first ones only.
    """

    id: uuid.UUID | None
    kind: ExtractKind
    state: str
    is_dry_run: bool
    is_unchanged: bool
    sentence: str
    file_name: str
    sha256: str
    encoding: str
    date_form: str | None
    mapping: str | None
    extracted_on: date
    imported_at: datetime | None
    imported_by: str | None
    rows_read: int
    rows_loaded: int
    rows_refused: int
    rows_passed_over: int
    changes: dict[str, int]
    passed_over: tuple[Told, ...]
    refused: tuple[Tally, ...]
    notes: tuple[Told, ...]
    columns_not_read: tuple[str, ...]
    fall: str | None
    confirmed_because: str | None
    errors: tuple[FoundError, ...]


def report_of(row: CaseloadImport, *, errors: tuple[FoundError, ...] = (), is_unchanged: bool = False) -> ImportReport:
    """The report of an import that was saved."""
    summary = row.summary
    return ImportReport(
        id=row.id,
        kind=ExtractKind(row.kind),
        state=row.state,
        is_dry_run=False,
        is_unchanged=is_unchanged,
        sentence=_sentence(row, is_unchanged=is_unchanged),
        file_name=row.file_name,
        sha256=row.sha256,
        encoding=row.encoding,
        date_form=row.date_form,
        mapping=row.mapping,
        extracted_on=row.extracted_on,
        imported_at=row.imported_at,
        imported_by=row.imported_by,
        rows_read=row.rows_read,
        rows_loaded=row.rows_loaded,
        rows_refused=row.rows_refused,
        rows_passed_over=row.rows_passed_over,
        changes=summary["changes"],
        passed_over=_told(summary["passed_over"], PASSED_OVER),
        refused=tuple(Tally(**tally) for tally in summary["refused"]),
        notes=_told(summary["notes"], NOTES),
        columns_not_read=tuple(summary["columns_not_read"]),
        fall=None,
        confirmed_because=row.confirmed_because,
        errors=errors,
    )


def of_dry_run(report: ImportReport, *, fall: str | None, is_unchanged: bool) -> ImportReport:
    """The same report of an extract that was only tried."""
    return replace(
        report,
        id=None,
        imported_at=None,
        imported_by=None,
        is_dry_run=True,
        is_unchanged=is_unchanged,
        fall=fall,
        sentence=" ".join(filter(None, (report.sentence, fall, "A dry run: nothing was saved."))),
    )


def _told(tallies: Iterable[dict[str, Any]], sentences: Mapping[str, str]) -> tuple[Told, ...]:
    return tuple(
        Told(tally["code"], sentences[tally["code"]], tally["rows"], tuple(tally["lines"])) for tally in tallies
    )


def _sentence(row: CaseloadImport, *, is_unchanged: bool) -> str:
    if is_unchanged:
        loaded_on = row.imported_at.astimezone(LONDON).date()
        return f"The same file was loaded on {day_in_words(loaded_on)}; nothing was changed."
    counted = (
        f"{row.rows_loaded} of {row.rows_read} rows loaded, {row.rows_refused} refused, "
        f"{row.rows_passed_over} passed over."
    )
    if row.state == "refused":
        return f"{counted} An extract without a single good row does not count: what was loaded before stays."
    return counted
