"""`/v1/rules/recipients`: who is told of what, as roles: the matrix of FRAMEWORK section 9. Nothing is stored."""

from collections.abc import Iterator
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import InstallationDep, requires
from api.editions import EditionAsked, edition_used
from api.examples import answered
from api.fields import Asked
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import Router
from api.rules_findings_discussions import GradeAsked
from rules.matrix import WORDS, NoticeEvent, RoleTold, facts_needed, roles_told, stages_known
from rules.matrix_facts import event_facts
from rules.policy.notice_shapes import Channel
from rules.roles import Role

_MOST_RE_AUDITS = 99

router = Router("rules", "/v1/rules")


class EventTold(BaseModel):
    """An event, the facts that decide who is told of it, and its stages if it has some."""

    event: NoticeEvent
    words: Annotated[str, Field(examples=["an audit that was issued"])]
    facts: Annotated[list[str], Field(examples=[["audit_kind", "sequence", "grade"]])]
    stages: list[str]


class EventsTold(BaseModel):
    """Every event that somebody may be told of."""

    edition: str
    events: list[EventTold]


class FactsAsked(Asked):
    """The audit concerned. `GET` says which of these an event needs; what an audit has besides may be given too."""

    audit_kind: Literal["ordinary", "themed", "re_audit"] | None = None
    sequence: Annotated[int | None, Field(ge=0, le=_MOST_RE_AUDITS, strict=True)] = None
    grade: Annotated[GradeAsked | None, Field(description="Null for an audit without an overall grade")] = None
    stage: Annotated[str | None, Field(max_length=60, examples=["D3", "W2"])] = None


class RecipientsAsked(Asked):
    """An event, and the facts that it needs."""

    event: NoticeEvent
    facts: FactsAsked = FactsAsked()


class RoleTelling(BaseModel):
    """A role that is told, and how. `over` says whose manager is meant, where that is the question."""

    role: Role
    channel: Channel
    over: list[Literal["practitioner", "auditor"]]
    reasons: list[ReasonGiven]


class RolesTold(BaseModel):
    """The roles in their own order, each once."""

    edition: str
    roles: list[RoleTelling]


_TOLD_OF_THE_AUDIT = "of an audit that was issued"
_EXAMPLE = {
    "edition": "waltham_forest_2023",
    "roles": [
        {
            "role": "practitioner",
            "channel": "message",
            "over": [],
            "reasons": [{"rule": "L7", "clause": "3.7", "sentence": f"The practitioner is told {_TOLD_OF_THE_AUDIT}."}],
        },
        {
            "role": "head_of_service",
            "channel": "message",
            "over": ["practitioner"],
            "reasons": [
                {
                    "rule": "L7",
                    "clause": "3.7",
                    "sentence": f"The head of service is told {_TOLD_OF_THE_AUDIT}, for it is graded Inadequate.",
                }
            ],
        },
    ],
}
_EVENTS = {
    "edition": "waltham_forest_2023",
    "events": [
        {
            "event": "audit_issued",
            "words": "an audit that was issued",
            "facts": ["audit_kind", "sequence", "grade"],
            "stages": [],
        }
    ],
}


@router.get(
    "/recipients",
    operation_id="list_events_told",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"one of them": _EVENTS}),
)
def list_events_told(asked: Annotated[EditionAsked, Query()], installation: InstallationDep) -> EventsTold:
    """Every event that somebody may be told of, with the facts that decide who."""
    edition = edition_used(installation, asked.edition)
    events = [
        EventTold(
            event=event,
            words=WORDS[event],
            facts=list(facts_needed(event, edition.policy)),
            stages=list(stages_known(event, edition.policy)),
        )
        for event in NoticeEvent
    ]
    return EventsTold(edition=edition.id, events=events)


@router.post(
    "/recipients",
    operation_id="find_who_is_told",
    dependencies=[requires(Permission.READ_RULES)],
    responses=answered({"two of the roles told of an Inadequate audit": _EXAMPLE}),
)
def find_who_is_told(
    asked: RecipientsAsked, named: Annotated[EditionAsked, Query()], installation: InstallationDep
) -> RolesTold:
    """Which roles are told of an event and why. Who holds them on a day is not asked here."""
    edition = edition_used(installation, named.edition)
    facts = event_facts(asked.event, asked.facts.model_dump(exclude_unset=True), edition.policy)
    told = roles_told(asked.event, facts, edition.policy)
    return RolesTold(edition=edition.id, roles=list(_by_role(told)))


def _by_role(told: tuple[RoleTold, ...]) -> Iterator[RoleTelling]:
    """Both sides' managers of one role are one row."""
    for role in Role:
        of_role = [one for one in told if one.role is role]
        if of_role:
            yield RoleTelling(
                role=role,
                channel=of_role[0].channel,
                over=[_side(one.over) for one in of_role if one.over is not role],
                reasons=reasons_given(reason for one in of_role for reason in one.reasons),
            )


def _side(over: Role) -> Literal["practitioner", "auditor"]:
    return "auditor" if over is Role.AUDITOR else "practitioner"
