"""`/v1/case-aliases/imports` and `/v1/person-aliases/imports`: merged and renumbered references by file (S10)."""

from http import HTTPStatus
from typing import Annotated

from fastapi import File, Form, UploadFile
from pydantic import BaseModel

from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.permissions import Permission
from api.routers import Router, described
from usecases.alias_lists import AliasesImported, import_case_aliases, import_person_aliases
from usecases.extract_ports import DateForm

cases = Router("aliases", "/v1/case-aliases/imports")
people = Router("aliases", "/v1/person-aliases/imports")

AliasFile = Annotated[
    UploadFile, File(description="CSV with the columns from_reference, to_reference, since_on and reason")
]
StatedForm = Annotated[DateForm | None, Form(description="How it writes its dates, where that could be in doubt")]


class AliasRefused(BaseModel):
    """A row that made no alias."""

    line: int
    sentence: str


class AliasesMade(BaseModel):
    """What became of a list's rows."""

    made: int
    known: int
    refused: list[AliasRefused]


_EXAMPLE = {
    "made": 11,
    "known": 3,
    "refused": [
        {"line": 7, "sentence": "A reference leads to itself without an alias: name the one that took its place."}
    ],
}
_RESPONSES = {**answered({"loaded": _EXAMPLE}), **described(413, "The file is larger than this service takes")}


@cases.post(
    "",
    operation_id="import_case_aliases",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    status_code=HTTPStatus.OK,
    responses=_RESPONSES,
)
def post_case_aliases(
    work: WorkDep, installation: InstallationDep, file: AliasFile, date_form: StatedForm = None
) -> AliasesMade:
    """Makes the aliases of cases that a file lists; each row that makes none is told of with its line."""
    return _told(import_case_aliases(work, installation.read_aliases, file.file, date_form))


@people.post(
    "",
    operation_id="import_person_aliases",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    status_code=HTTPStatus.OK,
    responses=_RESPONSES,
)
def post_person_aliases(
    work: WorkDep, installation: InstallationDep, file: AliasFile, date_form: StatedForm = None
) -> AliasesMade:
    """Makes the aliases of workers that a file lists; each row that makes none is told of with its line."""
    return _told(import_person_aliases(work, installation.read_aliases, file.file, date_form))


def _told(found: AliasesImported) -> AliasesMade:
    refused = [AliasRefused(line=it.line, sentence=it.sentence) for it in found.refused]
    return AliasesMade(made=found.made, known=found.known, refused=refused)
