"""`/v1/post-holders`: who had a role on a day, who took it instead, and why (P4, section 9)."""

import uuid
from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import IsoDate
from api.named_people import NAMED_EXAMPLE, NamedPeople, named
from api.permissions import Permission
from api.reasons import ReasonGiven
from api.routers import Router, described
from rules.decisions import Reason
from rules.roles import Role
from usecases.post_holders import AskedFor, role_on_the_day

router = Router("people", "/v1/post-holders")


class Holder(BaseModel):
    """Somebody in the post on the day."""

    person_id: uuid.UUID
    is_away: Annotated[bool, Field(description="Absent on the day, gone, or not there yet")]
    stands_in_id: Annotated[uuid.UUID | None, Field(description="Named by the absence")]
    deputy_id: Annotated[uuid.UUID | None, Field(description="The post's deputy on the day")]


class TakenAs(BaseModel):
    """The post in which the role was taken: what was asked for, or the next one up."""

    role: str
    scope: Annotated[str | None, Field(description="The id of its team or service; null for the whole council")]


class RoleTaken(BaseModel):
    """Who held a role on a day and who took its duties. `taken_by` is empty when nobody could, all the way up."""

    on: date
    role: str
    holders: Annotated[list[Holder], Field(description="Empty: the post was vacant")]
    taken_by: list[uuid.UUID]
    taken_as: TakenAs | None
    because: Annotated[ReasonGiven | None, Field(description="Why it was not the holders; null: it was")]
    warnings: list[ReasonGiven]
    people: NamedPeople


_EXAMPLE = {
    "on": "2026-03-03",
    "role": "team_manager",
    "holders": [
        {
            "person_id": "0199c0de-7a11-7000-8000-000000000003",
            "is_away": True,
            "stands_in_id": None,
            "deputy_id": "0199c0de-7a11-7000-8000-000000000005",
        }
    ],
    "taken_by": ["0199c0de-7a11-7000-8000-000000000005"],
    "taken_as": {"role": "team_manager", "scope": "0199c0de-7a11-7000-8000-000000000002"},
    "because": {
        "rule": "N1",
        "clause": "3.7",
        "sentence": "The team manager of CART is away, so the deputy is told instead.",
    },
    "warnings": [],
    "people": [
        NAMED_EXAMPLE,
        {"id": "0199c0de-7a11-7000-8000-000000000005", "reference": "SYN-M055", "name": "Bilal Fictionby"},
    ],
}


@router.get(
    "",
    operation_id="read_role_on_the_day",
    dependencies=[requires(Permission.READ_ORGANISATION)],
    responses={**answered({"a deputy": _EXAMPLE}), **described(404, "There is no such person, team or service")},
)
def read_role_on_the_day(
    *,
    work: WorkDep,
    role: Annotated[Role, Query(description="A post, or `line_manager`", examples=["team_manager"])],
    on: Annotated[IsoDate | None, Query(description="The day; by default today")] = None,
    person_id: Annotated[
        uuid.UUID | None, Query(description="Whose: the line above this person, who is not in it")
    ] = None,
    team_id: Annotated[uuid.UUID | None, Query(description="Whose: the line above this team")] = None,
    service_id: Annotated[str | None, Query(max_length=64, description="Whose: of this service")] = None,
    concerned: Annotated[
        list[uuid.UUID] | None, Query(max_length=20, description="People whose own work it is: they never take it")
    ] = None,
) -> RoleTaken:
    """Who was team manager (or any other role) on 3 March by what is on record now, who took it, and why."""
    day = on or work.today
    asked = AskedFor(person_id, team_id, service_id, tuple(concerned or ()))
    found = role_on_the_day(work, role, day, asked)
    holders = [Holder.model_validate(it, from_attributes=True) for it in found.holders]
    taken_by = [uuid.UUID(person) for person in found.taken_by]
    in_the_post = (person for it in holders for person in (it.person_id, it.stands_in_id, it.deputy_id))
    return RoleTaken(
        on=day,
        role=role.value,
        holders=holders,
        taken_by=taken_by,
        taken_as=TakenAs(role=found.taken_as[0], scope=found.taken_as[1] or None) if found.taken_as else None,
        because=_given(found.because) if found.because else None,
        warnings=[_given(warning) for warning in found.warnings],
        people=named(work, (*in_the_post, *taken_by)),
    )


def _given(reason: Reason) -> ReasonGiven:
    return ReasonGiven(rule=reason.rule, clause=reason.clause, sentence=reason.sentence)
