"""`/v1/posts`: who holds which post on a day, today or on 3 March, and who stands in for them (P4, section 9)."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import IsoDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries import organisation
from db.queries.organisation import Holder
from rules.roles import Role

router = Router("people", "/v1/posts")


class PostHolder(BaseModel):
    """A post, its holder on the day, and the deputy, who acts while the holder is away."""

    id: uuid.UUID
    on: date
    role: str
    team_id: Annotated[uuid.UUID | None, Field(description="Null for a service's or the council's post")]
    service_id: Annotated[str | None, Field(description="Null for a team's or the council's post")]
    person_id: uuid.UUID
    person_is_away: Annotated[bool, Field(description="Absent on the day, gone, or not there yet")]
    deputy_id: uuid.UUID | None
    deputy_is_away: bool


_EXAMPLE = {
    "id": "0199c0de-7a11-7000-8000-000000000004",
    "on": "2026-03-03",
    "role": "team_manager",
    "team_id": "0199c0de-7a11-7000-8000-000000000002",
    "service_id": None,
    "person_id": "0199c0de-7a11-7000-8000-000000000003",
    "person_is_away": True,
    "deputy_id": "0199c0de-7a11-7000-8000-000000000005",
    "deputy_is_away": False,
}


@router.get(
    "",
    operation_id="list_post_holders",
    dependencies=[requires(Permission.READ_ORGANISATION, is_narrowed=True)],
    responses=answered({"one post": {"items": [_EXAMPLE], "next": None}}),
)
def list_post_holders(
    *,
    work: WorkDep,
    page: PageDep,
    on: Annotated[IsoDate | None, Query(description="The day; by default today")] = None,
    role: Annotated[Role | None, Query(description="Only posts of this role")] = None,
    team_id: Annotated[uuid.UUID | None, Query(description="Only posts for this team")] = None,
    service_id: Annotated[str | None, Query(max_length=64, description="Only posts for this service")] = None,
) -> Page[PostHolder]:
    """The posts that somebody held on that day, in the order in which they were given. A vacant post is not listed."""
    day = on or work.today
    rows = organisation.holders_on(
        work.session,
        day,
        role=role.value if role else None,
        team_id=team_id,
        service_id=service_id,
        after=page.after,
        limit=page.rows_to_fetch,
        reach=work.reach,
    )
    return page.page(rows, lambda row: _holder(row, day), lambda row: row.post_id)


def _holder(row: Holder, day: date) -> PostHolder:
    return PostHolder(
        id=row.post_id,
        on=day,
        role=row.role,
        team_id=row.team_id,
        service_id=row.service_id,
        person_id=row.person_id,
        person_is_away=row.is_away,
        deputy_id=row.deputy_id,
        deputy_is_away=row.deputy_is_away,
    )
