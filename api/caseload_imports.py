"""`/v1/caseload-imports`: extracts of the case system: tried, loaded, and what became of each row (C1, C3)."""

import uuid
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import File, Form, Path, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.fields import RecordedDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import caseload
from db.queries.extract_staging import FoundError
from db.tables.caseload import CaseloadImport, ImportRowError
from usecases.caseload_imports import LONGEST_REASON, import_extract
from usecases.errors import NotFound
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport, Told, report_of

router = Router("caseload imports", "/v1/caseload-imports")

ImportId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000001"])]


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


_ERROR = {
    "line": 36,
    "column": "worker_id",
    "value": "998969",
    "code": "unknown_worker",
    "sentence": "worker_id 998969 is nobody known here: import workers.csv first, or add the person.",
}
_IMPORT: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000001",
    "kind": "involvements",
    "state": "loaded",
    "dry_run": False,
    "unchanged": False,
    "sentence": "2500 of 2509 rows loaded, 8 refused, 1 passed over.",
    "file_name": "involvements.csv",
    "sha256": "6f1ed002ab5595859014ebf0951522d9a1a6e1ff5f6b3f6e8c0d7a2a8d0c3b11",
    "encoding": "windows-1252",
    "date_form": "uk",
    "mapping": "default",
    "extracted_on": "2026-09-30",
    "imported_at": "2026-09-30T09:15:00Z",
    "imported_by": "local administrator",
    "rows_read": 2509,
    "rows_loaded": 2500,
    "rows_refused": 8,
    "rows_passed_over": 1,
    "changes": {"begun": 61, "changed": 4, "ended": 58},
    "refused": [{"code": "unknown_worker", "rows": 8, "lines": [36, 673, 1058, 1439, 1656]}],
    "passed_over": [{"code": "blank", "sentence": "Blank lines.", "rows": 1, "lines": []}],
    "notes": [],
    "fall": None,
    "confirmed_because": None,
    "columns_not_read": [],
}
_REPORT = {**_IMPORT, "errors": [_ERROR]}
_DRY_RUN = {**_REPORT, "id": None, "dry_run": True, "imported_at": None, "imported_by": None}


ANSWERS = {
    **answered({"loaded": _REPORT}, HTTPStatus.CREATED),
    200: {
        "model": ExtractImportReport,
        "description": "A dry run, or a file that was loaded before: nothing was changed",
        "content": {"application/json": {"examples": {"a dry run": {"value": _DRY_RUN}}}},
    },
    **described(
        409,
        "`not_allowed_now`: an extract of a later day is loaded already. `caseload_fell`: it holds much less than "
        "the last one; send `confirmed_because` if that is right",
    ),
}


@router.post(
    "",
    operation_id="import_extract",
    dependencies=[requires(Permission.IMPORT_CASELOAD)],
    status_code=HTTPStatus.CREATED,
    responses={
        **ANSWERS,
        **described(413, "The file is larger than this service takes"),
    },
)
def post_extract(
    *,
    work: WorkDep,
    installation: InstallationDep,
    response: Response,
    file: Annotated[UploadFile, File(description="CSV as a reporting tool writes it; see docs/guides/extracts.md")],
    kind: Annotated[ExtractKind, Form()],
    extracted_on: Annotated[
        RecordedDate | None,
        Form(description="The day on which the case system wrote the file, unless its column extracted_at says so"),
    ] = None,
    date_form: Annotated[
        DateForm | None,
        Form(
            description="`uk` is 03/02/2026, `iso` 2026-02-03, `named_month` 03-Feb-2026, `excel` 46056. Without it "
            "the whole file must leave no doubt, or it is refused"
        ),
    ] = None,
    confirmed_because: Annotated[
        str | None,
        Form(max_length=LONGEST_REASON, description="Why an extract that holds much less than the last is right"),
    ] = None,
    dry_run: Annotated[bool, Form(description="Say what would be done, and do nothing")] = False,
) -> ExtractImportReport:
    """Loads an extract: its good rows; every other row is told of with its line, the reason and the way out.

    A file that is broken, or of another kind, is refused whole (422), and one that holds much less than the last of
    its kind is refused (409) until somebody says in `confirmed_because` why that is right. An involvement of the
    extract before that a new one lacks counts as ended. The file itself is not kept, and of columns that are not
    listed nothing is stored.
    """
    report = import_extract(
        work,
        read_extract=installation.read_extract,
        kind=kind,
        file_name=file.filename or "",
        content=file.file,
        extracted_on=extracted_on,
        date_form=date_form,
        confirmed_because=confirmed_because,
        dry_run=dry_run,
    )
    return answer_to_import(report, response)


def answer_to_import(report: ImportReport, response: Response) -> ExtractImportReport:
    """201 and where it is for one that was made, 200 for one that changed nothing."""
    if report.id is None or report.is_unchanged:
        response.status_code = HTTPStatus.OK
    if report.id is not None:
        response.headers["Location"] = f"{router.prefix}/{report.id}"
    return ExtractImportReport(**_fields(report), errors=[_found(error) for error in report.errors])


@router.get(
    "",
    operation_id="list_caseload_imports",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses=answered({"one import": {"items": [_IMPORT], "next": None}}),
)
def list_caseload_imports(
    work: WorkDep, page: PageDep, kind: Annotated[ExtractKind | None, Query(description="Only of this kind")] = None
) -> Page[ExtractImport]:
    """The imports in the order in which they were made."""
    rows = caseload.imports(work.session, kind=kind, after=page.after, limit=page.rows_to_fetch)
    return page.page(rows, lambda row: ExtractImport(**_fields(report_of(row))), lambda row: row.id)


@router.get(
    "/{import_id}",
    operation_id="read_caseload_import",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses={**answered({"an import": _IMPORT}), **described(404, "There is no such import")},
)
def read_caseload_import(import_id: ImportId, work: WorkDep) -> ExtractImport:
    """One import and what became of its rows; `/errors` lists those that were not loaded."""
    return ExtractImport(**_fields(report_of(_known(work, import_id))))


@router.get(
    "/{import_id}/errors",
    operation_id="list_import_row_errors",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses={
        **answered({"one error": {"items": [_ERROR], "next": None}}),
        **described(404, "There is no such import"),
    },
)
def list_import_row_errors(
    import_id: ImportId,
    work: WorkDep,
    page: PageDep,
    code: Annotated[str | None, Query(max_length=60, description="Only errors of this code")] = None,
) -> Page[RowError]:
    """The rows that were not loaded, in the order of the file. Kept until the next extract of the kind is imported."""
    _known(work, import_id)
    rows = caseload.row_errors(work.session, import_id, code=code, after=page.after, limit=page.rows_to_fetch)
    return page.page(rows, _found, lambda row: row.id)


def _known(work: WorkDep, import_id: uuid.UUID) -> CaseloadImport:
    row = caseload.import_by_id(work.session, import_id)
    if row is None:
        raise NotFound(f"There is no import {import_id}: GET /v1/caseload-imports lists them.")
    return row


def _fields(report: ImportReport) -> dict[str, Any]:
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


def _found(error: FoundError | ImportRowError) -> RowError:
    return RowError(line=error.line, column=error.column, value=error.value, code=error.code, sentence=error.sentence)
