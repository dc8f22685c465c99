"""`/v1/caseload-imports`: extracts of the case system: tried, loaded, and what became of each row (C1, C3)."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import File, Form, Path, Query, UploadFile
from starlette.responses import Response

from api.caseload_import_contents import ExtractImport, ExtractImportReport, RowError, fields_of, row_error
from api.caseload_import_examples import ANSWERS, ERROR, IMPORT
from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.fields import RecordedDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import caseload
from db.tables.caseload import CaseloadImport
from usecases.caseload_imports import LONGEST_REASON, import_extract
from usecases.errors import NotFound
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport, report_of

router = Router("caseload imports", "/v1/caseload-imports")

ImportId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000001"])]


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
    return ExtractImportReport(**fields_of(report), errors=[row_error(error) for error in report.errors])


@router.get(
    "",
    operation_id="list_caseload_imports",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses=answered({"one import": {"items": [IMPORT], "next": None}}),
)
def list_caseload_imports(
    work: WorkDep, page: PageDep, kind: Annotated[ExtractKind | None, Query(description="Only of this kind")] = None
) -> Page[ExtractImport]:
    """The imports in the order in which they were made."""
    rows = caseload.imports(work.session, kind=kind, after=page.after, limit=page.rows_to_fetch)
    return page.page(rows, lambda row: ExtractImport(**fields_of(report_of(row))), lambda row: row.id)


@router.get(
    "/{import_id}",
    operation_id="read_caseload_import",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses={**answered({"an import": IMPORT}), **described(404, "There is no such import")},
)
def read_caseload_import(import_id: ImportId, work: WorkDep) -> ExtractImport:
    """One import and what became of its rows; `/errors` lists those that were not loaded."""
    return ExtractImport(**fields_of(report_of(_known(work, import_id))))


@router.get(
    "/{import_id}/errors",
    operation_id="list_import_row_errors",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses={
        **answered({"one error": {"items": [ERROR], "next": None}}),
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
    return page.page(rows, row_error, lambda row: row.id)


def _known(work: WorkDep, import_id: uuid.UUID) -> CaseloadImport:
    row = caseload.import_by_id(work.session, import_id)
    if row is None:
        raise NotFound(f"There is no import {import_id}: GET /v1/caseload-imports lists them.")
    return row
