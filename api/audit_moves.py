"""`/v1/audits/{id}/withdraw` and `/replace`: an audit is withdrawn, and another may take its place (S9)."""

from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.responses import Response

from api.audits import AUDIT, Audit, AuditId, describe_audit
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import AskedToRecord
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import NEEDS_IF_MATCH, Router, described
from usecases.audit_moves import AuditMoved, replace_audit, withdraw_audit
from usecases.work import Work

router = Router("audits", "/v1/audits")

Note = Annotated[str | None, Field(max_length=1000, description="In words; kept with the record, never in a message")]


class MoveAsked(AskedToRecord):
    """Why: a code of the policy's `selection.withdrawal_reasons`."""

    reason: Annotated[str, Field(min_length=1, max_length=60, examples=["case_closed"])]
    note: Note = None


class PassedOver(ReasonGiven):
    """A reserve who could not be audited on the day, and the rule against it."""

    case_id: str
    practitioner_id: str
    team_id: str


class AuditMovedTold(BaseModel):
    """The withdrawn audit, and what takes its place."""

    audit: Audit
    replacement: Annotated[Audit | None, Field(description="Null where nobody takes its place")]
    passed_over: Annotated[list[PassedOver], Field(description="Reserves before the one that was taken, in order")]
    shortfalls: list[ShortfallTold]


_WITHDRAWN: dict[str, Any] = {
    **AUDIT,
    "state": "withdrawn",
    "version": 2,
    "withdrawn_at": "2026-10-07T09:30:00Z",
    "withdrawn_by": "local administrator",
    "withdrawn_because": "case_closed",
}
_REPLACEMENT: dict[str, Any] = {
    **AUDIT,
    "id": "0199c0de-7a11-7000-8000-000000000013",
    "reference": "PA-2026-0431",
    "case_reference": "SYN-000977",
    "practitioner": "990023",
    "allocated_on": "2026-10-07",
    "replaces": "PA-2026-0412",
}
_PASSED_OVER = {
    "rule": "S2",
    "clause": "2",
    "sentence": "Practitioner 990019 has an audit in this month, PA-2026-0420: nobody has two.",
    "case_id": "SYN-000633",
    "practitioner_id": "990019",
    "team_id": "CART",
}
NO_AUDIT = described(404, "No such audit")


@router.post(
    "/{audit_id}/withdraw",
    operation_id="withdraw_audit",
    dependencies=[requires(Permission.WITHDRAW_AUDITS)],
    responses={
        **answered({"withdrawn": {"audit": _WITHDRAWN, "replacement": None, "passed_over": [], "shortfalls": []}}),
        **NO_AUDIT,
        **described(409, "Its report is submitted, or it was withdrawn before"),
        **NEEDS_IF_MATCH,
    },
)
def withdraw_this_audit(
    audit_id: AuditId, asked: MoveAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditMovedTold:
    """Withdraws an audit for a reason that the policy lists; nobody takes its place. Whoever acts on it is told."""
    with version_read(if_match, "The audit") as version:
        moved = withdraw_audit(work, audit_id, asked.reason, asked.note, version=version)
    return _moved(work, moved, response)


@router.post(
    "/{audit_id}/replace",
    operation_id="replace_audit",
    dependencies=[requires(Permission.WITHDRAW_AUDITS)],
    responses={
        **answered(
            {
                "replaced": {
                    "audit": {**_WITHDRAWN, "replaced_by": "PA-2026-0431"},
                    "replacement": _REPLACEMENT,
                    "passed_over": [_PASSED_OVER],
                    "shortfalls": [],
                }
            }
        ),
        **NO_AUDIT,
        **described(409, "Its report is submitted or was due, it is a re-audit, or it was withdrawn before"),
        **NEEDS_IF_MATCH,
    },
)
def replace_this_audit(
    audit_id: AuditId, asked: MoveAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> AuditMovedTold:
    """Withdraws an audit, and the next in the draw's order who is still eligible today takes its place.

    The dates are those of the cycle. Where nobody can, the audit stays withdrawn and the cycle has a shortfall.
    """
    with version_read(if_match, "The audit") as version:
        moved = replace_audit(work, audit_id, asked.reason, asked.note, version=version)
    return _moved(work, moved, response)


def _moved(work: Work, moved: AuditMoved, response: Response) -> AuditMovedTold:
    made = moved.replacement
    return AuditMovedTold(
        audit=describe_audit(work, moved.withdrawn.id, response),
        replacement=describe_audit(work, made.id) if made else None,
        passed_over=[
            PassedOver(
                case_id=reserve.case_id,
                practitioner_id=reserve.practitioner_id,
                team_id=reserve.team_id,
                rule=why.rule,
                clause=why.clause,
                sentence=why.sentence,
            )
            for reserve, why in moved.passed_over
        ],
        shortfalls=[ShortfallTold(**shortfall) for shortfall in moved.shortfalls],
    )
