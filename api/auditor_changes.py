"""`/v1/audits/{id}/auditor` and `/auditor-suggestions`: another auditor takes an audit over, and who may (A4)."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.actors import ActorDep
from api.audit_moves import NO_AUDIT, Note
from api.auditors_audits import AuditorsAudit, describe_to_auditors_line
from api.audits import AUDIT, Audit, AuditId, describe_audit
from api.bearers import Actor
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import Asked, AskedToRecord
from api.permissions import Permission
from api.problems import RequestRefused
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import audit_moves as questions
from db.queries.reaches import EVERYTHING
from usecases.auditor_changes import AuditorsChanged, AuditorsSuggested, change_auditor, suggest_auditors
from usecases.work import Work

router = Router("audits", "/v1/audits")


class NewAuditorAsked(AskedToRecord):
    """Who takes over and why: a code of the policy's `eligibility.auditor_change_reasons`."""

    auditor_id: uuid.UUID
    reason: Annotated[str, Field(min_length=1, max_length=60, examples=["sickness"])]
    note: Note = None
    beyond_service_area: Annotated[
        bool, Field(description="Only when nobody of the service area can; the audit manager, with a note")
    ] = False


class SuggestionsAsked(Asked):
    """Whom to look at."""

    beyond_service_area: Annotated[
        bool, Field(description="All services, when nobody of the auditor's own can; for the audit manager")
    ] = False


class AuditorChanged(BaseModel):
    """The audit with its new auditor; `shortfalls` say who could not be told.

    To the auditor's manager the audit is shown as `/v1/auditors-audits` shows it, and that somebody could not be told
    without saying who.
    """

    audit: Audit | AuditorsAudit
    shortfalls: list[ShortfallTold]


class AuditorSuggested(BaseModel):
    """Somebody who may take over."""

    id: uuid.UUID
    reference: str
    name: str
    service_id: str
    audits: Annotated[int, Field(description="How many they have in this cycle")]
    capacity: int
    has_met: Annotated[
        bool | None,
        Field(description="Met the practitioner less than the policy's months ago; null to the auditor's manager"),
    ]
    reasons: list[ReasonGiven]


class AuditorNotSuggested(ReasonGiven):
    """Somebody who may not take over, and the first rule against it."""

    reference: str


class AuditorSuggestions(BaseModel):
    """Who may take over, the best first, and who was looked at and may not."""

    service_area: Annotated[str | None, Field(description="The service that the present auditor audits for")]
    suggested: list[AuditorSuggested]
    not_suggested: list[AuditorNotSuggested]


_CHANGED = {
    "audit": {
        **AUDIT,
        "version": 2,
        "auditor": "990418",
        "auditor_changes": [
            {
                "earlier": "990402",
                "later": "990418",
                "changed_at": "2026-10-05T08:10:00Z",
                "changed_by": "local administrator",
                "because": "sickness",
                "is_widened": False,
            }
        ],
    },
    "shortfalls": [],
}
_SUGGESTIONS = {
    "service_area": "review",
    "suggested": [
        {
            "id": "0199c0de-7a11-7000-8000-000000000014",
            "reference": "990418",
            "name": "Mina Exampleton",
            "service_id": "review",
            "audits": 0,
            "capacity": 1,
            "has_met": False,
            "reasons": [
                {
                    "rule": "A3",
                    "clause": "—",
                    "sentence": "990418 of review may take PA-2026-0412, is independent and has 0 of at most 1 audits "
                    "in this cycle.",
                }
            ],
        }
    ],
    "not_suggested": [
        {
            "reference": "990421",
            "rule": "A3",
            "clause": "—",
            "sentence": "990421 can't take PA-2026-0412: they are away today.",
        }
    ],
}
_NOT_ALL_TOLD = "Somebody concerned could not be told yet: the audit team sees to it."


@router.post(
    "/{audit_id}/auditor",
    operation_id="change_auditor",
    dependencies=[requires(Permission.CHANGE_AUDITORS, is_narrowed=True)],
    responses={
        **answered({"with another auditor": _CHANGED}),
        **NO_AUDIT,
        **described(
            409, "Issued or withdrawn, or a rule stands against the auditor: A1, A2, A3, or A4 the service area"
        ),
        **NEEDS_IF_MATCH,
    },
)
def change_auditor_of_audit(
    audit_id: AuditId,
    asked: NewAuditorAsked,
    work: WorkDep,
    actor: ActorDep,
    answer: Response,
    *,
    if_match: IfMatch = None,
) -> AuditorChanged:
    """Gives an audit to another auditor of the same service area. Its clocks run on, and none starts anew.

    For the audit team, and for the team manager or head of service of whoever audits; never for the practitioner's.
    """
    with version_read(if_match, "The audit") as version:
        _refuse_widening(actor, asked.beyond_service_area)
        changed = change_auditor(
            work,
            audit_id,
            asked.auditor_id,
            asked.reason,
            asked.note,
            widened=asked.beyond_service_area,
            version=version,
        )
    if not work.reach.is_all:
        return _changed_by_manager(work, audit_id, changed, answer)
    shortfalls = [ShortfallTold(**shortfall) for shortfall in changed.shortfalls]
    return AuditorChanged(audit=describe_audit(work, audit_id, answer), shortfalls=shortfalls)


@router.get(
    "/{audit_id}/auditor-suggestions",
    operation_id="suggest_auditors",
    dependencies=[requires(Permission.CHANGE_AUDITORS, is_narrowed=True)],
    responses={
        **answered({"one who may, and one who may not": _SUGGESTIONS}),
        **NO_AUDIT,
        **described(409, "Issued or withdrawn, or somebody of the service area can take over"),
    },
)
def suggest_auditors_for_audit(
    audit_id: AuditId, asked: Annotated[SuggestionsAsked, Query()], work: WorkDep, actor: ActorDep
) -> AuditorSuggestions:
    """Who may take over: least load, not the first auditor of a re-audit, not met lately, then by the draw's ticket.

    To the auditor's manager the rule against somebody is told in short, and nothing of whose work it is.
    """
    _refuse_widening(actor, asked.beyond_service_area)
    return _suggestions(work, suggest_auditors(work, audit_id, beyond_area=asked.beyond_service_area))


def _changed_by_manager(work: Work, audit_id: uuid.UUID, changed: AuditorsChanged, answer: Response) -> AuditorChanged:
    """What the earlier auditor's line is told, also when the new auditor is of another's."""
    rules = sorted({shortfall["rule"] for shortfall in changed.shortfalls})
    return AuditorChanged(
        audit=describe_to_auditors_line(work, audit_id, answer, EVERYTHING),
        shortfalls=[ShortfallTold(rule=rule, sentence=_NOT_ALL_TOLD) for rule in rules],
    )


def _refuse_widening(actor: Actor, beyond_service_area: bool) -> None:
    """Beyond the service area only the audit manager looks (A4)."""
    if beyond_service_area and not actor.reach_of(Permission.WIDEN_AUDITOR_SEARCH).is_all:
        raise RequestRefused(
            HTTPStatus.FORBIDDEN,
            "not_permitted",
            f"{actor.name} may not look beyond the service area: it needs the permission "
            f"{Permission.WIDEN_AUDITOR_SEARCH.value}. Ask the audit manager.",
        )


def _suggestions(work: Work, found: AuditorsSuggested) -> AuditorSuggestions:
    people = questions.names_of(work.session, [it.candidate.auditor.id for it in found.suggested])
    return AuditorSuggestions(
        service_area=found.area,
        suggested=[
            AuditorSuggested(
                id=people[it.candidate.auditor.id][0],
                reference=it.candidate.auditor.id,
                name=people[it.candidate.auditor.id][1],
                service_id=it.candidate.auditor.service_id,
                audits=it.candidate.load,
                capacity=it.candidate.auditor.capacity,
                has_met=it.candidate.has_met if work.reach.is_all else None,
                reasons=[ReasonGiven.model_validate(reason, from_attributes=True) for reason in it.reasons],
            )
            for it in found.suggested
        ],
        not_suggested=[
            AuditorNotSuggested(reference=candidate.auditor.id, rule=why.rule, clause=why.clause, sentence=why.sentence)
            for candidate, why in found.not_suggested
        ],
    )
