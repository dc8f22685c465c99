"""Below `/v1/people/{id}/line-managers`: who manages somebody, from which day on, and corrections of that (A2)."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.tables import organisation as tables
from usecases.line_managers import change_line_manager, correct_line_manager, withdraw_line_manager

router = Router("people", "/v1/people/{person_id}/line-managers")

PersonId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
RecordId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000006"])]


class LineManagerAsked(AskedToRecord):
    """A line manager from a day on; null for none by name. For a first one the day may be unknown."""

    manager_id: Annotated[uuid.UUID | None, Field(description="Null: from then on the team's manager")]
    began_on: RecordedDate | None = None


class LineManagerCorrected(AskedToRecord):
    """What should have been on record; what is left out is not known."""

    manager_id: uuid.UUID
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day")] = None


class LineManagement(BaseModel):
    """Somebody was line-managed by `manager_id` on these days, both included; null: unknown, or without end."""

    id: uuid.UUID
    manager_id: uuid.UUID
    began_on: date | None
    ended_on: date | None
    version: Annotated[int, Field(description="Send it as If-Match to correct it")]


class LineManagerNow(BaseModel):
    """What was begun; null when from then on there is none by name."""

    line_manager: LineManagement | None


EXAMPLE = {
    "id": "0199c0de-7a11-7000-8000-000000000006",
    "manager_id": "0199c0de-7a11-7000-8000-000000000005",
    "began_on": "2026-10-05",
    "ended_on": None,
    "version": 1,
}
_CHANGES = [requires(Permission.CHANGE_ORGANISATION)]
_NOT_THERE = described(404, "There is no such person or record")
_TAKEN = described(409, "They have another line manager on these days")


@router.post(
    "",
    operation_id="change_line_manager",
    dependencies=_CHANGES,
    status_code=HTTPStatus.CREATED,
    responses={**answered({"changed": {"line_manager": EXAMPLE}}, HTTPStatus.CREATED), **_NOT_THERE, **_TAKEN},
)
def post_line_manager(person_id: PersonId, asked: LineManagerAsked, work: WorkDep) -> LineManagerNow:
    """From that day on somebody has another line manager, or none by name; until the day before nothing changes."""
    row = change_line_manager(work, person_id, asked.manager_id, asked.began_on)
    return LineManagerNow(line_manager=management_of(row) if row else None)


@router.put(
    "/{management_id}",
    operation_id="correct_line_manager",
    dependencies=_CHANGES,
    responses={**answered({"corrected": {**EXAMPLE, "version": 2}}), **_NOT_THERE, **_TAKEN, **NEEDS_IF_MATCH},
)
def put_line_manager(
    *,
    person_id: PersonId,
    management_id: RecordId,
    asked: LineManagerCorrected,
    work: WorkDep,
    response: Response,
    if_match: IfMatch = None,
) -> LineManagement:
    """Corrects what is on record, or ends it."""
    with version_read(if_match, "The record") as version:
        row = correct_line_manager(work, person_id, management_id, **asked.model_dump(), version=version)
    tag(response, row.version)
    return management_of(row)


@router.delete(
    "/{management_id}",
    operation_id="withdraw_line_manager",
    dependencies=_CHANGES,
    status_code=HTTPStatus.NO_CONTENT,
    responses={**_NOT_THERE, **NEEDS_IF_MATCH},
)
def delete_line_manager(person_id: PersonId, management_id: RecordId, work: WorkDep, if_match: IfMatch = None) -> None:
    """It never was so."""
    with version_read(if_match, "The record") as version:
        withdraw_line_manager(work, person_id, management_id, version)


def management_of(row: tables.LineManagement) -> LineManagement:
    """Who managed somebody, as answers tell it."""
    return LineManagement(
        id=row.id, manager_id=row.manager_id, began_on=row.began_on, ended_on=row.ended_on, version=row.version
    )
