"""What was so of a team, a person or a post, with its days: `/history` (P4)."""

import uuid
from datetime import date
from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import IsoDate
from api.named_people import NAMED_EXAMPLE, NamedPeople, named
from api.permissions import Permission
from api.routers import Router, described
from db.queries import organisation_history
from db.queries.organisation_history import DatedFact
from rules.dated_facts import Period
from rules.roles import Role
from usecases.organisation_checks import known_person, known_service, known_team, refuse
from usecases.posts import PostFacts, scope_problems
from usecases.work import Work

router = Router("people", "/v1")

Kind = Literal["line_managed", "team_member", "post", "deputy", "auditor", "absent", "of_service", "merged"]
On = Annotated[IsoDate | None, Query(description="Only what held on this day")]


class Fact(BaseModel):
    """Something that held on these days, both included; null: unknown, or without end."""

    kind: Annotated[
        Kind,
        Field(
            description="What the person was: `line_managed` by the other, `team_member`, holder of a `post`, `deputy` "
            "of the other, `auditor`, or `absent` with the other standing in. What the team was: `of_service`, or "
            "`merged` into another one"
        ),
    ]
    id: Annotated[uuid.UUID, Field(description="Of the record, to correct it")]
    person_id: uuid.UUID | None
    other_id: uuid.UUID | None
    role: str | None
    team_id: uuid.UUID | None
    service_id: str | None
    into_team_id: uuid.UUID | None
    began_on: date | None
    ended_on: date | None


class History(BaseModel):
    """Dated facts, the earliest first; those of unknown beginning come before all others."""

    items: list[Fact]
    people: NamedPeople


_FACT = {
    "kind": "post",
    "id": "0199c0de-7a11-7000-8000-000000000004",
    "person_id": "0199c0de-7a11-7000-8000-000000000003",
    "other_id": None,
    "role": "team_manager",
    "team_id": "0199c0de-7a11-7000-8000-000000000002",
    "service_id": None,
    "into_team_id": None,
    "began_on": "2024-04-01",
    "ended_on": "2026-06-30",
}
_READS = [requires(Permission.READ_ORGANISATION, is_narrowed=True)]
_HISTORY = answered({"a post that has ended": {"items": [_FACT], "people": [NAMED_EXAMPLE]}})


@router.get(
    "/teams/{team_id}/history",
    operation_id="read_team_history",
    dependencies=_READS,
    responses={**_HISTORY, **described(404, "There is no such team")},
)
def read_team_history(
    team_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000002"])],
    work: WorkDep,
    on: On = None,
) -> History:
    """A team's services, managers, deputies and members over time, and which teams became one with it."""
    known_team(work, team_id)
    return _answer(work, organisation_history.history_of_team(work.session, team_id), on)


@router.get(
    "/people/{person_id}/history",
    operation_id="read_person_history",
    dependencies=_READS,
    responses={**_HISTORY, **described(404, "There is nobody with this id")},
)
def read_person_history(
    person_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])],
    work: WorkDep,
    on: On = None,
) -> History:
    """What somebody was over time, and was to others: whom they managed and for whom they stood in."""
    known_person(work, person_id)
    return _answer(work, organisation_history.history_of_person(work.session, person_id), on)


@router.get(
    "/posts/history",
    operation_id="read_post_history",
    dependencies=[requires(Permission.READ_ORGANISATION)],
    responses={
        **_HISTORY,
        **described(404, "There is no such team or service"),
    },
)
def read_post_history(
    *,
    work: WorkDep,
    role: Annotated[Role, Query(description="The post's role", examples=["team_manager"])],
    team_id: Annotated[uuid.UUID | None, Query(description="For a team's post")] = None,
    service_id: Annotated[str | None, Query(max_length=64, description="For a service's post")] = None,
    on: On = None,
) -> History:
    """Who held a post over time and who stood in: of a team, of a service or of the whole council."""
    refuse(scope_problems(PostFacts(role.value, team_id, service_id)))
    if team_id is not None:
        known_team(work, team_id)
    if service_id is not None:
        known_service(work, service_id)
    return _answer(work, organisation_history.history_of_post(work.session, role.value, team_id, service_id), on)


def _answer(work: Work, facts: list[DatedFact], on: date | None) -> History:
    wanted = [fact for fact in facts if on is None or Period(fact.began_on, fact.ended_on).holds_on(on)]
    return History(
        items=[Fact(**fact._asdict()) for fact in wanted],
        people=named(work, (person for fact in wanted for person in (fact.person_id, fact.other_id))),
    )
