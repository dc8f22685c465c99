"""`/v1/teams`: the teams of the services, those of another employer included (P4)."""

import uuid
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord, IsoDate, RecordedDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import organisation
from db.tables import organisation as tables
from usecases.organisation import TeamFacts, add_team, change_team
from usecases.organisation_checks import known_team

router = Router("teams", "/v1/teams")

TeamId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000002"])]


class TeamAsked(AskedToRecord):
    """All that is known about a team; what is left out is not known."""

    reference: Annotated[str, Field(max_length=64, description="Its id in the case system", examples=["CART"])]
    name: Annotated[str, Field(max_length=200, examples=["Community Assessment and Review Team"])]
    service_id: Annotated[str, Field(max_length=64, examples=["home_first"])]
    employer: Annotated[str | None, Field(max_length=200, description="Where it is not the council")] = None
    contact_email: Annotated[str | None, Field(max_length=254, description="For staff without an address here")] = None
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="Its last day")] = None


class Team(BaseModel):
    """A team."""

    id: uuid.UUID
    reference: str
    name: str
    service_id: Annotated[str, Field(description="Its service today; /history has those before and to come")]
    employer: str | None
    contact_email: str | None
    began_on: date | None
    ended_on: date | None
    merged_into_id: Annotated[uuid.UUID | None, Field(description="The team that its people and open duties went to")]
    version: Annotated[int, Field(description="Counts the changes; the ETag of the team read by itself")]


_EXAMPLE = {
    "id": "0199c0de-7a11-7000-8000-000000000002",
    "reference": "CART",
    "name": "Community Assessment and Review Team",
    "service_id": "home_first",
    "employer": None,
    "contact_email": None,
    "began_on": None,
    "ended_on": None,
    "merged_into_id": None,
    "version": 1,
}

_TAKEN = described(409, "There is a team with this reference already")


@router.get(
    "",
    operation_id="list_teams",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses=answered({"one team": {"items": [_EXAMPLE], "next": None}}),
)
def list_teams(
    work: WorkDep,
    page: PageDep,
    service_id: Annotated[str | None, Query(max_length=64, description="Only teams of this service")] = None,
    on: Annotated[IsoDate | None, Query(description="Only teams that there were on this day")] = None,
) -> Page[Team]:
    """Teams in the order in which they were added."""
    rows = organisation.teams(
        work.session, service_id=service_id, on=on, after=page.after, limit=page.rows_to_fetch, reach=work.reach
    )
    return page.page(rows, team_of, lambda row: row.id)


@router.post(
    "",
    operation_id="add_team",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.CREATED,
    responses={**answered({"added": _EXAMPLE}, HTTPStatus.CREATED), **_TAKEN},
)
def post_team(asked: TeamAsked, work: WorkDep, response: Response) -> Team:
    """Adds a team to a service."""
    row = add_team(work, TeamFacts(**asked.model_dump()))
    response.headers["Location"] = f"{router.prefix}/{row.id}"
    tag(response, row.version)
    return team_of(row)


@router.get(
    "/{team_id}",
    operation_id="read_team",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses={**answered({"a team": _EXAMPLE}), **described(404, "There is no such team")},
)
def read_team(team_id: TeamId, work: WorkDep, response: Response) -> Team:
    """One team as it is today, with its ETag."""
    row = known_team(work, team_id)
    tag(response, row.version)
    return team_of(row)


@router.put(
    "/{team_id}",
    operation_id="change_team",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    responses={
        **answered({"changed": {**_EXAMPLE, "version": 2}}),
        **described(404, "There is no such team"),
        **_TAKEN,
        **NEEDS_IF_MATCH,
    },
)
def put_team(team_id: TeamId, asked: TeamAsked, work: WorkDep, response: Response, if_match: IfMatch = None) -> Team:
    """Changes what is known about a team, or corrects its service; audits keep those that they were allocated in.

    From a day on a team belongs to another service by `/moves`, and to another team by `/merge`.
    """
    with version_read(if_match, "The team") as version:
        row = change_team(work, team_id, TeamFacts(**asked.model_dump()), version=version)
    tag(response, row.version)
    return team_of(row)


def team_of(row: tables.Team) -> Team:
    """A team as answers tell it."""
    return Team(
        id=row.id,
        reference=row.reference,
        name=row.name,
        service_id=row.service_id,
        employer=row.employer,
        contact_email=row.contact_email,
        began_on=row.began_on,
        ended_on=row.ended_on,
        merged_into_id=row.merged_into_id,
        version=row.version,
    )
