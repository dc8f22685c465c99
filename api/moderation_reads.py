"""`/v1/moderation-rounds/audits/{id}`: its timeline, what can be done now, and the template as a file (M3, M4)."""

import uuid
from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel
from starlette.responses import Response

from api.actors import ActorDep
from api.bearers import Actor
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.moderated_contents import ModeratedId, State
from api.moderation_examples import MOVES, TIMELINE
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.report_files import NO_PDF, Page, PdfFile, answer_file, answer_pdf, shown_file
from api.routers import Router, described
from api.timeline_entries import TimelineLine
from reports.audit_report_html import content_security_policy
from reports.report_files import Medium
from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.regrades import OF_THE_MODERATOR, ModerationEvent
from usecases.moderated_audits import allowed_moves
from usecases.moderation_steps import ONE
from usecases.moderation_templates import read_template
from usecases.moderation_timelines import moderation_timeline
from usecases.trail import Entry, record

router = Router("moderation", "/v1/moderation-rounds/audits")

_NOT_THERE = described(404, "No such moderated audit, or not for whoever asks")
_REQUESTS = {
    ModerationEvent.MODERATOR_REPLACED: "POST {}/moderator",
    ModerationEvent.REGRADE_SAVED: "PUT {}/regrade",
    ModerationEvent.AUDITOR_MET: "POST {}/auditor-meeting",
    ModerationEvent.FEEDBACK_GIVEN: "POST {}/written-feedback",
    ModerationEvent.MODERATION_CLOSED: "POST {}/closure",
}


class MoveOfModeration(BaseModel):
    """Something that may happen to it; `why_not` has every reason against it, as things stand or for whoever asks."""

    event: str
    is_allowed: bool
    why_not: list[ReasonGiven]
    request: str


class MovesOfModeration(BaseModel):
    """Everything that may happen to it, for whoever asks, today."""

    id: uuid.UUID
    reference: str
    state: State
    version: int
    moves: list[MoveOfModeration]


class ModerationEntry(TimelineLine):
    """One date or step of a moderation."""

    kind: Literal["drawn", "step", "filed", "clock"]


class ModerationTimeline(BaseModel):
    """A moderation from its draw, the oldest first."""

    id: uuid.UUID
    reference: str
    state: State
    entries: list[ModerationEntry]


@router.get(
    "/{moderated_id}/allowed-moves",
    operation_id="list_allowed_moves_of_moderation",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    responses={**answered({"just drawn": MOVES}), **_NOT_THERE},
)
def list_allowed_moves_of_moderation(
    moderated_id: ModeratedId, work: WorkDep, actor: ActorDep, response: Response
) -> MovesOfModeration:
    """What may happen to it now, and whether by whoever asks."""
    it, moves = allowed_moves(work, moderated_id)
    tag(response, it.row.version)
    own = f"/v1/moderation-rounds/audits/{moderated_id}"
    return MovesOfModeration(
        id=moderated_id,
        reference=it.audit.reference,
        state=it.row.state,
        version=it.row.version,
        moves=[
            MoveOfModeration(
                event=event,
                is_allowed=not against,
                why_not=reasons_given(against),
                request=_REQUESTS[event].format(own),
            )
            for event, why_not in moves.items()
            for against in ([*why_not, *_not_theirs(actor, event, it.row.moderator_id, work.policy)],)
        ],
    )


def _not_theirs(
    actor: Actor, event: ModerationEvent, moderator_id: uuid.UUID | None, policy: Policy
) -> Iterator[Reason]:
    """Why it is not for whoever asks: it is its moderator's own, or for whoever draws."""
    if event not in OF_THE_MODERATOR:
        if not actor.reach_of(Permission.DRAW_MODERATION).is_all:
            yield policy.reason("M2", "It is for the audit team.")
        return
    reach = actor.reach_of(Permission.MODERATE)
    if not (reach.is_all or (reach.relations and moderator_id in reach.standing.selves)):
        yield policy.reason("M3", "It is for its moderator.")


@router.get(
    "/{moderated_id}/timeline",
    operation_id="read_moderation_timeline",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    responses={**answered({"just drawn": TIMELINE}), **_NOT_THERE},
)
def read_moderation_timeline(moderated_id: ModeratedId, work: WorkOnRecordDep) -> ModerationTimeline:
    """Why it was drawn, what happened since and what is due. Who read it is kept."""
    it, lines = moderation_timeline(work, moderated_id)
    record(work, Entry((ONE, str(moderated_id)), "timeline_read", rule="C4"))
    return ModerationTimeline(
        id=moderated_id,
        reference=it.audit.reference,
        state=it.row.state,
        entries=[ModerationEntry.model_validate(line, from_attributes=True) for line in lines],
    )


@router.get(
    "/{moderated_id}/template.html",
    operation_id="read_moderation_template_as_html",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    response_class=Page,
    responses={200: shown_file("The template, as one page without script", Page, "<!DOCTYPE html>…"), **_NOT_THERE},
)
def read_moderation_template_as_html(moderated_id: ModeratedId, work: WorkOnRecordDep) -> Response:
    """The moderation template as a page; a draft until feedback is given. Who read it is kept."""
    return answer_file(read_template(work, moderated_id, Medium.HTML), content_security_policy())


@router.get(
    "/{moderated_id}/template.pdf",
    operation_id="read_moderation_template_as_pdf",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    response_class=PdfFile,
    responses={
        200: shown_file("The template, as a tagged PDF after PDF/UA-1", PdfFile, "%PDF-1.7 …"),
        **_NOT_THERE,
        **NO_PDF,
    },
)
def read_moderation_template_as_pdf(moderated_id: ModeratedId, work: WorkOnRecordDep) -> Response:
    """The moderation template as a PDF file; a draft until feedback is given. Who read it is kept."""
    return answer_pdf(lambda: read_template(work, moderated_id, Medium.PDF))
