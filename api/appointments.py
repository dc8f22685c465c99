"""Below `/v1/people/{id}`: appointments as auditor, and absences with who stands in (A1, A3, S9)."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

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
from usecases.appointments import (
    AppointmentFacts,
    appoint_auditor,
    change_absence,
    change_appointment,
    record_absence,
    withdraw_absence,
)

router = Router("people", "/v1/people/{person_id}")

PersonId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
RecordId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000004"])]
Version = Annotated[int, Field(description="Send it as If-Match to change the record")]
Employment = Literal["full_time", "part_time", "agency", "partner"]


class AuditorAppointmentAsked(AskedToRecord):
    """For which service somebody audits, as what, how many audits a cycle, and how they are employed."""

    service_id: Annotated[str, Field(max_length=64, examples=["quality_assurance"])]
    roles: Annotated[tuple[str, ...], Field(max_length=10, description="manager, senior_manager, or none")] = ()
    capacity: Annotated[int, Field(le=1000, description="Audits a cycle", examples=[1])]
    employment: Employment = "full_time"
    employer: Annotated[str | None, Field(max_length=200, description="Of agency staff or a partner's staff")] = None
    is_cleared_for_restricted: Annotated[bool, Field(description="May be given restricted records (S10)")] = False
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day of the appointment")] = None


class AuditorAppointment(BaseModel):
    """An appointment as auditor. It counts in a cycle if it holds from its opening to its closing day."""

    id: uuid.UUID
    service_id: str
    roles: list[str]
    capacity: int
    employment: Employment
    employer: str | None
    is_cleared_for_restricted: bool
    began_on: date | None
    ended_on: date | None
    version: Version


class AbsenceAsked(AskedToRecord):
    """The first and the last day away, and perhaps who stands in, in all posts. Why is not asked."""

    first_on: RecordedDate
    last_on: RecordedDate
    stands_in_id: Annotated[uuid.UUID | None, Field(description="Before the deputies of the posts")] = None


class Absence(BaseModel):
    """Somebody is away on these days, both included."""

    id: uuid.UUID
    first_on: date
    last_on: date
    stands_in_id: uuid.UUID | None
    version: Version


_ID = "0199c0de-7a11-7000-8000-000000000004"
_APPOINTMENT = {
    "id": _ID,
    "service_id": "quality_assurance",
    "roles": ["manager"],
    "capacity": 1,
    "employment": "agency",
    "employer": "Locums Limited",
    "is_cleared_for_restricted": False,
    "began_on": None,
    "ended_on": None,
    "version": 1,
}
_ABSENCE = {"id": _ID, "first_on": "2026-10-05", "last_on": "2026-10-16", "stands_in_id": None, "version": 1}


def _changing(example: dict[str, Any], code: int) -> dict[str, Any]:
    """What the routes here share: who may, what is answered, and that the person or record may not be there."""
    return {
        "dependencies": [requires(Permission.CHANGE_ORGANISATION)],
        "status_code": code,
        "responses": {
            **answered({"saved": example}, code),
            **described(404, "There is no such person or record"),
            **described(409, "There is the same on record for these days already"),
            **({} if code == HTTPStatus.CREATED else NEEDS_IF_MATCH),
        },
    }


@router.post("/auditor-appointments", operation_id="appoint_auditor", **_changing(_APPOINTMENT, HTTPStatus.CREATED))
def post_auditor_appointment(
    person_id: PersonId, asked: AuditorAppointmentAsked, work: WorkDep, response: Response
) -> AuditorAppointment:
    """Appoints somebody as auditor, one appointment at a time."""
    row = appoint_auditor(work, person_id, AppointmentFacts(**asked.model_dump()))
    tag(response, row.version)
    return appointment_of(row)


@router.put(
    "/auditor-appointments/{appointment_id}",
    operation_id="change_auditor_appointment",
    **_changing({**_APPOINTMENT, "version": 2}, HTTPStatus.OK),
)
def put_auditor_appointment(
    *,
    person_id: PersonId,
    appointment_id: RecordId,
    asked: AuditorAppointmentAsked,
    work: WorkDep,
    response: Response,
    if_match: IfMatch = None,
) -> AuditorAppointment:
    """Changes how much somebody audits, or ends the appointment."""
    facts = AppointmentFacts(**asked.model_dump())
    with version_read(if_match, "The appointment") as version:
        row = change_appointment(work, person_id, appointment_id, facts, version=version)
    tag(response, row.version)
    return appointment_of(row)


@router.post("/absences", operation_id="record_absence", **_changing(_ABSENCE, HTTPStatus.CREATED))
def post_absence(person_id: PersonId, asked: AbsenceAsked, work: WorkDep, response: Response) -> Absence:
    """Records that somebody is away."""
    row = record_absence(work, person_id, **asked.model_dump())
    tag(response, row.version)
    return absence_of(row)


@router.put(
    "/absences/{absence_id}", operation_id="change_absence", **_changing({**_ABSENCE, "version": 2}, HTTPStatus.OK)
)
def put_absence(
    *,
    person_id: PersonId,
    absence_id: RecordId,
    asked: AbsenceAsked,
    work: WorkDep,
    response: Response,
    if_match: IfMatch = None,
) -> Absence:
    """Somebody comes back earlier or later than was thought, or somebody else stands in."""
    with version_read(if_match, "The absence") as version:
        row = change_absence(work, person_id, absence_id, **asked.model_dump(), version=version)
    tag(response, row.version)
    return absence_of(row)


@router.delete(
    "/absences/{absence_id}",
    operation_id="withdraw_absence",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.NO_CONTENT,
    responses={**described(404, "There is no such person or absence"), **NEEDS_IF_MATCH},
)
def delete_absence(person_id: PersonId, absence_id: RecordId, work: WorkDep, if_match: IfMatch = None) -> None:
    """Somebody was not away after all."""
    with version_read(if_match, "The absence") as version:
        withdraw_absence(work, person_id, absence_id, version=version)


def appointment_of(row: tables.AuditorAppointment) -> AuditorAppointment:
    """An appointment as answers tell it."""
    return AuditorAppointment.model_validate(row, from_attributes=True)


def absence_of(row: tables.Absence) -> Absence:
    """An absence as answers tell it."""
    return Absence.model_validate(row, from_attributes=True)
