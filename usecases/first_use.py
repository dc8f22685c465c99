"""Starting in mid-year: a council's lists are recorded wholly or not at all, tried first if asked to (C5).

A history with holes would draw people who were audited lately, so bad rows keep a list out unless whoever sends it
says that its good rows are to be recorded without them. The same list once more changes nothing.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from db.queries import extract_staging
from db.tables.first_use import FirstUseImport
from rules.errors import InvalidFacts, Problem
from usecases.extract_ports import DateForm
from usecases.first_use_rows import FirstUseList, ListKind, ListReader, MonthCounted, OpenReAudit, PastAudit, RowTold
from usecases.open_re_audits import record_open_re_audits
from usecases.past_audit_checks import lines_of
from usecases.recorded_audits import record_past_audits
from usecases.recorded_counts import record_counts
from usecases.trail import Entry, record
from usecases.work import Work

ROWS_TOLD = 200
_LONGEST_NAME = 200


class ListRefused(InvalidFacts):
    """A list with bad rows, of which nothing was recorded; each problem is one fault of a row."""

    code = "list_refused"


@dataclass(frozen=True, slots=True)
class FirstUseReport:
    """What became of a list and its rows: `rows_read` are recorded, refused or passed over as known already.

    `id` is None for a dry run and where nothing was changed. `errors` and `notes` hold the first ones only.
    """

    id: uuid.UUID | None
    kind: ListKind
    is_dry_run: bool
    is_unchanged: bool
    sentence: str
    file_name: str | None
    sha256: str
    encoding: str | None
    date_form: str | None
    imported_at: datetime | None
    imported_by: str | None
    rows_read: int
    rows_loaded: int
    rows_refused: int
    rows_passed_over: int
    changes: dict[str, int]
    columns_not_read: tuple[str, ...]
    errors: tuple[RowTold, ...]
    notes: tuple[RowTold, ...]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the rows of one list came to."""

    changes: dict[str, int]
    known_already: int
    refused: tuple[RowTold, ...]
    notes: tuple[RowTold, ...]


def import_list_file(
    work: Work,
    *,
    read_list: ListReader,
    kind: ListKind,
    file_name: str,
    content: BinaryIO,
    date_form: DateForm | None = None,
    headers: Mapping[str, str] | None = None,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> FirstUseReport:
    """Records a list from a file. Raises BrokenExtract for a file that is none, and as `import_list`."""
    found = read_list(kind, content, date_form, headers or {}, work.policy.gradings.grades)
    return import_list(work, found, file_name=file_name, dry_run=dry_run, good_rows_only=good_rows_only)


def import_list(
    work: Work,
    found: FirstUseList,
    *,
    file_name: str | None = None,
    dry_run: bool = False,
    good_rows_only: bool = False,
) -> FirstUseReport:
    """Records a list that was read, or says what recording it would do.

    Raises ListRefused when it has bad rows, unless this is a dry run or only its good rows are asked for.
    """
    extract_staging.let_nobody_else_import(work.session)
    with work.session.begin_nested() as attempt:
        row = _new_import(work, found, file_name)
        outcome = _record(work, found, row.id)
        errors = tuple(sorted((*found.unreadable, *outcome.refused), key=lambda error: error.line))
        _fill_in(row, found, outcome, errors)
        is_changed = any(outcome.changes.values())
        report = _report(row, outcome, errors, is_dry_run=dry_run, is_unchanged=not is_changed and not errors)
        is_kept = is_changed and not dry_run and (not errors or good_rows_only)
        if not is_kept:
            attempt.rollback()
    if is_kept:
        _note_in_trail(work, row)
    elif errors and not dry_run and not good_rows_only:
        raise _refused(found, errors)
    return report


def _record(work: Work, found: FirstUseList, import_id: uuid.UUID) -> _Outcome:
    if found.kind is ListKind.COUNTS:
        counts = record_counts(work, cast("Sequence[MonthCounted]", found.rows), import_id)
        changes = {"recorded": counts.recorded, "changed": counts.changed}
        return _Outcome(changes, counts.known_already, counts.refused, counts.notes)
    if found.kind is ListKind.OPEN_RE_AUDITS:
        audits = record_open_re_audits(work, cast("Sequence[OpenReAudit]", found.rows), import_id)
    else:
        audits = record_past_audits(work, cast("Sequence[PastAudit]", found.rows), import_id)
    return _Outcome({"recorded": audits.recorded}, audits.known_already, audits.refused, audits.notes)


def _new_import(work: Work, found: FirstUseList, file_name: str | None) -> FirstUseImport:
    """The import's row, which what is recorded refers to; its figures follow."""
    row = FirstUseImport(
        kind=found.kind.value,
        file_name=None if file_name is None else _shown_name(file_name),
        sha256=found.sha256,
        encoding=found.encoding,
        date_form=found.date_form.value if found.date_form else None,
        imported_at=work.now,
        imported_by=work.actor,
        rows_read=len(found.rows) + lines_of(found.unreadable),
        rows_loaded=0,
        rows_refused=0,
        rows_passed_over=0,
        summary={},
    )
    work.session.add(row)
    work.session.flush()
    return row


def _fill_in(row: FirstUseImport, found: FirstUseList, outcome: _Outcome, errors: Sequence[RowTold]) -> None:
    row.rows_refused, row.rows_passed_over = lines_of(errors), outcome.known_already
    row.rows_loaded = row.rows_read - row.rows_refused - row.rows_passed_over
    row.summary = {
        "changes": outcome.changes,
        "notes": [asdict(note) for note in outcome.notes[:ROWS_TOLD]],
        "columns_not_read": list(found.columns_not_read),
    }


def report_of(row: FirstUseImport) -> FirstUseReport:
    """The report of a list that was recorded."""
    notes = tuple(RowTold(**note) for note in row.summary["notes"])
    outcome = _Outcome(row.summary["changes"], row.rows_passed_over, (), notes)
    return _report(row, outcome, (), is_dry_run=False, is_unchanged=False)


def _report(
    row: FirstUseImport, outcome: _Outcome, errors: tuple[RowTold, ...], *, is_dry_run: bool, is_unchanged: bool
) -> FirstUseReport:
    is_saved = not is_dry_run and any(outcome.changes.values())
    return FirstUseReport(
        id=row.id if is_saved else None,
        kind=ListKind(row.kind),
        is_dry_run=is_dry_run,
        is_unchanged=is_unchanged,
        sentence=_sentence(row, is_dry_run=is_dry_run, is_unchanged=is_unchanged),
        file_name=row.file_name,
        sha256=row.sha256,
        encoding=row.encoding,
        date_form=row.date_form,
        imported_at=row.imported_at if is_saved else None,
        imported_by=row.imported_by if is_saved else None,
        rows_read=row.rows_read,
        rows_loaded=row.rows_loaded,
        rows_refused=row.rows_refused,
        rows_passed_over=row.rows_passed_over,
        changes=outcome.changes,
        columns_not_read=tuple(row.summary["columns_not_read"]),
        errors=errors[:ROWS_TOLD],
        notes=outcome.notes[:ROWS_TOLD],
    )


def _sentence(row: FirstUseImport, *, is_dry_run: bool, is_unchanged: bool) -> str:
    if is_unchanged:
        return f"All {row.rows_read} rows are on record already; nothing was changed."
    counted = (
        f"{row.rows_loaded} of {row.rows_read} rows recorded, {row.rows_refused} refused, "
        f"{row.rows_passed_over} on record already."
    )
    return f"{counted} A dry run: nothing was saved." if is_dry_run else counted


def _refused(found: FirstUseList, errors: Sequence[RowTold]) -> ListRefused:
    """Every row that is bad, as far as an answer can hold them."""
    lines = {row.line: place for place, row in enumerate(found.rows)}
    is_file = found.encoding is not None
    return ListRefused(
        [
            Problem(
                f"/lines/{error.line}/{error.column}" if is_file else f"/rows/{lines[error.line]}/{error.column}",
                error.sentence,
                error.value,
                error.rule,
            )
            for error in errors[:ROWS_TOLD]
        ]
    )


def _note_in_trail(work: Work, row: FirstUseImport) -> None:
    details: dict[str, Any] = {
        "kind": row.kind,
        "sha256": row.sha256,
        "rows_loaded": row.rows_loaded,
        "rows_refused": row.rows_refused,
        "rows_passed_over": row.rows_passed_over,
    }
    record(work, Entry(("first_use_import", str(row.id)), "history_recorded", "C5", details))


def _shown_name(file_name: str) -> str:
    """The name without a folder and without characters that cannot be shown."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(character for character in name if character.isprintable())[:_LONGEST_NAME] or "unnamed"
