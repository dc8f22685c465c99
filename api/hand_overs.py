"""`/v1/people/{id}/hand-over`: everything that somebody holds, handed over when they leave (P4, A4, S9)."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.permissions import Permission
from api.reasons import ReasonGiven
from api.routers import Router, described
from rules.hand_overs import Holding, Outcome
from usecases.hand_overs import HandedOver, HandOver, hand_over

router = Router("people", "/v1/people/{person_id}")


class HandOverAsked(AskedToRecord):
    """The last day, who takes over, and for single items who else. A dry run says what would be done, and the keys."""

    last_day_on: Annotated[RecordedDate, Field(description="Their last day; everything changes hands the day after")]
    successor_id: Annotated[uuid.UUID | None, Field(description="Who takes everything; null: nobody")] = None
    successors: Annotated[
        dict[str, uuid.UUID | None],
        Field(max_length=1000, description="Who else takes an item, by its key; null: nobody", default_factory=dict),
    ]
    audit_reason: Annotated[
        str | None,
        Field(
            max_length=100, description="Why audits get another auditor (A4), as the policy words it", examples=["left"]
        ),
    ] = None
    note: Annotated[str | None, Field(max_length=2000)] = None
    dry_run: Annotated[bool, Field(description="Say what would be done, and do nothing")] = False


class ItemHandedOver(BaseModel):
    """One thing that they hold after that day, what becomes of it, and why."""

    key: Annotated[str, Field(examples=["post:0199c0de-7a11-7000-8000-000000000004"])]
    holding: Holding
    outcome: Outcome
    successor_id: uuid.UUID | None
    reason: ReasonGiven


class HandOverDone(BaseModel):
    """Every item, in the order in which it was gone through. Empty: nothing is left to hand over."""

    dry_run: bool
    items: list[ItemHandedOver]


_EXAMPLE = {
    "dry_run": True,
    "items": [
        {
            "key": "post:0199c0de-7a11-7000-8000-000000000004",
            "holding": "post",
            "outcome": "passes_on",
            "successor_id": "0199c0de-7a11-7000-8000-000000000005",
            "reason": {
                "rule": "P4",
                "clause": "3",
                "sentence": "Team manager of CART: passes to 990014 on Monday 2 November 2026.",
            },
        }
    ],
}


@router.post(
    "/hand-over",
    operation_id="hand_over",
    dependencies=[requires(Permission.CHANGE_ORGANISATION)],
    status_code=HTTPStatus.OK,
    responses={
        **answered({"a dry run": _EXAMPLE}),
        **described(404, "There is nobody with this id"),
        **described(409, "A successor leaves by then too"),
    },
)
def post_hand_over(
    person_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])],
    asked: HandOverAsked,
    work: WorkDep,
) -> HandOverDone:
    """Lists all that somebody holds and hands it over: posts, deputyships, people they manage, audits and duties.

    All or nothing; asked again, nothing is done twice. Audits that can't pass on by A1, A2 and A4, and audits of the
    leaver's own work (S9), become tasks for the audit team.
    """
    done = hand_over(work, person_id, HandOver(**asked.model_dump(exclude={"dry_run"})), dry_run=asked.dry_run)
    return HandOverDone(dry_run=asked.dry_run, items=[_item(it) for it in done])


def _item(item: HandedOver) -> ItemHandedOver:
    reason = item.reason
    return ItemHandedOver(
        key=item.key,
        holding=item.holding,
        outcome=item.outcome,
        successor_id=item.successor_id,
        reason=ReasonGiven(rule=reason.rule, clause=reason.clause, sentence=reason.sentence),
    )
