"""`/v1/first-use-imports`: what a council brings along when it starts in mid-year (C5).

Past audits, open re-audits and the months it counted itself, each as a file or as JSON: tried, recorded, listed.
"""

import hashlib
import json
import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import File, Form, Path, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.first_use_rows import CountsGiven, ListGiven, OpenReAuditsGiven, PastAuditsGiven
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import first_use as queries
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotFound
from usecases.extract_ports import DateForm
from usecases.first_use import FirstUseReport, import_list, import_list_file, report_of
from usecases.first_use_rows import FirstUseList, ListKind, ListRow, MonthCounted, OpenReAudit, PastAudit, RowTold
from usecases.work import Work

router = Router("first use", "/v1/first-use-imports")

ImportId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000001"])]


class RowSaid(BaseModel):
    """Something said of a row: why it is refused, or what may be a slip in one that is recorded."""

    line: Annotated[int, Field(description="Line of the file, or number of the row from 1", examples=[7])]
    column: Annotated[str, Field(examples=["case_reference"])]
    value: str
    rule: Annotated[str, Field(examples=["S7"])]
    sentence: str


class FirstUseImport(BaseModel):
    """What became of a list: `rows_read` are recorded, refused, or passed over because they are on record already."""

    id: Annotated[uuid.UUID | None, Field(description="Null where nothing was saved")]
    kind: ListKind
    dry_run: bool
    unchanged: Annotated[bool, Field(description="Every row is on record already: nothing was done")]
    sentence: str
    file_name: Annotated[str | None, Field(description="Null for rows that came as JSON")]
    sha256: str
    encoding: str | None
    date_form: DateForm | None
    imported_at: datetime | None
    imported_by: str | None
    rows_read: int
    rows_loaded: int
    rows_refused: int
    rows_passed_over: int
    changes: Annotated[dict[str, int], Field(examples=[{"recorded": 212}])]
    columns_not_read: list[str]
    notes: Annotated[list[RowSaid], Field(description="The first 200; these rows are recorded all the same")]


class FirstUseReportTold(FirstUseImport):
    """A list with what is wrong with its rows."""

    errors: Annotated[list[RowSaid], Field(description="The first 200")]


_NOTE = {
    "line": 7,
    "column": "case_reference",
    "value": "SYN-800001",
    "rule": "C1",
    "sentence": "Line 7, case_reference 'SYN-800001': no extract had this case; recorded, as it may have closed.",
}
_IMPORT: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000001",
    "kind": "past_audits",
    "dry_run": False,
    "unchanged": False,
    "sentence": "212 of 212 rows recorded, 0 refused, 0 on record already.",
    "file_name": "past-audits.csv",
    "sha256": "6f1ed002ab5595859014ebf0951522d9a1a6e1ff5f6b3f6e8c0d7a2a8d0c3b11",
    "encoding": "windows-1252",
    "date_form": "uk",
    "imported_at": "2026-09-28T09:15:00Z",
    "imported_by": "local administrator",
    "rows_read": 212,
    "rows_loaded": 212,
    "rows_refused": 0,
    "rows_passed_over": 0,
    "changes": {"recorded": 212},
    "columns_not_read": [],
    "notes": [_NOTE],
}
_REPORT = {**_IMPORT, "errors": []}
_TRIED = {**_REPORT, "id": None, "dry_run": True, "imported_at": None, "imported_by": None}
_ANSWERS: dict[int | str, dict[str, Any]] = {
    **answered({"recorded": _REPORT}, HTTPStatus.CREATED),
    200: {
        "model": FirstUseReportTold,
        "description": "A dry run, or a list that is on record already: nothing was changed",
        "content": {"application/json": {"examples": {"a dry run": {"value": _TRIED}}}},
    },
}
_MAY_RECORD = [requires(Permission.RECORD_PAST_AUDITS)]


@router.post(
    "",
    operation_id="import_first_use_list",
    dependencies=_MAY_RECORD,
    status_code=HTTPStatus.CREATED,
    responses={**_ANSWERS, **described(413, "The file is larger than this service takes")},
)
def post_list_file(
    *,
    work: WorkDep,
    installation: InstallationDep,
    response: Response,
    file: Annotated[UploadFile, File(description="CSV; the header names the columns as the rows' fields are named")],
    kind: Annotated[ListKind, Form()],
    date_form: Annotated[
        DateForm | None,
        Form(description="`uk` is day/month/year. Without it the whole file must leave no doubt, or it is refused"),
    ] = None,
    headers: Annotated[
        str | None,
        Form(
            max_length=2_000,
            description="The file's own headers where they differ, as a JSON object",
            examples=['{"grade": "Overall judgement"}'],
        ),
    ] = None,
    dry_run: Annotated[bool, Form(description="Say what would be done, and do nothing")] = False,
    good_rows_only: Annotated[bool, Form(description="Record the good rows although others are bad")] = False,
) -> FirstUseReportTold:
    """Records a list from a file, wholly or not at all; with `good_rows_only` without its bad rows.

    A list with bad rows is refused (422), each row with its line, the reason and the way out. The same list once more
    changes nothing. The file itself is not kept.
    """
    report = import_list_file(
        work,
        read_list=installation.read_list,
        kind=kind,
        file_name=file.filename or "",
        content=file.file,
        date_form=date_form,
        headers=_headers(headers),
        dry_run=dry_run,
        good_rows_only=good_rows_only,
    )
    return _answer(report, response)


@router.post(
    "/past-audits",
    operation_id="record_past_audits",
    dependencies=_MAY_RECORD,
    status_code=HTTPStatus.CREATED,
    responses=_ANSWERS,
)
def post_past_audits(asked: PastAuditsGiven, work: WorkDep, response: Response) -> FirstUseReportTold:
    """Records past audits, so that nobody counts as never audited by mistake."""
    rows = [PastAudit(line, **row.model_dump()) for line, row in enumerate(asked.rows, 1)]
    return _record(work, response, ListKind.PAST_AUDITS, rows, asked)


@router.post(
    "/open-re-audits",
    operation_id="record_open_re_audits",
    dependencies=_MAY_RECORD,
    status_code=HTTPStatus.CREATED,
    responses=_ANSWERS,
)
def post_open_re_audits(asked: OpenReAuditsGiven, work: WorkDep, response: Response) -> FirstUseReportTold:
    """Records re-audits that are to come or under way, so that none is lost."""
    rows = [OpenReAudit(line, **row.model_dump()) for line, row in enumerate(asked.rows, 1)]
    return _record(work, response, ListKind.OPEN_RE_AUDITS, rows, asked)


@router.post(
    "/counts",
    operation_id="record_counts",
    dependencies=_MAY_RECORD,
    status_code=HTTPStatus.CREATED,
    responses=_ANSWERS,
)
def post_counts(asked: CountsGiven, work: WorkDep, response: Response) -> FirstUseReportTold:
    """Records what the council counted itself; figures of the same month, team and auditor are replaced."""
    rows = [MonthCounted(line, **row.model_dump()) for line, row in enumerate(asked.rows, 1)]
    return _record(work, response, ListKind.COUNTS, rows, asked)


@router.get(
    "",
    operation_id="list_first_use_imports",
    dependencies=_MAY_RECORD,
    responses=answered({"one import": {"items": [_IMPORT], "next": None}}),
)
def list_first_use_imports(work: WorkDep, page: PageDep) -> Page[FirstUseImport]:
    """The lists that were recorded, in that order."""
    rows = queries.imports(work.session, after=page.after, limit=page.rows_to_fetch)
    return page.page(rows, lambda row: FirstUseImport(**_fields(report_of(row))), lambda row: row.id)


@router.get(
    "/{import_id}",
    operation_id="read_first_use_import",
    dependencies=_MAY_RECORD,
    responses={**answered({"an import": _IMPORT}), **described(404, "There is no such import")},
)
def read_first_use_import(import_id: ImportId, work: WorkDep) -> FirstUseImport:
    """One list that was recorded, with what was noticed about its rows."""
    row = queries.import_by_id(work.session, import_id)
    if row is None:
        raise NotFound(f"There is no import {import_id}: GET /v1/first-use-imports lists them.")
    return FirstUseImport(**_fields(report_of(row)))


def _record(work: Work, response: Response, kind: ListKind, rows: list[Any], asked: ListGiven) -> FirstUseReportTold:
    told: list[ListRow] = rows
    found = FirstUseList(kind, tuple(told), (), _hash(asked))
    return _answer(import_list(work, found, dry_run=asked.dry_run, good_rows_only=asked.good_rows_only), response)


def _hash(asked: ListGiven) -> str:
    """Of what was sent, whatever the order of its keys."""
    return hashlib.sha256(asked.model_dump_json(include={"rows"}).encode()).hexdigest()


def _headers(written: str | None) -> dict[str, str]:
    try:
        headers = json.loads(written) if written else {}
    except ValueError:
        headers = None
    if not isinstance(headers, dict) or not all(isinstance(header, str) for header in headers.values()):
        sentence = 'headers is no JSON object of texts: write it such as {"grade": "Overall judgement"}.'
        raise InvalidFacts([Problem("/headers", sentence, (written or "")[:60], "C5")])
    return headers


def _answer(report: FirstUseReport, response: Response) -> FirstUseReportTold:
    if report.id is None:
        response.status_code = HTTPStatus.OK
    else:
        response.headers["Location"] = f"{router.prefix}/{report.id}"
    return FirstUseReportTold(**_fields(report), errors=[_said(error) for error in report.errors])


def _fields(report: FirstUseReport) -> dict[str, Any]:
    same = FirstUseImport.model_fields.keys() - {"dry_run", "unchanged", "columns_not_read", "notes"}
    return {
        **{name: getattr(report, name) for name in same},
        "dry_run": report.is_dry_run,
        "unchanged": report.is_unchanged,
        "columns_not_read": list(report.columns_not_read),
        "notes": [_said(note) for note in report.notes],
    }


def _said(row: RowTold) -> RowSaid:
    return RowSaid(line=row.line, column=row.column, value=row.value, rule=row.rule, sentence=row.sentence)
