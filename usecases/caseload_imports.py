"""Importing extracts of the case system: involvements, workers, teams (C1, C3, S10).

A file that is none is refused whole. Of a file that is one, good rows are loaded and every other row is told of, with
its line and the way out. A dry run does the same work and takes it back.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from datetime import date, datetime
from pathlib import PurePath
from typing import Any, BinaryIO

from db.queries import caseload, extract_staging
from db.queries.extract_staging import FoundError, Loading, RowsOfAKind, Tally
from db.queries.involvement_imports import INVOLVEMENTS
from db.queries.team_imports import TEAMS
from db.queries.worker_imports import WORKERS
from db.tables.caseload import CaseloadImport
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow
from usecases.extract_ports import DateForm, Extract, ExtractKind, ExtractReader
from usecases.extract_sentences import FAULTS, NOTES, PASSED_OVER
from usecases.work import LONDON, Work

ERRORS_IN_A_REPORT = 200
_LONGEST_NAME = 200
_ROWS: Mapping[ExtractKind, RowsOfAKind] = {
    ExtractKind.INVOLVEMENTS: INVOLVEMENTS,
    ExtractKind.WORKERS: WORKERS,
    ExtractKind.TEAMS: TEAMS,
}


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
    the report is then that of the earlier import. `errors` holds the first ones only.
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
    errors: tuple[FoundError, ...]


def import_extract(
    work: Work,
    *,
    read_extract: ExtractReader,
    kind: ExtractKind,
    file_name: str,
    content: BinaryIO,
    extracted_on: date,
    date_form: DateForm | None = None,
    dry_run: bool = False,
) -> ImportReport:
    """Load an extract that was made on `extracted_on`, or say what loading it would do.

    Raises BrokenExtract for a file that cannot be read as this kind of extract, InvalidFacts for a day to come, and
    NotAllowedNow for an extract older than the one that counts.
    """
    extract_staging.let_nobody_else_import(work.session)
    newest = caseload.newest_loaded(work.session, kind)
    _must_not_be_older(work, newest, kind, extracted_on)
    with work.session.begin_nested() as attempt:
        staged = _stage(work, read_extract(kind, content, date_form), kind)
        row = _new_import(work, staged, kind, file_name, extracted_on)
        _merge(work, row, newest, staged)
        errors = tuple(extract_staging.first_errors(work.session, FAULTS, ERRORS_IN_A_REPORT))
        is_unchanged = newest is not None and _says_the_same(newest, row)
        report = report_of(row, errors=errors)
        extract_staging.clear_staging(work.session)
        if dry_run or is_unchanged:
            attempt.rollback()
    if dry_run:
        return _of_dry_run(report, is_unchanged=is_unchanged)
    return report_of(newest, errors=errors, is_unchanged=True) if newest is not None and is_unchanged else report


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
        errors=errors,
    )


def _of_dry_run(report: ImportReport, *, is_unchanged: bool) -> ImportReport:
    return replace(
        report,
        id=None,
        imported_at=None,
        imported_by=None,
        is_dry_run=True,
        is_unchanged=is_unchanged,
        sentence=f"{report.sentence} A dry run: nothing was saved.",
    )


def _must_not_be_older(work: Work, newest: CaseloadImport | None, kind: ExtractKind, extracted_on: date) -> None:
    if extracted_on > work.today:
        sentence = f"{day_in_words(extracted_on)} is still to come: state the day on which the extract was made."
        raise InvalidFacts([Problem("/extracted_on", sentence, extracted_on.isoformat(), "C1")])
    if newest is not None and extracted_on < newest.extracted_on:
        raise NotAllowedNow(
            f"This extract is of {day_in_words(extracted_on)}, but one of {kind} of "
            f"{day_in_words(newest.extracted_on)} is loaded already, and an older one would undo it. "
            "Nothing was changed: export a new one.",
            rule="C1",
        )


@dataclass(frozen=True, slots=True)
class _Staged:
    """An extract whose rows all wait in the database to be judged."""

    extract: Extract
    rows_read: int
    blank: int


def _stage(work: Work, extract: Extract, kind: ExtractKind) -> _Staged:
    session = work.session
    extract_staging.make_staging(session, kind)
    rows = blank = 0
    for batch in extract.batches():
        extract_staging.stage_rows(session, batch.rows)
        extract_staging.stage_faults(session, (astuple(fault) for fault in batch.faults))
        rows += len(batch.rows) + len(batch.faults) + batch.blank
        blank += batch.blank
    extract_staging.staging_is_complete(session)
    return _Staged(extract, rows, blank)


def _new_import(work: Work, staged: _Staged, kind: ExtractKind, file_name: str, extracted_on: date) -> CaseloadImport:
    """The import's row, which the involvements refer to; its figures follow."""
    row = CaseloadImport(
        kind=kind.value,
        state="loaded",
        file_name=_shown_name(file_name),
        sha256=staged.extract.sha256,
        encoding=staged.extract.encoding,
        date_form=staged.extract.date_form,
        extracted_on=extracted_on,
        imported_at=work.now,
        imported_by=work.actor,
        rows_read=staged.rows_read,
        rows_loaded=0,
        rows_refused=0,
        rows_passed_over=0,
        summary={},
    )
    work.session.add(row)
    work.session.flush()
    return row


def _merge(work: Work, row: CaseloadImport, newest: CaseloadImport | None, staged: _Staged) -> None:
    """Judge the rows, save the good ones, keep the errors, and write down in `row` what became of them all."""
    session, rows = work.session, _ROWS[ExtractKind(row.kind)]
    rows.judge(session, row.extracted_on)
    extract_staging.move_faults_out(session, rows.faults)
    passed_over = [*extract_staging.verdicts_by_code(session, rows.passed_over), *_blank(staged)]
    refused = extract_staging.faults_by_code(session)
    row.rows_refused, row.rows_passed_over = _sum(refused), _sum(passed_over)
    row.rows_loaded = row.rows_read - row.rows_refused - row.rows_passed_over
    changes: dict[str, int] = {}
    notes: list[Tally] = []
    if row.rows_loaded:
        changes = rows.save(session, Loading(row.id, newest.id if newest else None, row.extracted_on))
        notes = rows.notes(session)
    row.state = "loaded" if row.rows_loaded else "refused"
    row.summary = {
        "changes": changes,
        "passed_over": [tally._asdict() for tally in passed_over],
        "refused": [tally._asdict() for tally in refused],
        "notes": [tally._asdict() for tally in notes],
        "columns_not_read": list(staged.extract.columns_not_read),
    }
    extract_staging.save_errors(session, row.id, FAULTS)
    session.flush()


def _blank(staged: _Staged) -> list[Tally]:
    return [Tally("blank", staged.blank, [])] if staged.blank else []


def _sum(tallies: Iterable[Tally]) -> int:
    return sum(tally.rows for tally in tallies)


def _says_the_same(earlier: CaseloadImport, now: CaseloadImport) -> bool:
    """The same bytes of the same day, judged alike, and nothing left to change."""
    return (
        (earlier.sha256, earlier.extracted_on, earlier.date_form) == (now.sha256, now.extracted_on, now.date_form)
        and not any(now.summary["changes"].values())
        and (earlier.rows_loaded, earlier.summary["refused"]) == (now.rows_loaded, now.summary["refused"])
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


def _shown_name(file_name: str) -> str:
    """The name without a folder and without characters that cannot be shown."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:_LONGEST_NAME] or "unnamed"
