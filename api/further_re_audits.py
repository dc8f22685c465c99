"""`/v1/audits/{id}/further-re-audit`: whether work that was re-audited is audited once more (R2)."""

import uuid
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator
from starlette.responses import Response

from api.acting_roles import reaches_by_role
from api.actors import ActorDep
from api.audits import AuditId
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import Asked, RecordedDate, Written, shown_as
from api.moves_made import ERRORS, EXAMPLE, MoveMade, make_move, move_made
from api.permissions import Permission
from api.routers import Router
from db.queries.reaches import Reach
from rules.audit_events import Event
from rules.audit_facts import Asked as FactsAsked
from rules.roles import Role
from usecases.audit_life import Move
from usecases.re_audit_orders import order_re_audit

router = Router("audits", "/v1/audits")

_Why = Annotated[Written, Field(examples=["Every action of the plan is done, and the record shows it."])]
_ANSWERED = {**answered({"a move": EXAMPLE}), **ERRORS}


class FurtherReAuditAsked(Asked):
    """What is decided of a further re-audit (R2)."""

    model_config = shown_as(
        {"decision": "waived", "reason": "Every action of the plan is done, and the record shows it."},
        {"decision": "ordered", "reason": "The same was found twice.", "decided_on": "2027-06-01"},
    )

    decision: Annotated[
        Literal["waived", "ordered"],
        Field(
            description="`waived`: none follows, as the re-auditor advised; `ordered`: by the director's word",
            examples=["waived"],
        ),
    ]
    reason: _Why
    decided_by_id: Annotated[
        uuid.UUID | None,
        Field(description="Of `ordered`: who decided, the director or who took their place; left out by themselves"),
    ] = None
    decided_on: Annotated[
        RecordedDate | None,
        Field(description="Of `ordered`: the day of the decision, not before the report was issued; else today"),
    ] = None

    @model_validator(mode="after")
    def _of_an_order(self) -> "FurtherReAuditAsked":
        if self.decision == "waived" and (self.decided_by_id or self.decided_on):
            raise ValueError("`decided_by_id` and `decided_on` go with `ordered`: leave them out of `waived`")
        return self


class ReasonAsked(Asked):
    """Why."""

    reason: _Why


@router.post(
    "/{audit_id}/further-re-audit/advice",
    operation_id="advise_against_re_audit",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses=_ANSWERED,
)
def advise_against_re_audit(
    audit_id: AuditId, asked: ReasonAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The re-auditor says, with a reason, that no further re-audit should follow; the audit manager decides (R2)."""
    wanted = _reasoned(Event.FURTHER_RE_AUDIT_ADVISED_AGAINST, asked.reason)
    return make_move(work, audit_id, wanted, if_match, response)


@router.post(
    "/{audit_id}/further-re-audit",
    operation_id="decide_on_re_audit",
    dependencies=[requires(Permission.ORDER_RE_AUDITS)],
    responses=_ANSWERED,
)
def decide_on_re_audit(
    audit_id: AuditId,
    asked: FurtherReAuditAsked,
    *,
    work: WorkDep,
    actor: ActorDep,
    response: Response,
    if_match: IfMatch = None,
) -> MoveMade:
    """The audit manager agrees that none follows, or the director orders a further one (R2).

    The audit manager may record what the director decided.
    """
    reaches = reaches_by_role(actor)
    if asked.decision == "waived":
        wanted = _reasoned(Event.FURTHER_RE_AUDIT_WAIVED, asked.reason, reaches)
        return make_move(work, audit_id, wanted, if_match, response)
    with version_read(if_match, "The audit") as version:
        ordered = order_re_audit(
            work,
            audit_id,
            asked.reason,
            decided_by_id=asked.decided_by_id,
            decided_on=asked.decided_on,
            reaches=reaches,
            version=version,
        )
    return move_made(ordered, response)


def _reasoned(event: Event, reason: str, reaches: Mapping[Role, Reach] | None = None) -> Move:
    return Move(
        event=event, asked=FactsAsked(reason=reason, has_text=True), written={"reason": reason}, reaches=reaches
    )
