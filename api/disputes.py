"""`/v1/disputes`: the findings or a grade of an issued report challenged, and taken from rung to rung (3.12, D1–D8)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.actors import ActorDep
from api.bearers import Actor
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.dispute_examples import CONSENT, DISPUTE, LISTED, MOVES, TIMELINE
from api.entity_tags import IfMatch, refusing_stale, tag, version_needed
from api.examples import answered
from api.fields import Asked, RecordedDate, Written, shown_as
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import disputes as questions
from db.queries.reaches import Reach
from rules.ladders import Standing
from rules.roles import Role
from usecases.dispute_timelines import timeline_of_dispute
from usecases.dispute_walks import SUBJECT, DisputeKnown, DisputeMoved, by_its_edition, look_at_dispute, standing_of
from usecases.disputes import (
    ExitAllowed,
    NewDispute,
    Said,
    consent_to_late_dispute,
    exits_allowed,
    needs_summary,
    raise_dispute,
    say_of_dispute,
)
from usecases.trail import Entry, record
from usecases.work import Work

router = Router("disputes", "/v1/disputes")

State = Literal["open", "resolved", "lapsed", "withdrawn"]
DisputeId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000041"])]
# Roles that follow from a permission for everything; all others are held by post on the day.
_BY_PERMISSION = {Role.AUDIT_TEAM: Permission.CHECK_QUALITY, Role.AUDIT_MANAGER: Permission.CONSENT_TO_DISPUTES}


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
    reference: Annotated[str, Field(examples=["PA-2026-0412-D1"])]
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


class DisputeEntry(BaseModel):
    """One date or step; a `clock` stands at its last day in time, owed `by` a role."""

    on: date
    at: datetime | None
    kind: Literal["dispute", "review", "clock", "crossing"]
    what: str
    by: str | None
    state: str | None
    started_on: date | None
    ended_on: date | None
    ended_because: str | None
    texts: dict[str, str]
    rule: str
    clause: str
    sentence: str


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


@dataclass(frozen=True, slots=True)
class Calling:
    """Who says something of a dispute, and of which version."""

    actor: Actor
    response: Response
    if_match: str | None

    @property
    def version(self) -> int:
        """The version that they read. Refuses with 428 without one."""
        return version_needed(self.if_match, "The dispute")


async def _calling(actor: ActorDep, response: Response, if_match: IfMatch = None) -> Calling:
    return Calling(actor, response, if_match)


CallingDep = Annotated[Calling, Depends(_calling)]
_NO_DISPUTE = described(404, "No such dispute, or not for whoever asks")
_REFUSED = {**_NO_DISPUTE, **NEEDS_IF_MATCH, **described(409, "Out of order, for others to say, or never by them")}


@router.post(
    "",
    operation_id="raise_dispute",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.RAISE_DISPUTES, is_narrowed=True)],
    responses={
        **answered({"opened": DISPUTE}, HTTPStatus.CREATED),
        **described(404, "No such audit"),
        **described(409, "Disputed before, too late without consent, not the newest version, or not for them to open"),
    },
)
def raise_this_dispute(asked: DisputeAsked, work: WorkDep, response: Response) -> DisputeTold:
    """Opens a dispute about an issued report: the practitioner or the team manager, within ten working days."""
    grounds = {one.part: {"reasons": one.reasons, "evidence": one.evidence} for one in asked.grounds}
    moved = raise_dispute(work, NewDispute(audit_id=asked.audit_id, grounds=grounds, version=asked.report_version))
    response.headers["Location"] = f"{router.prefix}/{moved.known.row.id}"
    return after_move(work, moved, response)


@router.post(
    "/consents",
    operation_id="consent_to_late_dispute",
    dependencies=[requires(Permission.CONSENT_TO_DISPUTES)],
    responses={
        **answered({"given": CONSENT}),
        **described(404, "No such audit"),
        **described(409, "No such issued version, or a matter of one's own"),
    },
)
def consent_to_this_late_dispute(asked: ConsentAsked, work: WorkDep, actor: ActorDep) -> ConsentGiven:
    """The audit manager lets a dispute about a version of a report be opened after its ten working days."""
    given = consent_to_late_dispute(work, asked.audit_id, asked.reason, reaches_of(actor), version=asked.report_version)
    return ConsentGiven.model_validate(given, from_attributes=True)


@router.get(
    "",
    operation_id="list_disputes",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses=answered({"one dispute": {"items": [LISTED], "next": None}}),
)
def list_disputes(asked: Annotated[DisputesAsked, Query()], work: WorkDep, page: PageDep) -> Page[DisputeListed]:
    """Disputes about audits within reach, and those in which something is asked of oneself; the newest first."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = questions.disputes(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, lambda row: DisputeListed.model_validate(row, from_attributes=True), lambda row: row.id)


@router.get(
    "/{dispute_id}",
    operation_id="read_dispute",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"at its first rung": DISPUTE}), **_NO_DISPUTE},
)
def read_dispute(dispute_id: DisputeId, work: WorkOnRecordDep, response: Response) -> DisputeTold:
    """One dispute with reasons and evidence. Who read it is kept."""
    known = look_at_dispute(work, dispute_id)
    record(work, Entry((SUBJECT, str(dispute_id)), "dispute_read", rule="C4"))
    tag(response, known.row.version)
    return told(work, known, standing_of(by_its_edition(work, known.row.edition_id), known))


@router.get(
    "/{dispute_id}/timeline",
    operation_id="read_dispute_timeline",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"opened": TIMELINE}), **_NO_DISPUTE},
)
def read_dispute_timeline(dispute_id: DisputeId, work: WorkOnRecordDep) -> DisputeTimeline:
    """What happened to it and what is due, each with its sentence. Who read it is kept."""
    known, lines = timeline_of_dispute(work, dispute_id)
    record(work, Entry((SUBJECT, str(dispute_id)), "timeline_read", rule="C4"))
    entries = [DisputeEntry.model_validate(line, from_attributes=True) for line in lines]
    return DisputeTimeline(reference=known.row.reference, state=_state(known), entries=entries)


@router.get(
    "/{dispute_id}/allowed-moves",
    operation_id="list_allowed_moves_of_dispute",
    dependencies=[requires(Permission.READ_DISPUTES, is_narrowed=True)],
    responses={**answered({"at its first rung, for the team manager": MOVES}), **_NO_DISPUTE},
)
def list_allowed_moves_of_dispute(
    dispute_id: DisputeId, work: WorkDep, actor: ActorDep, response: Response
) -> MovesOfDispute:
    """What may happen to it now, and whether by the word of whoever asks."""
    known, standing, exits = exits_allowed(work, dispute_id, reaches_of(actor))
    tag(response, known.row.version)
    return MovesOfDispute(
        reference=known.row.reference,
        state=_state(known),
        rung=standing.rung.id,
        version=known.row.version,
        moves=[_move(dispute_id, one) for one in exits],
    )


@router.post(
    "/{dispute_id}/steps",
    operation_id="take_step_of_dispute",
    dependencies=[requires(Permission.ACT_ON_DISPUTES, is_narrowed=True)],
    responses={**answered({"after a step": DISPUTE}), **_REFUSED},
)
def take_step_of_dispute(dispute_id: DisputeId, asked: StepAsked, work: WorkDep, calling: CallingDep) -> DisputeTold:
    """Meeting, outcome, discussion, answer, referral, withdrawal: whatever its rung allows, by whom it allows.

    A resolution makes a new version of the report; where it changes a grade, all that follows is worked out anew.
    """
    said = Said(version=calling.version, **asked.model_dump())
    with refusing_stale():
        return after_move(work, say_of_dispute(work, dispute_id, said, reaches_of(calling.actor)), calling.response)


def reaches_of(actor: Actor) -> dict[Role, Reach]:
    """The roles that follow from a permission, with how far it reaches."""
    return {role: actor.reach_of(permission) for role, permission in _BY_PERMISSION.items()}


def after_move(work: Work, moved: DisputeMoved, response: Response) -> DisputeTold:
    """The answer to a step, with the new ETag."""
    tag(response, moved.known.row.version)
    answer = told(work, moved.known, moved.standing)
    answer.shortfalls = [ShortfallTold(**one) for one in moved.shortfalls]
    return answer


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


def _move(dispute_id: uuid.UUID, one: ExitAllowed) -> MoveOfDispute:
    return MoveOfDispute(
        event=one.way_out.event,
        leads_to=one.way_out.to,
        by=list(one.way_out.by),
        is_allowed=one.against is None,
        why_not=reasons_given([one.against])[0] if one.against else None,
        needs_summary=needs_summary(one.way_out.event),
        needs_reason=one.way_out.needs_reason,
        request=f"POST {router.prefix}/{dispute_id}/steps",
    )


def _state(known: DisputeKnown) -> Any:
    return known.row.state
