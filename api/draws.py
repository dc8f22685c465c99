"""`/v1/draws/{id}`: a draw, why each case was chosen or not, the frame it was drawn from, and its verification (S5)."""

import base64
import binascii
import uuid
from typing import Annotated

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.draw_contents import (
    CaseExplained,
    DrawDescribed,
    DrawIssued,
    DrawVerified,
    ExplanationAsked,
    IssueAsked,
    describe_draw,
    explained,
)
from api.draws_example import DRAW, EXPLANATION, ISSUED
from api.examples import answered
from api.paging import Page
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import Router, described
from db.queries import draws as draw_queries
from rules.errors import InvalidFacts, Problem
from usecases.audit_cycles import issue_draw
from usecases.draw_verification import verify_draw
from usecases.draws import find_draw

router = Router("draws", "/v1/draws")

DrawId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000001"])]
_NO_DRAW = described(404, "No such draw")


@router.get(
    "/{draw_id}",
    operation_id="read_draw",
    dependencies=[requires(Permission.READ_DRAWS)],
    responses={**answered({"a preview": DRAW}), **_NO_DRAW},
)
def read_draw(draw_id: DrawId, work: WorkDep) -> DrawDescribed:
    """A draw: its seed, the hash of its frame, how many seats each team had, re-audits, shortfalls, certificate."""
    return describe_draw(work, *find_draw(work, draw_id))


@router.post(
    "/{draw_id}/issue",
    operation_id="issue_draw",
    dependencies=[requires(Permission.ISSUE_DRAWS)],
    responses={
        **answered({"issued": ISSUED}),
        **_NO_DRAW,
        **described(409, "Replaced, too old, before its day without force and reason, or the cycle is past"),
    },
)
def issue_this_draw(draw_id: DrawId, work: WorkDep, asked: IssueAsked | None = None) -> DrawIssued:
    """Opens the cycle with this preview: audits, deadlines and messages at once. Issued again it stays as it is."""
    asked = asked or IssueAsked()
    opened = issue_draw(work, draw_id, force=asked.force, reason=asked.reason)
    return DrawIssued(
        draw_id=opened.drawn.id,
        cycle=opened.row.month,
        already_issued=not opened.is_new,
        shortfalls=[ShortfallTold(**shortfall) for shortfall in opened.row.shortfalls],
        warnings=[ReasonGiven(**warning) for warning in opened.row.warnings],
    )


@router.get(
    "/{draw_id}/explanation",
    operation_id="explain_draw",
    dependencies=[requires(Permission.READ_DRAWS)],
    responses={**answered({"chosen, and kept out": EXPLANATION}), **_NO_DRAW},
)
def explain_draw(
    draw_id: DrawId, work: WorkDep, asked: Annotated[ExplanationAsked, Query()], request: Request, response: Response
) -> Page[CaseExplained]:
    """Every case of the frame with its reason: why it was chosen, or which rule kept it out.

    The draw stays as it was drawn; `audit` says what became of a case after issue.
    """
    find_draw(work, draw_id)
    rows = draw_queries.outcomes(
        work.session,
        draw_id,
        case=asked.case,
        outcome=asked.outcome,
        after=_case_in(asked.cursor) if asked.cursor else None,
        limit=asked.limit + 1,
    )
    shown = rows[: asked.limit]
    audits = draw_queries.audits_of_cases(work.session, draw_id, [row.case_reference for row in shown])
    cursor = _cursor_after(shown[-1].case_reference) if len(rows) > asked.limit else None
    if cursor is not None:
        following = request.url.include_query_params(cursor=cursor)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return Page[CaseExplained](items=[explained(row, audits.get(row.case_reference)) for row in shown], next=cursor)


@router.get(
    "/{draw_id}/frame",
    operation_id="read_frame_of_draw",
    dependencies=[requires(Permission.READ_DRAWS)],
    response_class=Response,
    responses={
        200: {
            "description": "The frame's text to the last byte",
            "content": {"application/json": {"example": {"cycle": "2026-10"}}},
        },
        **_NO_DRAW,
    },
)
def read_frame_of_draw(draw_id: DrawId, work: WorkDep) -> Response:
    """The text whose SHA-256 is the draw's frame hash: with the seed all that is needed to draw it again elsewhere."""
    _, stored = find_draw(work, draw_id)
    return Response(stored.canonical, media_type="application/json")


@router.get(
    "/{draw_id}/verify",
    operation_id="verify_draw",
    dependencies=[requires(Permission.READ_DRAWS)],
    responses={
        **answered(
            {
                "identical": {
                    "is_identical": True,
                    "frame_hash": "9f…",
                    "cases_compared": 2500,
                    "audits_compared": 160,
                    "differences": [],
                    "changes_recorded": [
                        "PA-2026-0412 is with 990403; the draw gives 990402: recorded Monday 5 October 2026 (A4)."
                    ],
                }
            }
        ),
        **_NO_DRAW,
        **described(409, "The edition that the cycle is pinned to is not installed"),
    },
)
def verify_this_draw(draw_id: DrawId, work: WorkDep) -> DrawVerified:
    """Draws again from the stored frame and seed, checks the certificate, and compares every case and audit."""
    found = verify_draw(work, draw_id)
    return DrawVerified(
        is_identical=not found.differences,
        frame_hash=found.frame_hash,
        cases_compared=found.cases_compared,
        audits_compared=found.audits_compared,
        differences=list(found.differences),
        changes_recorded=list(found.changes_recorded),
    )


def _cursor_after(case: str) -> str:
    return base64.urlsafe_b64encode(case.encode()).decode().rstrip("=")


def _case_in(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        sentence = "The cursor is not one of ours: give the `next` of the page before, or leave it out to begin."
        raise InvalidFacts([Problem("/cursor", sentence, cursor[:60])]) from None
