"""`/v1/people`: members of staff with their teams, posts, deputies, appointments as auditors and absences (A1–A3)."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.appointments import Absence, AuditorAppointment, absence_of, appointment_of
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord, IsoDate, RecordedDate
from api.line_managers import LineManagement, management_of
from api.paging import Page, PageDep
from api.permissions import Permission
from api.posts import Post, post_of
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import organisation
from db.queries.organisation import PersonFile
from db.tables import organisation as tables
from rules.dated_facts import Period
from rules.roles import Role
from usecases.errors import NotFound
from usecases.organisation import PersonFacts, add_person, change_person
from usecases.team_memberships import join_team, leave_team
from usecases.work import Work

router = Router("people", "/v1/people")

PersonId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]


class PersonChanged(AskedToRecord):
    """All that is known about a member of staff; what is left out is not known."""

    reference: Annotated[str, Field(max_length=64, description="Worker id or staff number", examples=["990012"])]
    name: Annotated[str, Field(max_length=200, examples=["Ada Samplewood"])]
    email: Annotated[str | None, Field(max_length=254, examples=["ada.samplewood@council.example"])] = None
    job_title: Annotated[str | None, Field(max_length=200, examples=["Social Worker"])] = None
    started_on: RecordedDate | None = None
    left_on: Annotated[RecordedDate | None, Field(description="Their last day")] = None


class PersonAsked(PersonChanged):
    """A new member of staff; who manages them from a later day on is said at `/line-managers`."""

    line_manager_id: Annotated[uuid.UUID | None, Field(description="By default the team's manager")] = None


class TeamJoined(AskedToRecord):
    """A team that somebody belongs to from a day on. For a first team the day may be unknown."""

    team_id: uuid.UUID
    began_on: RecordedDate | None = None


class TeamLeft(AskedToRecord):
    """The last day in the team."""

    ended_on: RecordedDate


class TeamMembership(BaseModel):
    """Somebody belonged to a team on these days, both included; null: unknown, or without end."""

    team_id: uuid.UUID
    began_on: date | None
    ended_on: date | None


class Person(BaseModel):
    """A member of staff with all that is on record about their work."""

    id: uuid.UUID
    reference: str
    name: str
    email: str | None
    job_title: str | None
    started_on: date | None
    left_on: date | None
    version: Annotated[int, Field(description="Counts the changes; the ETag of the person read by themselves")]
    line_manager_id: Annotated[uuid.UUID | None, Field(description="Today's; null: the team's manager")]
    line_managers: list[LineManagement]
    team_memberships: list[TeamMembership]
    posts: list[Post]
    auditor_appointments: list[AuditorAppointment]
    absences: list[Absence]


_MEMBERSHIP = {"team_id": "0199c0de-7a11-7000-8000-000000000002", "began_on": "2024-04-01", "ended_on": None}
_EXAMPLE = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "990012",
    "name": "Ada Samplewood",
    "email": "ada.samplewood@council.example",
    "job_title": "Social Worker",
    "started_on": "2024-04-01",
    "left_on": None,
    "version": 1,
    "line_manager_id": None,
    "line_managers": [],
    "team_memberships": [_MEMBERSHIP],
    "posts": [],
    "auditor_appointments": [],
    "absences": [],
}
_NOBODY = described(404, "There is nobody with this id")
_TAKEN = described(409, "There is somebody with this reference already")


@router.get(
    "",
    operation_id="list_people",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses=answered({"one person": {"items": [_EXAMPLE], "next": None}}),
)
def list_people(
    *,
    work: WorkDep,
    page: PageDep,
    reference: Annotated[str | None, Query(max_length=64, description="Only who has this reference")] = None,
    team_id: Annotated[uuid.UUID | None, Query(description="Only who belongs to this team on the day")] = None,
    role: Annotated[Role | None, Query(description="Only who holds a post of this role on the day")] = None,
    on: Annotated[IsoDate | None, Query(description="The day; by default today")] = None,
) -> Page[Person]:
    """People in the order in which they were added, with all that is on record about their work."""
    files = organisation.people(
        work.session,
        on=on or work.today,
        reference=reference,
        team_id=team_id,
        role=role.value if role else None,
        after=page.after,
        limit=page.rows_to_fetch,
        reach=work.reach,
    )
    return page.page(files, lambda file: _person(file, work.today), lambda file: file.person.id)


@router.post(
    "",
    operation_id="add_person",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.CREATED,
    responses={**answered({"added": _EXAMPLE}, HTTPStatus.CREATED), **_TAKEN},
)
def post_person(asked: PersonAsked, work: WorkDep, response: Response) -> Person:
    """Adds a member of staff."""
    facts = PersonFacts(**asked.model_dump(exclude={"line_manager_id"}))
    row = add_person(work, facts, line_manager_id=asked.line_manager_id)
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    return _file(work, row.id, response)


@router.get(
    "/{person_id}",
    operation_id="read_person",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses={**answered({"a person": _EXAMPLE}), **_NOBODY},
)
def read_person(person_id: PersonId, work: WorkDep, response: Response) -> Person:
    """One person with their ETag, and with teams, line managers, posts, appointments and absences, past ones too."""
    return _file(work, person_id, response)


@router.put(
    "/{person_id}",
    operation_id="change_person",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    responses={**answered({"changed": {**_EXAMPLE, "version": 2}}), **_NOBODY, **_TAKEN, **NEEDS_IF_MATCH},
)
def put_person(
    person_id: PersonId, asked: PersonChanged, work: WorkDep, response: Response, if_match: IfMatch = None
) -> Person:
    """Changes what is known about somebody: all of it, from the version that was read.

    Teams, line managers, posts and absences have paths of their own below.
    """
    with version_read(if_match, "The person") as version:
        change_person(work, person_id, PersonFacts(**asked.model_dump()), version=version)
    return _file(work, person_id, response)


@router.post(
    "/{person_id}/team-memberships",
    operation_id="join_team",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.CREATED,
    responses={
        **answered({"moved": _MEMBERSHIP}, HTTPStatus.CREATED),
        **described(404, "There is no such person or team"),
    },
)
def post_team_membership(person_id: PersonId, asked: TeamJoined, work: WorkDep) -> TeamMembership:
    """Moves somebody to a team from that day on; to the team before it they belong until the day before."""
    return _membership(join_team(work, person_id, asked.team_id, asked.began_on))


@router.post(
    "/{person_id}/team-memberships/end",
    operation_id="leave_team",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    responses={
        **answered({"left": {**_MEMBERSHIP, "ended_on": "2026-09-30"}}),
        **described(404, "There is no such person, or they are in no team"),
    },
)
def end_team_membership(person_id: PersonId, asked: TeamLeft, work: WorkDep) -> TeamMembership:
    """Somebody leaves their team for none."""
    return _membership(leave_team(work, person_id, asked.ended_on))


def _file(work: Work, person_id: uuid.UUID, response: Response) -> Person:
    found = organisation.person_file(work.session, person_id, work.reach)
    if found is None:
        raise NotFound(f"There is nobody with the id {person_id}: GET /v1/people lists them.")
    tag(response, found.person.version)
    return _person(found, work.today)


def _person(file: PersonFile, today: date) -> Person:
    person = file.person
    managed = (row for row in file.line_managers if Period(row.began_on, row.ended_on).holds_on(today))
    return Person(
        id=person.id,
        reference=person.reference,
        name=person.name,
        email=person.email,
        job_title=person.job_title,
        started_on=person.started_on,
        left_on=person.left_on,
        version=person.version,
        line_manager_id=next((row.manager_id for row in managed), None),
        line_managers=[management_of(row) for row in file.line_managers],
        team_memberships=[_membership(row) for row in file.memberships],
        posts=[post_of(row, file.deputies.get(row.id, []), today) for row in file.posts],
        auditor_appointments=[appointment_of(row) for row in file.appointments],
        absences=[absence_of(row) for row in file.absences],
    )


def _membership(row: tables.TeamMembership) -> TeamMembership:
    return TeamMembership(team_id=row.team_id, began_on=row.began_on, ended_on=row.ended_on)
