"""`/v1/draws/{id}`: a draw, why each case was chosen or not, the frame it was drawn from, and its verification (S5)."""

import base64
import binascii
import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.draws_example import DRAW, EXPLANATION, ISSUED
from api.examples import answered
from api.fields import Asked
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold
from api.routers import Router, described
from db.queries import draws as draw_queries
from db.queries import programme
from db.tables.draws import Draw as DrawRow
from db.tables.draws import DrawCaseOutcome
from db.tables.draws import SamplingFrame as StoredFrame
from rules.errors import InvalidFacts, Problem
from usecases.audit_cycles import issue_draw
from usecases.draw_records import shortfalls_stored
from usecases.draw_verification import verify_draw
from usecases.draws import find_draw
from usecases.work import Work

router = Router("draws", "/v1/draws")

DrawId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000001"])]
Outcome = Literal["drawn", "reserve", "excluded", "not_reached", "re_audit"]


class DrawDescribed(BaseModel):
    """A draw without its cases: those are at `/explanation`. The same frame and seed always give it again."""

    id: uuid.UUID
    cycle: Annotated[str, Field(examples=["2026-10"])]
    state: Literal["preview", "issued", "superseded", "withdrawn"]
    edition: str
    seed: Annotated[str, Field(description="From the system's randomness, taken after the frame was hashed")]
    frame_hash: Annotated[str, Field(description="SHA-256 of the frame's text, which is at `/frame`")]
    frozen_at: datetime
    caseload_import_id: uuid.UUID
    drawn_at: datetime
    drawn_by: str
    redrawn_because: str | None
    issued_at: datetime | None
    withdrawn_at: Annotated[datetime | None, Field(description="With the whole cycle, on its first day")]
    withdrawn_by: str | None
    withdrawn_because: str | None
    size_asked: int
    size_reason: ReasonGiven
    size_drawn: int
    outcomes: Annotated[dict[str, int], Field(description="How many cases there are of each outcome")]
    quotas: list[dict[str, Any]]
    re_audits: list[dict[str, Any]]
    shortfalls: list[ShortfallTold]
    warnings: list[ReasonGiven]
    objective: dict[str, int]
    certificate: dict[str, Any]


class AuditOfCase(BaseModel):
    """The audit that a case of an issued draw has, and what takes its place or whose place it takes."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    state: Annotated[str, Field(examples=["withdrawn"])]
    withdrawn_because: Annotated[str | None, Field(examples=["case_closed"])]
    replaces: str | None
    replaced_by: str | None


class CaseExplained(BaseModel):
    """One case of the frame: what became of it, and why."""

    case_id: str
    practitioner_id: str
    team_id: str
    outcome: Outcome
    order: Annotated[int | None, Field(description="Its practitioner's position in the team's order")]
    ticket: str | None
    auditor_id: str | None
    reasons: list[ReasonGiven]
    audit: Annotated[AuditOfCase | None, Field(description="What became of it after issue; null without an audit")]


class DrawVerified(BaseModel):
    """Whether the draw is what its frame and seed give, and its audits what it gives; if not, what differs."""

    is_identical: Annotated[bool, Field(description="No difference that nobody has decided")]
    frame_hash: str
    cases_compared: int
    audits_compared: Annotated[int, Field(description="0 before it is issued")]
    differences: list[str]
    changes_recorded: Annotated[
        list[str], Field(description="Audits replaced, withdrawn or given to another auditor since, by the trail")
    ]


class IssueAsked(Asked):
    """Issuing before the cycle's day needs `force` and a reason, which is kept."""

    force: bool = False
    reason: Annotated[str | None, Field(min_length=1, max_length=1000)] = None


class DrawIssued(BaseModel):
    """The cycle that the draw opened."""

    draw_id: uuid.UUID
    cycle: str
    already_issued: bool
    shortfalls: list[ShortfallTold]
    warnings: list[ReasonGiven]


class ExplanationAsked(Asked):
    """Which cases to explain."""

    case: Annotated[str | None, Field(max_length=200, description="One case by its reference")] = None
    outcome: Annotated[Outcome | None, Field(description="Only cases of that outcome")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=1000, description="The `next` of the page before")] = None


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
    return Page[CaseExplained](items=[_explained(row, audits.get(row.case_reference)) for row in shown], next=cursor)


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


def describe_draw(work: Work, drawn: DrawRow, stored: StoredFrame) -> DrawDescribed:
    """A draw as answers describe it."""
    return DrawDescribed(
        id=drawn.id,
        cycle=programme.cycle_with_id(work.session, drawn.cycle_id).month,
        state=drawn.state,
        seed=drawn.seed,
        frozen_at=stored.frozen_at,
        caseload_import_id=stored.caseload_import_id,
        drawn_at=drawn.drawn_at,
        drawn_by=drawn.drawn_by,
        redrawn_because=drawn.redrawn_because,
        issued_at=drawn.issued_at,
        withdrawn_at=drawn.withdrawn_at,
        withdrawn_by=drawn.withdrawn_by,
        withdrawn_because=drawn.withdrawn_because,
        outcomes=draw_queries.count_outcomes(work.session, drawn.id),
        **{name: value for name, value in drawn.result.items() if name != "seed"}
        | {"shortfalls": shortfalls_stored(drawn)},
    )


def _explained(row: DrawCaseOutcome, audit: Any) -> CaseExplained:
    return CaseExplained(
        case_id=row.case_reference,
        practitioner_id=row.practitioner_reference,
        team_id=row.team_reference,
        outcome=row.outcome,
        order=row.place,
        ticket=row.ticket,
        auditor_id=row.auditor_reference,
        reasons=[ReasonGiven(**reason) for reason in row.reasons],
        audit=AuditOfCase.model_validate(audit, from_attributes=True) if audit else None,
    )


def _cursor_after(case: str) -> str:
    return base64.urlsafe_b64encode(case.encode()).decode().rstrip("=")


def _case_in(cursor: str) -> str:
    try:
        return base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        sentence = "The cursor is not one of ours: give the `next` of the page before, or leave it out to begin."
        raise InvalidFacts([Problem("/cursor", sentence, cursor[:60])]) from None
