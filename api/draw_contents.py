"""What is asked and answered about draws (S5)."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.fields import Asked
from api.paging import DEFAULT_LIMIT, MOST_ROWS
from api.reasons import ReasonGiven, ShortfallTold
from db.queries import draws as draw_queries
from db.queries import programme
from db.tables.draws import Draw as DrawRow
from db.tables.draws import DrawCaseOutcome
from db.tables.draws import SamplingFrame as StoredFrame
from usecases.draw_records import shortfalls_stored
from usecases.work import Work

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


def explained(row: DrawCaseOutcome, audit: Any) -> CaseExplained:
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
