"""`/v1/disputes/{id}/reviews`: an independent review, settled on at a formal stage and kept beside it (D3)."""

import uuid
from typing import Annotated

from fastapi import Path
from pydantic import Field

from api.dependencies import WorkDep, requires
from api.dispute_contents import ReviewTold, reviews_told
from api.dispute_examples import REVIEW
from api.disputes import CallingDep, DisputeId, reaches_of
from api.entity_tags import tag
from api.examples import answered
from api.fields import Asked, Written
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from usecases.independent_reviews import NewReview, ReviewReported, ask_for_review, report_review

router = Router("disputes", "/v1/disputes")

_REFUSED = {
    **described(404, "No such dispute or review"),
    **described(409, "Not at this rung, not for them to ask, or reported before"),
    **NEEDS_IF_MATCH,
}


class ReviewAsked(Asked):
    """Who is to review it, and what they are asked."""

    reviewer_id: Annotated[uuid.UUID, Field(examples=["0199c0de-7a11-7000-8000-000000000004"])]
    brief: Annotated[Written, Field(examples=["Was the voice of the person on record?"])]


class FindingsAsked(Asked):
    """What the review found."""

    findings: Annotated[Written, Field(examples=["It was, on 12 May and after."])]


@router.post(
    "/{dispute_id}/reviews",
    operation_id="ask_for_independent_review",
    dependencies=[requires(Permission.ACT_ON_DISPUTES, is_narrowed=True)],
    responses={**answered({"asked for": REVIEW}), **_REFUSED},
)
def ask_for_independent_review(
    dispute_id: DisputeId,
    asked: ReviewAsked,
    work: WorkDep,
    calling: CallingDep,
) -> ReviewTold:
    """Whoever judges the rung asks somebody independent. The clock of the rung runs on."""
    with calling.version_read() as version:
        wanted = NewReview(**asked.model_dump(), version=version)
        known, review = ask_for_review(work, dispute_id, wanted, reaches_of(calling.actor))
    tag(calling.response, known.row.version)
    return next(one for one in reviews_told(work, known) if one.id == review.id)


@router.post(
    "/{dispute_id}/reviews/{review_id}/findings",
    operation_id="report_independent_review",
    dependencies=[requires(Permission.ACT_ON_DISPUTES, is_narrowed=True)],
    responses={**answered({"reported": REVIEW}), **_REFUSED},
)
def report_independent_review(
    dispute_id: DisputeId,
    review_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000042"])],
    asked: FindingsAsked,
    work: WorkDep,
    calling: CallingDep,
) -> ReviewTold:
    """Keeps what it found, once. It decides nothing: whoever judges the rung does."""
    with calling.version_read() as version:
        reported = ReviewReported(findings=asked.findings, version=version)
        known, review = report_review(work, dispute_id, review_id, reported, reaches_of(calling.actor))
    tag(calling.response, known.row.version)
    return next(one for one in reviews_told(work, known) if one.id == review.id)
