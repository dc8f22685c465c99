"""What is asked and answered about disputes (D1 to D8)."""

import uuid
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.fields import Asked, RecordedDate, Written, shown_as
from api.grading_contents import UnsafeAnswered
from api.paging import DEFAULT_LIMIT, MOST_ROWS
from api.reasons import ReasonGiven, ShortfallTold, reasons_given
from api.timeline_entries import TimelineLine
from db.queries import disputes as questions
from rules.ladders import Standing
from usecases.dispute_actors import DisputeKnown
from usecases.work import Work

State = Literal["open", "resolved", "lapsed", "withdrawn"]


class Ground(Asked):
    """One part of the report that is challenged, against the published criteria (3.11)."""

    part: Annotated[
        str,
        Field(max_length=100, description="`overall_grade`, `findings` or a domain", examples=["overall_grade"]),
    ]
    reasons: Annotated[Written, Field(examples=["The visit of May is not counted."])]
    evidence: Annotated[Written, Field(examples=["Case note of 12 May."])]


class DisputeAsked(Asked):
    """The written response: what is challenged, with reasons and evidence for each part."""

    audit_id: Annotated[uuid.UUID, Field(examples=["0199c0de-7a11-7000-8000-000000000003"])]
    report_version: Annotated[int | None, Field(ge=1, description="Left out: the newest, which alone can be")] = None
    grounds: Annotated[list[Ground], Field(max_length=100)]


class StepAsked(Asked):
    """What happened, or what was decided. `allowed-moves` lists what may be said now, by whom."""

    model_config = shown_as(
        {"event": "meeting_held", "on": "2026-11-06"},
        {"event": "unresolved", "summary": "We see the visit of May differently."},
        {"event": "resolved", "summary": "The visit of May is on record.", "overall_grade": "good"},
        {"event": "referred", "reason": "The two directors cannot agree what the criteria ask."},
    )

    event: Annotated[str, Field(max_length=60, examples=["unresolved"])]
    on: Annotated[RecordedDate | None, Field(description="Of a meeting: the day on which it was held")] = None
    summary: Annotated[Written | None, Field(description="Outcome and why; shared with all concerned")] = None
    reason: Annotated[Written | None, Field(description="Needed for what is exceptional")] = None
    overall_grade: Annotated[
        str | None, Field(max_length=60, description="Of a resolution: the grade, if it changes")
    ] = None
    domain_grades: Annotated[
        dict[str, str], Field(default_factory=dict, max_length=100, description="By domain, those that change")
    ]
    is_anyone_unsafe: UnsafeAnswered = None


class ConsentAsked(Asked):
    """That a dispute may be opened late, and why (D7)."""

    audit_id: Annotated[uuid.UUID, Field(examples=["0199c0de-7a11-7000-8000-000000000003"])]
    report_version: Annotated[int | None, Field(ge=1, description="Left out: the newest")] = None
    reason: Annotated[Written, Field(examples=["They were away until yesterday."])]


class DisputesAsked(Asked):
    """Which disputes to list."""

    state: State | None = None
    audit: Annotated[str | None, Field(max_length=200, description="Reference of an audit")] = None
    team: Annotated[str | None, Field(max_length=200, description="Team in which the audit was allocated")] = None
    service: Annotated[str | None, Field(max_length=64, description="Service in which it was allocated")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class DisputeListed(BaseModel):
    """A dispute in the list: where it stands, and until when."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412-dispute-1"])]
    audit_id: uuid.UUID
    audit: Annotated[str, Field(description="Reference of the audit")]
    team: str
    service: str
    report_version: Annotated[int, Field(description="The version that is disputed")]
    raised_by: Annotated[str, Field(description="Reference of the person")]
    raised_as: str
    raised_on: date
    state: State
    rung: Annotated[str, Field(examples=["D1"])]
    awaits: Annotated[Literal["stage", "referral"] | None, Field(description="The outcome, or to be taken further")]
    due_on: date | None
    ended_on: date | None
    version: int


class GroundTold(BaseModel):
    """What is challenged; the texts are null once their time to be kept is over."""

    part: str
    reasons: str | None
    evidence: str | None


class ReviewTold(BaseModel):
    """An independent review."""

    id: uuid.UUID
    reviewer_id: uuid.UUID
    reviewer: Annotated[str, Field(description="Reference of the person")]
    asked_on: date
    asked_by: str
    reported_on: date | None
    reported_by: str | None
    brief: str | None
    findings: str | None


class DisputeTold(DisputeListed):
    """One dispute, where it stands and why. Its ETag is the version: send it as If-Match with the next step."""

    grade_before: str | None
    grade_after: Annotated[str | None, Field(description="Once it is resolved")]
    stage: str
    duty: str
    owed_by: Annotated[list[str], Field(description="The roles whose turn it is")]
    is_overdue: bool
    must_not_judge: Annotated[list[str], Field(description="Never said by them where the rung judges (D7)")]
    grounds: list[GroundTold]
    reviews: list[ReviewTold]
    reasons: list[ReasonGiven]
    shortfalls: Annotated[list[ShortfallTold], Field(default_factory=list, description="Who could not be told")]


class MoveOfDispute(BaseModel):
    """Something that may happen at the rung; `why_not` where it may not now, or not by whoever asks."""

    event: str
    leads_to: str
    by: list[str]
    is_allowed: bool
    why_not: ReasonGiven | None
    needs_summary: bool
    needs_reason: bool
    request: str


class MovesOfDispute(BaseModel):
    """Everything that may happen to it, for whoever asks, today."""

    reference: str
    state: State
    rung: str
    version: int
    moves: list[MoveOfDispute]


class DisputeEntry(TimelineLine):
    """One date or step of a dispute."""

    kind: Literal["dispute", "review", "clock", "crossing"]


class DisputeTimeline(BaseModel):
    """A dispute from its beginning, the oldest first."""

    reference: str
    state: State
    entries: list[DisputeEntry]


class ConsentGiven(BaseModel):
    """The consent, by which a dispute about that version may be opened late."""

    audit_id: uuid.UUID
    report_version: int
    given_on: date
    given_by: str
    rule: str
    clause: str


def told(work: Work, known: DisputeKnown, standing: Standing) -> DisputeTold:
    """A dispute as it stands."""
    row, audit = known.row, known.audit
    facts = questions.facts_of(work.session, row.id)
    return DisputeTold(
        **{name: getattr(row, name) for name in _OF_THE_ROW},
        **facts._asdict(),
        audit=audit.reference,
        service=audit.service_id,
        stage=standing.rung.stage,
        duty=standing.rung.owed_in_words(),
        owed_by=list(standing.owed_by),
        is_overdue=standing.is_overdue,
        must_not_judge=list(standing.must_not_judge),
        grounds=[
            GroundTold(part=part, reasons=texts.get("reasons"), evidence=texts.get("evidence"))
            for part, texts in questions.grounds_of(work.session, row.id).items()
        ],
        reviews=reviews_told(work, known),
        reasons=reasons_given(standing.reasons),
        shortfalls=[],
    )


_OF_THE_ROW = (
    *("id", "reference", "audit_id", "report_version", "raised_as", "raised_on", "state", "rung", "awaits"),
    *("due_on", "ended_on", "version", "grade_before", "grade_after"),
)


def reviews_told(work: Work, known: DisputeKnown) -> list[ReviewTold]:
    """The independent reviews of a dispute, with what was asked and found."""
    rows = questions.reviews_of(work.session, known.row.id)
    texts = questions.review_texts(work.session, [review.id for review, _ in rows])
    return [
        ReviewTold(
            id=review.id,
            reviewer_id=review.reviewer_id,
            reviewer=reviewer,
            asked_on=review.asked_on,
            asked_by=review.asked_by,
            reported_on=review.reported_on,
            reported_by=review.reported_by,
            brief=texts.get(review.id, {}).get("brief"),
            findings=texts.get(review.id, {}).get("findings"),
        )
        for review, reviewer in rows
    ]
