"""`/v1/audit-cycles/{id}/withdraw`, `/cancel`, `/reinstate`: taking a cycle back (S9, P2)."""

from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from api.audit_cycles import AuditCycle, Month, describe_cycle
from api.cycle_example import CYCLE
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import AskedToRecord
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from usecases.cycle_moves import cancel_cycle, reinstate_cycle, withdraw_cycle
from usecases.cycle_overviews import overview_of
from usecases.work import Work

router = Router("audit cycles", "/v1/audit-cycles")


class WhyAsked(AskedToRecord):
    """The reason, which is kept."""

    reason: Annotated[str, Field(min_length=1, max_length=1000, examples=["The extract was last month's"])]


_NO_CYCLE = described(404, "The programme has no cycle in that month, or no such extra one was arranged")
_PLANNED = {**CYCLE, "state": "planned", "opened_at": None, "opened_by": None, "shortfalls": []}
_CANCELLED = {
    **_PLANNED,
    "state": "cancelled",
    "cancelled_at": "2026-09-28T10:00:00Z",
    "cancelled_by": "local administrator",
    "cancelled_because": "The director moves it behind the inspection",
}


@router.post(
    "/{month}/withdraw",
    operation_id="withdraw_audit_cycle",
    dependencies=[requires(Permission.WITHDRAW_CYCLES)],
    responses={
        **answered({"planned again": _PLANNED}),
        **_NO_CYCLE,
        **described(409, "Not open, after its first day, or an audit has begun"),
        **NEEDS_IF_MATCH,
    },
)
def withdraw_audit_cycle(
    month: Month, asked: WhyAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditCycle:
    """Takes an opening back on its first day: the draw and its audits are kept as withdrawn, whoever was told is told.

    From a new extract it can be drawn and opened anew, with another seed and other references.
    """
    with version_read(if_match, "The cycle") as version:
        withdraw_cycle(work, month, asked.reason, version=version)
    return _answer(work, month, response)


@router.post(
    "/{month}/cancel",
    operation_id="cancel_audit_cycle",
    dependencies=[requires(Permission.CANCEL_CYCLES)],
    responses={
        **answered({"cancelled": _CANCELLED}),
        **_NO_CYCLE,
        **described(409, "It has opened, or its last day has passed"),
        **NEEDS_IF_MATCH,
    },
)
def cancel_audit_cycle(
    month: Month, asked: WhyAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditCycle:
    """Says with the director's reason that a cycle will not open. Cancelled again it stays as it is."""
    with version_read(if_match, "The cycle") as version:
        cancel_cycle(work, month, asked.reason, version=version)
    return _answer(work, month, response)


@router.post(
    "/{month}/reinstate",
    operation_id="reinstate_audit_cycle",
    dependencies=[requires(Permission.CANCEL_CYCLES)],
    responses={
        **answered({"planned again": _PLANNED}),
        **_NO_CYCLE,
        **described(409, "It is not cancelled, or its last day has passed"),
        **NEEDS_IF_MATCH,
    },
)
def reinstate_audit_cycle(
    month: Month, asked: WhyAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditCycle:
    """Plans a cancelled cycle again, with a reason."""
    with version_read(if_match, "The cycle") as version:
        reinstate_cycle(work, month, asked.reason, version=version)
    return _answer(work, month, response)


def _answer(work: Work, month: str, response: Response) -> AuditCycle:
    return AuditCycle(**describe_cycle(work, overview_of(work, month), response))
