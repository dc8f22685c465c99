"""`/v1/moderation-rounds/audits`: moderated audits read, and what the audit team decides of them (M2, M4, M6)."""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.fields import Asked, Written
from api.grading_contents import UnsafeAnswered
from api.moderated_contents import (
    CHANGED,
    NOT_THERE,
    REFUSED,
    ModeratedId,
    ModeratedListed,
    ModeratedTold,
    SavingDep,
    State,
    listed,
    told,
)
from api.moderation_examples import GRADE_CHANGED, MODERATED, MODERATED_LISTED
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries import moderated_audits as questions
from usecases.moderated_audits import close_moderation, read_moderated, replace_moderator
from usecases.moderated_grades import record_moderated_grade
from usecases.moderation_steps import ONE
from usecases.trail import Entry, record

router = Router("moderation", "/v1/moderation-rounds/audits")


class ModeratorAsked(Asked):
    """Who moderates it from now on, and why."""

    moderator_id: Annotated[uuid.UUID, Field(examples=["0199c0de-7a11-7000-8000-000000000008"])]
    reason: Annotated[Written, Field(examples=["Away for the month."])]


class ClosureAsked(Asked):
    """Why it ends, where there is no feedback."""

    reason: Annotated[Written | None, Field(examples=["The moderator is away until May."])] = None


class GradeChangeAsked(Asked):
    """Which of the moderator's grades the report gets, and why (M6)."""

    reason: Annotated[Written, Field(examples=["The moderators ask for it: the visit of May is on record."])]
    changes_domains: Annotated[bool, Field(description="The domains as they were regraded, too")] = True
    is_anyone_unsafe: UnsafeAnswered = None


class ModeratedAsked(Asked):
    """Which moderated audits to list."""

    state: State | None = None
    round_id: Annotated[uuid.UUID | None, Field(description="Of one round alone")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class GradeChanged(BaseModel):
    """The audit with its grade, and its version after the change."""

    audit_id: uuid.UUID
    audit: str
    overall_grade: str | None
    version: int


@router.get(
    "",
    operation_id="list_moderated_audits",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    responses=answered({"one": {"items": [MODERATED_LISTED], "next": None}}),
)
def list_moderated_audits(
    asked: Annotated[ModeratedAsked, Query()], work: WorkDep, page: PageDep
) -> Page[ModeratedListed]:
    """Moderated audits: a moderator's own, an auditor's own once there is feedback; the newest first."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = questions.listed(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, listed, lambda it: it.row.id)


@router.get(
    "/{moderated_id}",
    operation_id="read_moderated_audit",
    dependencies=[requires(Permission.READ_MODERATION, is_narrowed=True)],
    responses={**answered({"as it stands": MODERATED}), **NOT_THERE},
)
def read_moderated_audit(moderated_id: ModeratedId, work: WorkOnRecordDep, response: Response) -> ModeratedTold:
    """One moderated audit with what is written of it. Who read it is kept."""
    found = read_moderated(work, moderated_id)
    record(work, Entry((ONE, str(moderated_id)), "moderation_read", rule="C4"))
    return told(found, response)


@router.post(
    "/{moderated_id}/moderator",
    operation_id="replace_moderator",
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses=CHANGED,
)
def replace_this_moderator(
    moderated_id: ModeratedId, asked: ModeratorAsked, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Somebody else moderates it, by the same day. Never its auditor or its practitioner."""
    with saving.version_read() as version:
        found = replace_moderator(work, moderated_id, asked.moderator_id, asked.reason, version=version)
        return told(found, saving.response)


@router.post(
    "/{moderated_id}/closure",
    operation_id="close_moderation",
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses=CHANGED,
)
def close_this_moderation(
    moderated_id: ModeratedId, asked: ClosureAsked, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """The audit team has seen to the feedback, or there will be none, and why."""
    with saving.version_read() as version:
        return told(close_moderation(work, moderated_id, asked.reason, version=version), saving.response)


@router.post(
    "/{moderated_id}/grade-change",
    operation_id="record_moderated_grade",
    status_code=HTTPStatus.OK,
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses={**answered({"changed": GRADE_CHANGED}), **REFUSED},
)
def record_this_moderated_grade(
    moderated_id: ModeratedId, asked: GradeChangeAsked, work: WorkDep, saving: SavingDep
) -> GradeChanged:
    """The audit team gives the report the moderator's grades, as a new version, and works out anew what follows (M6).

    Without it moderation is advice, and the audit's grade stands.
    """
    with saving.version_read() as version:
        audit, newest = record_moderated_grade(
            work,
            moderated_id,
            asked.reason,
            changes_domains=asked.changes_domains,
            is_anyone_unsafe=asked.is_anyone_unsafe,
            version=version,
        )
    tag(saving.response, newest)
    return GradeChanged(
        audit_id=audit.id, audit=audit.reference, overall_grade=audit.overall_grade, version=audit.version
    )
