"""What is answered about an extract of the case system (C1, C3)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from db.queries.extract_staging import FoundError
from db.tables.caseload import ImportRowError
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport, Told


class RowsTold(BaseModel):
    """A number of rows of which the same is said, with the lines of the first few."""

    code: Annotated[str, Field(examples=["team_only"])]
    sentence: str
    rows: int
    lines: list[int]


class RowsRefused(BaseModel):
    """A number of rows with the same fault, with the lines of the first few."""

    code: Annotated[str, Field(examples=["unknown_worker"])]
    rows: int
    lines: list[int]


class RowError(BaseModel):
    """A row that was not loaded: where, what stands there, why, and the way out."""

    line: Annotated[int, Field(description="Line of the file, the header being line 1", examples=[36])]
    column: Annotated[str | None, Field(examples=["worker_id"])]
    value: Annotated[str | None, Field(description="Not shown where it may be somebody's name", examples=["998969"])]
    code: Annotated[str, Field(examples=["unknown_worker"])]
    sentence: str


class ExtractImport(BaseModel):
    """What became of an extract: `rows_read` are loaded, refused or passed over."""

    id: Annotated[uuid.UUID | None, Field(description="Null for a dry run")]
    kind: ExtractKind
    state: Annotated[
        Literal["loaded", "refused"], Field(description="`refused`: not one good row, so it doesn't count")
    ]
    dry_run: bool
    unchanged: Annotated[bool, Field(description="The same file was loaded before: nothing was done")]
    sentence: str
    file_name: str
    sha256: str
    encoding: Annotated[str, Field(examples=["utf-8", "utf-16", "windows-1252"])]
    date_form: DateForm | None
    mapping: Annotated[str | None, Field(description="The mapping that it was read by", examples=["default"])]
    extracted_on: date
    imported_at: Annotated[datetime | None, Field(description="Null for a dry run")]
    imported_by: str | None
    rows_read: int
    rows_loaded: int
    rows_refused: int
    rows_passed_over: int
    changes: Annotated[dict[str, int], Field(description="What was begun, changed and ended")]
    refused: list[RowsRefused]
    passed_over: list[RowsTold]
    notes: Annotated[list[RowsTold], Field(description="Noticed about rows that were loaded all the same")]
    fall: Annotated[
        str | None, Field(description="Of a dry run: why the real one asks for `confirmed_because`; else null")
    ]
    confirmed_because: Annotated[str | None, Field(description="Why so large a fall was loaded all the same")]
    columns_not_read: Annotated[list[str], Field(description="Passed over; nothing of them is stored. Leave them out")]


class ExtractImportReport(ExtractImport):
    """An import with the errors of its first rows; `/errors` has all of them."""

    errors: list[RowError]


def fields_of(report: ImportReport) -> dict[str, Any]:
    return {
        "id": report.id,
        "kind": report.kind,
        "state": report.state,
        "dry_run": report.is_dry_run,
        "unchanged": report.is_unchanged,
        "sentence": report.sentence,
        "file_name": report.file_name,
        "sha256": report.sha256,
        "encoding": report.encoding,
        "date_form": report.date_form,
        "mapping": report.mapping,
        "extracted_on": report.extracted_on,
        "imported_at": report.imported_at,
        "imported_by": report.imported_by,
        "rows_read": report.rows_read,
        "rows_loaded": report.rows_loaded,
        "rows_refused": report.rows_refused,
        "rows_passed_over": report.rows_passed_over,
        "changes": report.changes,
        "refused": [RowsRefused(code=told.code, rows=told.rows, lines=told.lines) for told in report.refused],
        "passed_over": [_told(told) for told in report.passed_over],
        "notes": [_told(told) for told in report.notes],
        "fall": report.fall,
        "confirmed_because": report.confirmed_because,
        "columns_not_read": list(report.columns_not_read),
    }


def _told(told: Told) -> RowsTold:
    return RowsTold(code=told.code, sentence=told.sentence, rows=told.rows, lines=list(told.lines))


def row_error(error: FoundError | ImportRowError) -> RowError:
    return RowError(line=error.line, column=error.column, value=error.value, code=error.code, sentence=error.sentence)
