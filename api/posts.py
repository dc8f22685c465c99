"""Below `/v1/people/{id}`: posts with their deputies, appointments as auditor, and absences (A1–A3, S9)."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.permissions import Permission
from api.routers import Router, described
from db.tables import organisation as tables
from usecases.posts import (
    AppointmentFacts,
    PostFacts,
    appoint_auditor,
    change_absence,
    change_appointment,
    change_post,
    give_post,
    record_absence,
    withdraw_absence,
)

router = Router("people", "/v1/people/{person_id}")

PersonId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
RecordId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000004"])]


class PostAsked(AskedToRecord):
    """A post: for a team, for a service, or neither for the whole council; the role says which."""

    role: Annotated[str, Field(max_length=64, examples=["team_manager"])]
    team_id: uuid.UUID | None = None
    service_id: Annotated[str | None, Field(max_length=64)] = None
    deputy_id: Annotated[uuid.UUID | None, Field(description="Who stands in when the holder is away")] = None
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day in the post")] = None


class Post(BaseModel):
    """A post that somebody holds or held."""

    id: uuid.UUID
    role: str
    team_id: uuid.UUID | None
    service_id: str | None
    deputy_id: uuid.UUID | None
    began_on: date | None
    ended_on: date | None


class AuditorAppointmentAsked(AskedToRecord):
    """For which service somebody audits, as what, and how many audits a cycle."""

    service_id: Annotated[str, Field(max_length=64, examples=["quality_assurance"])]
    roles: Annotated[tuple[str, ...], Field(max_length=10, description="manager, senior_manager, or none")] = ()
    capacity: Annotated[int, Field(le=1000, description="Audits a cycle", examples=[1])]
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day of the appointment")] = None


class AuditorAppointment(BaseModel):
    """An appointment as auditor."""

    id: uuid.UUID
    service_id: str
    roles: list[str]
    capacity: int
    began_on: date | None
    ended_on: date | None


class AbsenceAsked(AskedToRecord):
    """The first and the last day away. Why is not asked."""

    first_on: RecordedDate
    last_on: RecordedDate


class Absence(BaseModel):
    """Somebody is away on these days, both included."""

    id: uuid.UUID
    first_on: date
    last_on: date


_ID = "0199c0de-7a11-7000-8000-000000000004"
_POST = {
    "id": _ID,
    "role": "team_manager",
    "team_id": "0199c0de-7a11-7000-8000-000000000002",
    "service_id": None,
    "deputy_id": None,
    "began_on": "2026-04-01",
    "ended_on": None,
}
_APPOINTMENT = {
    "id": _ID,
    "service_id": "quality_assurance",
    "roles": ["manager"],
    "capacity": 1,
    "began_on": None,
    "ended_on": None,
}
_ABSENCE = {"id": _ID, "first_on": "2026-10-05", "last_on": "2026-10-16"}


_TAKEN = described(409, "There is the same on record for these days already")


def _changing(example: dict[str, Any], code: int) -> dict[str, Any]:
    """What the routes here share: who may, what is answered, and that the person or record may not be there."""
    return {
        "dependencies": [requires(Permission.CHANGE_ORGANISATION)],
        "status_code": code,
        "responses": {
            **answered({"saved": example}, code),
            **described(404, "There is no such person or record"),
            **_TAKEN,
        },
    }


@router.post("/posts", operation_id="give_post", **_changing(_POST, HTTPStatus.CREATED))
def post_post(person_id: PersonId, asked: PostAsked, work: WorkDep) -> Post:
    """Gives somebody a post. Two people may hold the same one (job share)."""
    return post_of(give_post(work, person_id, PostFacts(**asked.model_dump())))


@router.put("/posts/{post_id}", operation_id="change_post", **_changing(_POST, HTTPStatus.OK))
def put_post(person_id: PersonId, post_id: RecordId, asked: PostAsked, work: WorkDep) -> Post:
    """Ends a post, names another deputy, or corrects it."""
    return post_of(change_post(work, person_id, post_id, PostFacts(**asked.model_dump())))


@router.post("/auditor-appointments", operation_id="appoint_auditor", **_changing(_APPOINTMENT, HTTPStatus.CREATED))
def post_auditor_appointment(person_id: PersonId, asked: AuditorAppointmentAsked, work: WorkDep) -> AuditorAppointment:
    """Appoints somebody as auditor, one appointment at a time."""
    return appointment_of(appoint_auditor(work, person_id, _appointment_facts(asked)))


@router.put(
    "/auditor-appointments/{appointment_id}",
    operation_id="change_auditor_appointment",
    **_changing(_APPOINTMENT, HTTPStatus.OK),
)
def put_auditor_appointment(
    person_id: PersonId, appointment_id: RecordId, asked: AuditorAppointmentAsked, work: WorkDep
) -> AuditorAppointment:
    """Changes how much somebody audits, or ends the appointment."""
    return appointment_of(change_appointment(work, person_id, appointment_id, _appointment_facts(asked)))


@router.post("/absences", operation_id="record_absence", **_changing(_ABSENCE, HTTPStatus.CREATED))
def post_absence(person_id: PersonId, asked: AbsenceAsked, work: WorkDep) -> Absence:
    """Records that somebody is away."""
    return absence_of(record_absence(work, person_id, asked.first_on, asked.last_on))


@router.put("/absences/{absence_id}", operation_id="change_absence", **_changing(_ABSENCE, HTTPStatus.OK))
def put_absence(person_id: PersonId, absence_id: RecordId, asked: AbsenceAsked, work: WorkDep) -> Absence:
    """Somebody comes back earlier or later than was thought."""
    return absence_of(change_absence(work, person_id, absence_id, asked.first_on, asked.last_on))


@router.delete(
    "/absences/{absence_id}",
    operation_id="withdraw_absence",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.NO_CONTENT,
    responses=described(404, "There is no such person or absence"),
)
def delete_absence(person_id: PersonId, absence_id: RecordId, work: WorkDep) -> None:
    """Somebody was not away after all."""
    withdraw_absence(work, person_id, absence_id)


def post_of(row: tables.Post) -> Post:
    """A post as answers tell it."""
    return Post(
        id=row.id,
        role=row.role,
        team_id=row.team_id,
        service_id=row.service_id,
        deputy_id=row.deputy_id,
        began_on=row.began_on,
        ended_on=row.ended_on,
    )


def appointment_of(row: tables.AuditorAppointment) -> AuditorAppointment:
    """An appointment as answers tell it."""
    return AuditorAppointment(
        id=row.id,
        service_id=row.service_id,
        roles=row.roles,
        capacity=row.capacity,
        began_on=row.began_on,
        ended_on=row.ended_on,
    )


def absence_of(row: tables.Absence) -> Absence:
    """An absence as answers tell it."""
    return Absence(id=row.id, first_on=row.first_on, last_on=row.last_on)


def _appointment_facts(asked: AuditorAppointmentAsked) -> AppointmentFacts:
    return AppointmentFacts(
        service_id=asked.service_id,
        capacity=asked.capacity,
        roles=asked.roles,
        began_on=asked.began_on,
        ended_on=asked.ended_on,
    )
