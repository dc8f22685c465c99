"""`/v1/caseload-imports/rows`: the same as an extract's file, as JSON from a case system or its middleware (C1)."""

from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Response
from pydantic import AfterValidator, ConfigDict, Field, WithJsonSchema

from api.caseload_import_contents import ExtractImportReport
from api.caseload_import_examples import ANSWERS
from api.caseload_imports import answer_to_import
from api.dependencies import InstallationDep, WorkDep, requires
from api.fields import Asked, RecordedDate
from api.permissions import Permission
from api.routers import Router, described
from usecases.caseload_imports import LONGEST_REASON, import_rows
from usecases.extract_ports import ExtractKind

MOST_MEBIBYTES = 16
_MOST_ROWS = 50_000

router = Router("caseload imports", "/v1/caseload-imports")

_WORKER: dict[str, Any] = {
    "worker_id": "990017",
    "email": "a.worker@council.example",
    "team_id": "CART",
    "start_date": "2024-05-01",
}
_INVOLVEMENT: dict[str, Any] = {
    "person_id": "4711",
    "worker_id": "990017",
    "role_code": "ALLWKR",
    "team_id": "CART",
    "start_date": "2026-04-13",
    "end_date": None,
    "restricted": False,
}


def _in_one_cell(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError("it is a list or an object: give a text, a number, true, false or null")


# A union would answer with what is wrong by each of its members.
_Cell = Annotated[Any, AfterValidator(_in_one_cell), WithJsonSchema({"type": ["string", "number", "boolean", "null"]})]


class RowsSent(Asked):
    """All that the case system holds of one kind on one day."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"kind": "involvements", "extracted_on": "2026-09-30", "rows": [_INVOLVEMENT]},
                {"kind": "workers", "extracted_on": "2026-09-30", "dry_run": True, "rows": [_WORKER]},
            ]
        },
    )

    kind: ExtractKind
    rows: Annotated[
        list[dict[str, _Cell]],
        Field(
            min_length=1,
            max_length=_MOST_ROWS,
            description="The columns of docs/guides/extracts.md as fields, dates as 2026-02-03, ids as texts. More "
            "rows are sent as a file",
        ),
    ]
    extracted_on: Annotated[
        RecordedDate | None, Field(description="The day of which they are, unless their field extracted_at says so")
    ] = None
    confirmed_because: Annotated[
        str | None, Field(max_length=LONGEST_REASON, description="Why much less than the last time is right")
    ] = None
    dry_run: Annotated[bool, Field(description="Say what would be done, and do nothing")] = False


@router.post(
    "/rows",
    operation_id="import_rows",
    dependencies=[requires(Permission.IMPORT_CASELOAD)],
    status_code=HTTPStatus.CREATED,
    responses={**ANSWERS, **described(413, f"The body is larger than {MOST_MEBIBYTES} MiB: send a file")},
)
def post_rows(sent: RowsSent, work: WorkDep, installation: InstallationDep, response: Response) -> ExtractImportReport:
    """Loads rows as JSON, with the checks, limits and answers of an extract's file; a `line` is a row's number.

    They are all there is: an involvement of the import before that is not among them counts as ended. An import of
    rows takes the place of one of a file, and the other way round.
    """
    report = import_rows(
        work,
        read_rows=installation.read_rows,
        kind=sent.kind,
        rows=sent.rows,
        extracted_on=sent.extracted_on,
        confirmed_because=sent.confirmed_because,
        dry_run=sent.dry_run,
    )
    return answer_to_import(report, response)
