"""`/v1/audits/{id}/feedback` and `/v1/earlier-feedback`: what belongs to an earlier practitioner or team (L8)."""

import uuid
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.actors import ActorDep
from api.audits import AuditId
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import Asked, Written
from api.gradings import asks_of
from api.paging import Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries.earlier_feedback import FeedbackKept
from rules.draft_readers import Part
from usecases.contents_read import read_feedback
from usecases.earlier_feedback import (
    FeedbackWritten,
    change_feedback,
    drop_feedback,
    read_what_was_given,
    write_feedback,
)

router = Router("audits", "/v1/audits")
given = Router("audits", "/v1/earlier-feedback")

Kind = Literal["strength", "concern"]
Reference = Annotated[str | None, Field(max_length=200)]
FeedbackId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000021"])]


class FeedbackAsked(Asked):
    """What is said to whom, by reference: an earlier practitioner, an earlier team, or both."""

    kind: Kind
    text: Annotated[Written, Field(examples=["The first assessment has her own words on every page."])]
    to_person: Annotated[Reference, Field(examples=["990023"])] = None
    to_team: Annotated[Reference, Field(examples=["CART"])] = None


class FeedbackTold(BaseModel):
    """One piece of feedback."""

    id: uuid.UUID
    audit: Annotated[str, Field(examples=["PA-2026-0412"])]
    kind: Kind
    text: str
    to_person: str | None
    to_team: str | None
    version: int
    saved_at: datetime
    given_at: Annotated[datetime | None, Field(description="Null for a draft, which its auditor alone reads")]


class FeedbackOfAudit(BaseModel):
    """What an auditor wrote to others; apart from the gradings, and graded against nobody."""

    is_shown: bool
    why_not_shown: ReasonGiven | None
    feedback: list[FeedbackTold]


_FEEDBACK: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000021",
    "audit": "PA-2026-0412",
    "kind": "strength",
    "text": "The first assessment has her own words on every page.",
    "to_person": "990023",
    "to_team": None,
    "version": 1,
    "saved_at": "2026-10-14T15:40:00Z",
    "given_at": None,
}
_NO_FEEDBACK = described(404, "No such audit, or it has no such feedback")
_REFUSED = {**_NO_FEEDBACK, **described(409, "Not in this state of the audit, of your own work, or given already")}


@router.get(
    "/{audit_id}/feedback",
    operation_id="list_feedback_of_audit",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={
        **answered({"a draft": {"is_shown": True, "why_not_shown": None, "feedback": [_FEEDBACK]}}),
        **described(404, "No such audit"),
    },
)
def list_feedback_of_audit(audit_id: AuditId, work: WorkOnRecordDep, actor: ActorDep) -> FeedbackOfAudit:
    """What the auditor wrote to earlier practitioners and teams. Who read it is kept."""
    read, found = read_feedback(work, audit_id, asks_of(actor))
    why_not = read.hidden.get(Part.EARLIER_FEEDBACK)
    return FeedbackOfAudit(
        is_shown=why_not is None,
        why_not_shown=reasons_given([why_not])[0] if why_not else None,
        feedback=[_told(kept) for kept in found],
    )


@router.post(
    "/{audit_id}/feedback",
    operation_id="write_feedback",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses={**answered({"a draft": _FEEDBACK}, HTTPStatus.CREATED), **_REFUSED},
)
def write_this_feedback(audit_id: AuditId, asked: FeedbackAsked, work: WorkDep, response: Response) -> FeedbackTold:
    """Adds a draft. It is given when the audit is issued; then those it is for and their manager read it."""
    return _saved(write_feedback(work, audit_id, _written(asked)), response)


@router.put(
    "/{audit_id}/feedback/{feedback_id}",
    operation_id="change_feedback",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses={**answered({"a draft": _FEEDBACK}), **_REFUSED, **NEEDS_IF_MATCH},
)
def change_this_feedback(
    audit_id: AuditId,
    feedback_id: FeedbackId,
    asked: FeedbackAsked,
    work: WorkDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> FeedbackTold:
    """Writes a draft anew."""
    with version_read(if_match, "The feedback") as version:
        return _saved(change_feedback(work, audit_id, feedback_id, _written(asked), version=version), response)


@router.delete(
    "/{audit_id}/feedback/{feedback_id}",
    operation_id="drop_feedback",
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses={**_REFUSED, **NEEDS_IF_MATCH},
)
def drop_this_feedback(audit_id: AuditId, feedback_id: FeedbackId, work: WorkDep, if_match: IfMatch = None) -> None:
    """Takes a draft back; what was given stays."""
    with version_read(if_match, "The feedback") as version:
        drop_feedback(work, audit_id, feedback_id, version=version)


@given.get(
    "",
    operation_id="list_earlier_feedback",
    dependencies=[requires(Permission.READ_FEEDBACK, is_narrowed=True)],
    response_model=Page[FeedbackTold],
    responses=answered({"one strength": {"items": [{**_FEEDBACK, "given_at": "2026-10-30T14:00:00Z"}], "next": None}}),
)
def list_earlier_feedback(work: WorkOnRecordDep, page: PageDep) -> Page[FeedbackTold]:
    """Feedback on one's own earlier work, and to managers on that of their teams, the newest first. Reading is kept."""
    rows = read_what_was_given(work, page.rows_to_fetch, page.after)
    return page.page(rows, _told, lambda kept: kept.row.id)


def _written(asked: FeedbackAsked) -> FeedbackWritten:
    return FeedbackWritten(asked.kind, asked.text, asked.to_person, asked.to_team)


def _saved(kept: FeedbackKept, response: Response) -> FeedbackTold:
    tag(response, kept.row.version)
    return _told(kept)


def _told(kept: FeedbackKept) -> FeedbackTold:
    row = kept.row
    return FeedbackTold(
        id=row.id,
        audit=kept.audit,
        kind=row.kind,
        text=row.text,
        to_person=kept.person,
        to_team=kept.team,
        version=row.version,
        saved_at=row.saved_at,
        given_at=row.given_at,
    )
