"""`/v1/quarantined-rows`: rows of the newest extracts that were refused and still stand (C1, C3)."""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries import caseload
from usecases.extract_ports import ExtractKind

router = Router("quarantined rows", "/v1/quarantined-rows")


class QuarantinedRow(BaseModel):
    """A row that was not loaded: no more of it is kept than one column, its value and the reason."""

    kind: ExtractKind
    import_id: uuid.UUID
    extracted_on: date
    line: Annotated[int, Field(description="Line of the newest file, the header of a plain file being line 1")]
    column: Annotated[str | None, Field(examples=["worker_id"])]
    value: Annotated[str | None, Field(description="Not shown where it may be somebody's name", examples=["998969"])]
    code: Annotated[str, Field(examples=["unknown_worker"])]
    sentence: str
    refused_since: Annotated[date, Field(description="The day of the extract in which it was first refused")]
    times_refused: Annotated[int, Field(description="In so many extracts one after the other", ge=1)]


_ROW: dict[str, Any] = {
    "kind": "involvements",
    "import_id": "0199c0de-7a11-7000-8000-000000000001",
    "extracted_on": "2026-09-30",
    "line": 36,
    "column": "worker_id",
    "value": "998969",
    "code": "unknown_worker",
    "sentence": "worker_id 998969 is nobody known here: import workers.csv first, or add the person.",
    "refused_since": "2026-09-09",
    "times_refused": 4,
}


@router.get(
    "",
    operation_id="list_quarantined_rows",
    dependencies=[requires(Permission.READ_CASELOAD_IMPORTS)],
    responses=answered({"one row": {"items": [_ROW], "next": None}}),
)
def list_quarantined_rows(
    work: WorkDep,
    page: PageDep,
    kind: Annotated[ExtractKind | None, Query(description="Only of this kind")] = None,
    code: Annotated[str | None, Query(max_length=60, description="Only with this fault")] = None,
    times_refused: Annotated[int, Query(ge=1, le=10_000, description="Refused at least so many times")] = 1,
) -> Page[QuarantinedRow]:
    """The rows that the newest extract of each kind had and that were not loaded, with since when.

    A row leaves the list when the next extract brings it right, or no longer has it; nothing of it is then kept.
    """
    rows = caseload.quarantined_rows(
        work.session, kind=kind, code=code, least_times=times_refused, after=page.after, limit=page.rows_to_fetch
    )
    return page.page(rows, _answered, lambda row: row.id)


def _answered(row: caseload.QuarantinedRow) -> QuarantinedRow:
    return QuarantinedRow(**{name: value for name, value in row._asdict().items() if name != "id"})
