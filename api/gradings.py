"""`/v1/audits/{id}/gradings`: what the auditor writes before and after the reflective discussion (L2, L3, P8)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.actors import ActorDep
from api.audits import AuditId
from api.bearers import Actor
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.grading_contents import WRITTEN_EXAMPLE, GradingWritten, as_written, content_of
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries.audit_contents import GradingKept
from db.queries.safety_alerts import raised_from
from rules.draft_readers import Part
from rules.gradings import Stage
from usecases.contents_read import Asks, ContentsRead, read_gradings
from usecases.gradings import save_grading

router = Router("audits", "/v1/audits")


class GradingTold(BaseModel):
    """One of the two gradings as it was saved. Its ETag counts from 0, which is none yet."""

    stage: Stage
    is_shown: Annotated[bool, Field(description="Whether whoever asks reads it already, be anything written or not")]
    why_not_shown: ReasonGiven | None
    grading: GradingWritten | None
    version: int | None
    saved_at: datetime | None
    saved_by: str | None
    is_fixed: Annotated[bool, Field(description="It stays as it is: discussed, or accepted")]


class GradingsTold(BaseModel):
    """Both gradings, and to auditor and audit team what is missing to submit the report."""

    gradings: list[GradingTold]
    missing: list[ReasonGiven]
    missing_for_discussion: Annotated[
        list[ReasonGiven], Field(description="What the first grading lacks, which the discussion fixes")
    ]
    safety_alert_needed: Annotated[
        bool, Field(description="Somebody is unsafe now, as the newest grading says, and no alert was raised from here")
    ]
    safety_alerts: Annotated[
        list[str], Field(description="What was raised from this audit", examples=[["SA-2026-0007"]])
    ]


_TOLD: dict[str, Any] = {
    "stage": "before_discussion",
    "is_shown": True,
    "why_not_shown": None,
    "grading": WRITTEN_EXAMPLE,
    "version": 3,
    "saved_at": "2026-10-14T15:20:00Z",
    "saved_by": "person 990402",
    "is_fixed": False,
}
_HIDDEN: dict[str, Any] = {
    "stage": "after_discussion",
    "is_shown": False,
    "why_not_shown": {
        "rule": "L3",
        "clause": "3.5",
        "sentence": "The grading after the discussion is shown to you once the report is issued.",
    },
    "grading": None,
    "version": None,
    "saved_at": None,
    "saved_by": None,
    "is_fixed": False,
}
_MISSING = {
    "rule": "L3",
    "clause": "3.5",
    "sentence": "What the reflective discussion added is not noted: note it, or that it added nothing.",
}
_BOTH = {
    "gradings": [_TOLD, _HIDDEN],
    "missing": [],
    "missing_for_discussion": [],
    "safety_alert_needed": False,
    "safety_alerts": [],
}
StageInPath = Annotated[Literal["before-discussion", "after-discussion"], Path(examples=["before-discussion"])]


def asks_of(actor: Actor) -> Asks:
    """What somebody may do to all audits, as far as it decides what they read."""
    return Asks(
        reads_drafts=actor.reach_of(Permission.READ_DRAFTS).is_all,
        conducts=actor.reach_of(Permission.CONDUCT_AUDITS).is_all,
    )


@router.get(
    "/{audit_id}/gradings",
    operation_id="read_gradings",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"to the practitioner, after the discussion": _BOTH}), **described(404, "No such audit")},
)
def read_both_gradings(audit_id: AuditId, work: WorkOnRecordDep, actor: ActorDep) -> GradingsTold:
    """Both gradings, each from its day on: the auditor's own at once, the practitioner's once discussed or issued.

    Who read what is kept.
    """
    read, written = read_gradings(work, audit_id, asks_of(actor), tuple(Stage))
    raised = raised_from(work.session, audit_id, actor.reach_of(Permission.READ_SAFETY_ALERTS))
    return GradingsTold(
        gradings=[_told(read, stage, written.get(stage)) for stage in Stage],
        missing=reasons_given(read.missing),
        missing_for_discussion=reasons_given(read.missing_for_discussion),
        safety_alert_needed=_is_anyone_unsafe(written.values()) and not raised,
        safety_alerts=raised,
    )


@router.get(
    "/{audit_id}/gradings/{stage}",
    operation_id="read_grading",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"a draft, to its auditor": _TOLD}), **described(404, "No such audit")},
)
def read_one_grading(
    audit_id: AuditId, stage: StageInPath, work: WorkOnRecordDep, actor: ActorDep, response: Response
) -> GradingTold:
    """One of the two, with its ETag: send it as If-Match to save."""
    which = _stage(stage)
    read, written = read_gradings(work, audit_id, asks_of(actor), (which,))
    told = _told(read, which, written.get(which))
    if told.is_shown:
        tag(response, told.version or 0)
    return told


@router.put(
    "/{audit_id}/gradings/{stage}",
    operation_id="save_grading",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses={
        **answered({"a draft that lacks its second half": {**_BOTH, "gradings": [_TOLD], "missing": [_MISSING]}}),
        **described(404, "No such audit"),
        **described(409, "It is not written in this state of the audit, or is of your own work"),
        **NEEDS_IF_MATCH,
    },
)
def save_one_grading(
    audit_id: AuditId,
    stage: StageInPath,
    asked: GradingWritten,
    work: WorkDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> GradingsTold:
    """Saves a grading in place of the one before. What it lacks is told and refused at submission only.

    What is wrong is refused, and what was saved before stays: a grade that the edition has not, a domain, line or check
    that the audit tool has not. The first saved begins the audit.
    """
    which = _stage(stage)
    with version_read(if_match, "The grading") as version:
        saved = save_grading(work, audit_id, which, content_of(asked), version=version)
    tag(response, saved.kept.row.version)
    raised = raised_from(work.session, audit_id)
    return GradingsTold(
        gradings=[_shown(which, saved.kept)],
        missing=reasons_given(saved.contents.missing),
        missing_for_discussion=reasons_given(saved.contents.missing_for_discussion),
        safety_alert_needed=_is_anyone_unsafe([saved.kept]) and not raised,
        safety_alerts=raised,
    )


def _stage(in_path: str) -> Stage:
    return Stage(in_path.replace("-", "_"))


def _told(read: ContentsRead, stage: Stage, kept: GradingKept | None) -> GradingTold:
    why_not = read.hidden.get(Part(stage))
    if why_not is None:
        return _shown(stage, kept)
    (hidden,) = reasons_given([why_not])
    return _empty(stage).model_copy(update={"is_shown": False, "why_not_shown": hidden})


def _shown(stage: Stage, kept: GradingKept | None) -> GradingTold:
    if kept is None:
        return _empty(stage)
    row = kept.row
    return GradingTold(
        stage=stage,
        is_shown=True,
        why_not_shown=None,
        grading=as_written(kept.content),
        version=row.version,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        is_fixed=row.fixed_at is not None,
    )


def _empty(stage: Stage) -> GradingTold:
    return GradingTold(
        stage=stage,
        is_shown=True,
        why_not_shown=None,
        grading=None,
        version=None,
        saved_at=None,
        saved_by=None,
        is_fixed=False,
    )


def _is_anyone_unsafe(written: Iterable[GradingKept]) -> bool:
    """As the newest grading says that whoever asks may read."""
    return next((it.content.is_anyone_unsafe is True for it in reversed([*written])), False)
