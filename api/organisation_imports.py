"""`/v1/organisation-imports`: the council's own lists of its organisation, tried or loaded (P4)."""

from datetime import date
from typing import Annotated, Any

from fastapi import File, Form, UploadFile
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.fields import RecordedDate
from api.permissions import Permission
from api.routers import Router, described
from usecases.extract_ports import DateForm
from usecases.organisation_imports import OrganisationImport, import_organisation
from usecases.organisation_lists import OrganisationKind

router = Router("organisation imports", "/v1/organisation-imports")

MOST_ERRORS = 200


class ListRowError(BaseModel):
    """A row that was not loaded: where, what stands there, and the way out."""

    line: Annotated[int, Field(description="Line of the file, the header being line 1", examples=[4])]
    column: Annotated[str | None, Field(examples=["manager"])]
    value: Annotated[str | None, Field(description="Not shown where it may be somebody's name")]
    rule: str | None
    sentence: str


class ListImported(BaseModel):
    """What became of a list: each row read was added, changed, left as it was, or refused."""

    kind: OrganisationKind
    dry_run: bool
    sentence: str
    file_name: str
    sha256: str
    encoding: str
    date_form: DateForm | None
    as_of: date
    rows_read: int
    rows_added: int
    rows_changed: int
    rows_unchanged: int
    rows_refused: int
    columns_not_read: list[str]
    errors: Annotated[list[ListRowError], Field(description=f"The first {MOST_ERRORS}, in the order of the file")]


_EXAMPLE: dict[str, Any] = {
    "kind": "people",
    "dry_run": False,
    "sentence": "77 rows read: 3 added, 1 changed, 72 as before, 1 refused.",
    "file_name": "people.csv",
    "sha256": "6f1ed002ab5595859014ebf0951522d9a1a6e1ff5f6b3f6e8c0d7a2a8d0c3b11",
    "encoding": "utf-8",
    "date_form": "iso",
    "as_of": "2026-10-01",
    "rows_read": 77,
    "rows_added": 3,
    "rows_changed": 1,
    "rows_unchanged": 72,
    "rows_refused": 1,
    "columns_not_read": [],
    "errors": [
        {
            "line": 4,
            "column": "manager",
            "value": "990099",
            "rule": "P4",
            "sentence": "Line 4, manager: 990099 is nobody known here: load the people first, or correct it.",
        }
    ],
}


@router.post(
    "",
    operation_id="import_organisation",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    responses={**answered({"loaded": _EXAMPLE}), **described(413, "The file is larger than this service takes")},
)
def post_organisation_import(
    *,
    work: WorkDep,
    installation: InstallationDep,
    file: Annotated[UploadFile, File(description="CSV with a header line")],
    kind: Annotated[
        OrganisationKind, Form(description="Load services before teams, teams before people, then the rest")
    ],
    as_of: Annotated[RecordedDate | None, Form(description="The day that the list speaks of; by default today")] = None,
    date_form: Annotated[
        DateForm | None, Form(description="`uk` is day/month/year; without it no doubt may remain")
    ] = None,
    dry_run: Annotated[bool, Form(description="Say what would be done, and do nothing")] = False,
) -> ListImported:
    """Loads a list: its good rows; every other row is told of with its line, the reason and the way out.

    An empty cell says nothing, `none` ends what is on record, and what the list lacks stays as it is. What differs
    begins on the day that the row names, else on `as_of`. A file that is broken or of another kind is refused whole
    (422); the same file again changes nothing.
    """
    report = import_organisation(
        work,
        read_list=installation.read_organisation,
        kind=kind,
        file_name=file.filename or "",
        content=file.file,
        as_of=as_of,
        date_form=date_form,
        dry_run=dry_run,
    )
    return _answer(report)


def _answer(report: OrganisationImport) -> ListImported:
    return ListImported(
        kind=report.kind,
        dry_run=report.is_dry_run,
        sentence=report.sentence,
        file_name=report.file_name,
        sha256=report.sha256,
        encoding=report.encoding,
        date_form=report.date_form,
        as_of=report.as_of,
        rows_read=report.rows_read,
        rows_added=report.rows_added,
        rows_changed=report.rows_changed,
        rows_unchanged=report.rows_unchanged,
        rows_refused=report.rows_refused,
        columns_not_read=list(report.columns_not_read),
        errors=[ListRowError.model_validate(it, from_attributes=True) for it in report.refused[:MOST_ERRORS]],
    )
