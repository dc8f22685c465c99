"""Below `/v1/teams/{id}`: moves to another service and merging into another team, from a day on (P4)."""

import uuid
from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.tables.organisation import TeamPlacement
from usecases.team_changes import correct_move, merge_team, move_team

router = Router("teams", "/v1/teams/{team_id}")

TeamId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000002"])]


class TeamMove(AskedToRecord):
    """The service that a team belongs to, and the first day of that."""

    service_id: Annotated[str, Field(max_length=64, examples=["review"])]
    moved_on: RecordedDate


class TeamMerge(AskedToRecord):
    """The team that this one becomes part of, and the first day of that."""

    into_id: uuid.UUID
    merged_on: RecordedDate


class Placement(BaseModel):
    """A team belonged to a service on these days, both included; null: unknown, or without end."""

    id: uuid.UUID
    service_id: str
    began_on: date | None
    ended_on: date | None
    version: Annotated[int, Field(description="Send it as If-Match to correct the move that this began with")]


class Placements(BaseModel):
    """A team's services over time."""

    items: list[Placement]


class MergedTeam(BaseModel):
    """What became of a team that was merged."""

    team_id: uuid.UUID
    merged_into_id: uuid.UUID
    ended_on: Annotated[date, Field(description="Its last day by itself")]
    people_moved: int
    posts_ended: int
    duties_moved: Annotated[
        int, Field(description="Open duties of its managers that the other team's manager owes now")
    ]


_MOVED = {
    "items": [
        {
            "id": "0199c0de-7a11-7000-8000-000000000008",
            "service_id": "home_first",
            "began_on": None,
            "ended_on": "2026-10-31",
            "version": 2,
        },
        {
            "id": "0199c0de-7a11-7000-8000-000000000009",
            "service_id": "review",
            "began_on": "2026-11-01",
            "ended_on": None,
            "version": 1,
        },
    ]
}
_MERGED = {
    "team_id": "0199c0de-7a11-7000-8000-000000000002",
    "merged_into_id": "0199c0de-7a11-7000-8000-00000000000a",
    "ended_on": "2026-10-31",
    "people_moved": 18,
    "posts_ended": 1,
    "duties_moved": 0,
}
_CHANGES = [requires(Permission.CHANGE_ORGANISATION)]
_NOT_THERE = described(404, "There is no such team or move")


@router.post(
    "/moves",
    operation_id="move_team",
    dependencies=_CHANGES,
    status_code=HTTPStatus.CREATED,
    responses={
        **answered({"moved": _MOVED}, HTTPStatus.CREATED),
        **_NOT_THERE,
        **described(409, "It belongs there already, or has ended"),
    },
)
def post_team_move(team_id: TeamId, asked: TeamMove, work: WorkDep) -> Placements:
    """From that day on the team belongs to another service; audits keep the one they were allocated in."""
    return _placements(move_team(work, team_id, asked.service_id, asked.moved_on))


@router.put(
    "/moves/{placement_id}",
    operation_id="correct_team_move",
    dependencies=_CHANGES,
    responses={**answered({"corrected": _MOVED}), **_NOT_THERE, **NEEDS_IF_MATCH},
)
def put_team_move(
    *,
    team_id: TeamId,
    placement_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000009"])],
    asked: TeamMove,
    work: WorkDep,
    if_match: IfMatch = None,
) -> Placements:
    """The team moved on another day, or to another service, than is on record."""
    with version_read(if_match, "The move") as version:
        return _placements(correct_move(work, team_id, placement_id, **asked.model_dump(), version=version))


@router.post(
    "/merge",
    operation_id="merge_team",
    dependencies=_CHANGES,
    responses={
        **answered({"merged": _MERGED}),
        **_NOT_THERE,
        **described(409, "It was merged before, or one of the two has ended"),
    },
)
def post_team_merge(team_id: TeamId, asked: TeamMerge, work: WorkDep) -> MergedTeam:
    """From that day on the team is part of another: its people belong there, its posts have ended, and open duties are
    those of the other team's manager. Audits keep the team that they were allocated in."""
    merged = merge_team(work, team_id, asked.into_id, asked.merged_on)
    assert merged.team.ended_on is not None
    return MergedTeam(
        team_id=team_id,
        merged_into_id=asked.into_id,
        ended_on=merged.team.ended_on,
        people_moved=merged.people_moved,
        posts_ended=merged.posts_ended,
        duties_moved=merged.duties_moved,
    )


def _placements(rows: Iterable[TeamPlacement]) -> Placements:
    return Placements(items=[Placement.model_validate(row, from_attributes=True) for row in rows])
