"""Below `/v1/people/{id}/posts`: posts that somebody holds, and who stands in for them from day to day (section 9)."""

import uuid
from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries.post_deputies import deputies_of
from db.tables import organisation as tables
from rules.dated_facts import Period
from usecases.deputies import correct_deputy, name_deputy, withdraw_deputy
from usecases.posts import PostFacts, change_post, give_post
from usecases.work import Work

router = Router("people", "/v1/people/{person_id}/posts")

PersonId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
RecordId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000004"])]


class PostChanged(AskedToRecord):
    """A post: for a team, for a service, or neither for the whole council; the role says which."""

    role: Annotated[str, Field(max_length=64, examples=["team_manager"])]
    team_id: uuid.UUID | None = None
    service_id: Annotated[str | None, Field(max_length=64)] = None
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day in the post")] = None


class PostAsked(PostChanged):
    """A post that is given. Later deputies are named at `/deputies`."""

    deputy_id: Annotated[uuid.UUID | None, Field(description="Who stands in, from the first day of the post")] = None


class DeputyAsked(AskedToRecord):
    """Who stands in from a day on; null for nobody. For a first deputy the day may be unknown."""

    deputy_id: uuid.UUID | None
    began_on: RecordedDate | None = None
    ended_on: Annotated[RecordedDate | None, Field(description="The last day, if it is known")] = None


class DeputyCorrected(AskedToRecord):
    """What should have been on record; what is left out is not known."""

    deputy_id: uuid.UUID
    began_on: RecordedDate | None = None
    ended_on: RecordedDate | None = None


class Deputy(BaseModel):
    """Somebody stands in for the holder of a post on these days, both included; null: unknown, or without end."""

    id: uuid.UUID
    deputy_id: uuid.UUID
    began_on: date | None
    ended_on: date | None
    version: Annotated[int, Field(description="Send it as If-Match to correct it")]


class DeputyNow(BaseModel):
    """What was begun; null when from then on nobody stands in."""

    deputy: Deputy | None


class Post(BaseModel):
    """A post that somebody holds or held. `deputy_id` is today's."""

    id: uuid.UUID
    role: str
    team_id: uuid.UUID | None
    service_id: str | None
    deputy_id: uuid.UUID | None
    deputies: list[Deputy]
    began_on: date | None
    ended_on: date | None
    version: Annotated[int, Field(description="Send it as If-Match to change the post")]


_ID = "0199c0de-7a11-7000-8000-000000000004"
_DEPUTY = {
    "id": "0199c0de-7a11-7000-8000-000000000007",
    "deputy_id": "0199c0de-7a11-7000-8000-000000000005",
    "began_on": "2026-10-05",
    "ended_on": None,
    "version": 1,
}
_POST = {
    "id": _ID,
    "role": "team_manager",
    "team_id": "0199c0de-7a11-7000-8000-000000000002",
    "service_id": None,
    "deputy_id": None,
    "deputies": [_DEPUTY],
    "began_on": "2026-04-01",
    "ended_on": None,
    "version": 1,
}


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


@router.post("", operation_id="give_post", **_changing(_POST, HTTPStatus.CREATED))
def post_post(person_id: PersonId, asked: PostAsked, work: WorkDep, response: Response) -> Post:
    """Gives somebody a post. Two people may hold the same one (job share)."""
    return _answer(work, give_post(work, person_id, PostFacts(**asked.model_dump())), response)


@router.put("/{post_id}", operation_id="change_post", **_changing({**_POST, "version": 2}, HTTPStatus.OK))
def put_post(
    *,
    person_id: PersonId,
    post_id: RecordId,
    asked: PostChanged,
    work: WorkDep,
    response: Response,
    if_match: IfMatch = None,
) -> Post:
    """Ends a post, or corrects it."""
    with version_read(if_match, "The post") as version:
        row = change_post(work, person_id, post_id, PostFacts(**asked.model_dump()), version=version)
    return _answer(work, row, response)


@router.post(
    "/{post_id}/deputies",
    operation_id="name_deputy",
    **_changing({"deputy": _DEPUTY}, HTTPStatus.CREATED),
)
def post_deputy(person_id: PersonId, post_id: RecordId, asked: DeputyAsked, work: WorkDep) -> DeputyNow:
    """From that day on somebody stands in for the holder, or nobody; until the day before whoever did."""
    row = name_deputy(work, person_id, post_id, **asked.model_dump())
    return DeputyNow(deputy=_deputy(row) if row else None)


@router.put(
    "/{post_id}/deputies/{deputyship_id}",
    operation_id="correct_deputy",
    **_changing({**_DEPUTY, "version": 2}, HTTPStatus.OK),
)
def put_deputy(
    *,
    person_id: PersonId,
    post_id: RecordId,
    deputyship_id: RecordId,
    asked: DeputyCorrected,
    work: WorkDep,
    response: Response,
    if_match: IfMatch = None,
) -> Deputy:
    """Corrects who stood in and when, or ends it."""
    with version_read(if_match, "The record") as version:
        row = correct_deputy(work, person_id, post_id, deputyship_id, **asked.model_dump(), version=version)
    tag(response, row.version)
    return _deputy(row)


@router.delete(
    "/{post_id}/deputies/{deputyship_id}",
    operation_id="withdraw_deputy",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.NO_CONTENT,
    responses={**described(404, "There is no such person, post or record"), **NEEDS_IF_MATCH},
)
def delete_deputy(
    *, person_id: PersonId, post_id: RecordId, deputyship_id: RecordId, work: WorkDep, if_match: IfMatch = None
) -> None:
    """They never stood in."""
    with version_read(if_match, "The record") as version:
        withdraw_deputy(work, person_id, post_id, deputyship_id, version)


def post_of(row: tables.Post, deputies: Iterable[tables.PostDeputy], today: date) -> Post:
    """A post as answers tell it."""
    known = list(deputies)
    today_s = (it.person_id for it in known if Period(it.began_on, it.ended_on).holds_on(today))
    return Post(
        id=row.id,
        role=row.role,
        team_id=row.team_id,
        service_id=row.service_id,
        deputy_id=next(today_s, None),
        deputies=[_deputy(it) for it in known],
        began_on=row.began_on,
        ended_on=row.ended_on,
        version=row.version,
    )


def _answer(work: Work, row: tables.Post, response: Response) -> Post:
    tag(response, row.version)
    return post_of(row, deputies_of(work.session, row.id), work.today)


def _deputy(row: tables.PostDeputy) -> Deputy:
    return Deputy(id=row.id, deputy_id=row.person_id, began_on=row.began_on, ended_on=row.ended_on, version=row.version)
