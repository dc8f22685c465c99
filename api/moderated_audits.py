"""`/v1/moderation-rounds/audits`: what a moderator does with an audit, and what the audit team decides (M2–M4, M6)."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import Asked, RecordedDate, Written, shown_as
from api.grading_contents import UnsafeAnswered
from api.moderation_examples import GRADE_CHANGED, MODERATED, MODERATED_LISTED, REGRADE
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import moderated_audits as questions
from db.queries.moderated_audits import Moderated
from rules.gradings import DomainContent, GradingContent
from usecases.moderated_audits import close_moderation, read_moderated, replace_moderator
from usecases.moderated_grades import record_moderated_grade
from usecases.moderation_steps import ONE, ModeratedRead
from usecases.regrades import give_feedback, record_meeting, save_regrade
from usecases.trail import Entry, record

router = Router("moderation", "/v1/moderation-rounds/audits")

State = Literal["allocated", "fed_back", "closed"]
ModeratedId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000052"])]
Id = Annotated[str, Field(min_length=1, max_length=60)]
_MOST_DOMAINS, _MOST_POINTS = 60, 50


class DomainRegraded(Asked):
    """A domain of the audit's form as its moderator sees it."""

    domain: Annotated[Id, Field(examples=["voice"])]
    grade: Annotated[str | None, Field(max_length=60, examples=["good"])] = None
    findings: Written | None = None
    is_applicable: bool = True


class RegradeWritten(Asked):
    """The moderation template as far as it is written (M3)."""

    model_config = shown_as(REGRADE)

    domains: Annotated[list[DomainRegraded], Field(default_factory=list, max_length=_MOST_DOMAINS)]
    overall: Annotated[str | None, Field(max_length=60, examples=["good"])] = None
    findings: Written | None = None
    strengths: Annotated[list[Written], Field(default_factory=list, max_length=_MOST_POINTS)]
    areas_to_improve: Annotated[list[Written], Field(default_factory=list, max_length=_MOST_POINTS)]


class MeetingHeld(Asked):
    """The day on which moderator and auditor met, or why they did not: one of the two."""

    model_config = shown_as({"met_on": "2027-03-22"}, {"not_met_because": "The auditor has left."})

    met_on: RecordedDate | None = None
    not_met_because: Written | None = None


class FeedbackWritten(Asked):
    """The written feedback to the auditor (M4)."""

    feedback: Annotated[Written, Field(examples=["Thank you for a careful report."])]


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


class ModeratedListed(BaseModel):
    """A moderated audit in a list."""

    id: uuid.UUID
    round_id: uuid.UUID
    month: Annotated[str, Field(examples=["2027-03"])]
    audit_id: uuid.UUID
    audit: Annotated[str, Field(description="Reference of the audit", examples=["PA-2027-0031"])]
    place: Annotated[int, Field(description="Its order in the draw")]
    moderator_id: uuid.UUID | None
    moderator: Annotated[str | None, Field(description="Reference of the person; null while nobody can take it")]
    is_own_service: bool
    report_version: Annotated[int, Field(description="The version of the report that is looked at")]
    reasons: Annotated[list[ReasonGiven], Field(description="Why it was drawn, and why that moderator has it")]
    due_on: date
    state: State
    met_on: date | None
    fed_back_on: date | None
    version: int


class ModeratedTold(ModeratedListed):
    """One moderated audit. Its ETag is the version: send it as If-Match with the next change."""

    auditor: Annotated[str | None, Field(description="Reference of the person")]
    auditor_grade: str
    regrade: RegradeWritten | None
    missing: Annotated[list[ReasonGiven], Field(description="What the regrade lacks for feedback to be given")]
    not_met_because: str | None
    feedback: str | None


class GradeChanged(BaseModel):
    """The audit with its grade, and its version after the change."""

    audit_id: uuid.UUID
    audit: str
    overall_grade: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Saving:
    """The answer that gets the new ETag, and the version that was read."""

    response: Response
    if_match: str | None

    def version_read(self) -> AbstractContextManager[int]:
        """The version that was read, to be changed within. Refuses with 428 without one, with 412 an older one."""
        return version_read(self.if_match, "The moderation")


async def _saving(response: Response, if_match: IfMatch = None) -> Saving:
    return Saving(response, if_match)


SavingDep = Annotated[Saving, Depends(_saving)]
_NOT_THERE = described(404, "No such moderated audit, or not for whoever asks")
_REFUSED = {**_NOT_THERE, **NEEDS_IF_MATCH, **described(409, "Not as things stand, or in a matter of one's own")}
_CHANGED = {**answered({"as it stands": MODERATED}), **_REFUSED}


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
    responses={**answered({"as it stands": MODERATED}), **_NOT_THERE},
)
def read_moderated_audit(moderated_id: ModeratedId, work: WorkOnRecordDep, response: Response) -> ModeratedTold:
    """One moderated audit with what is written of it. Who read it is kept."""
    found = read_moderated(work, moderated_id)
    record(work, Entry((ONE, str(moderated_id)), "moderation_read", rule="C4"))
    return _told(found, response)


@router.put(
    "/{moderated_id}/regrade",
    operation_id="save_regrade",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=_CHANGED,
)
def save_this_regrade(
    moderated_id: ModeratedId, written: RegradeWritten, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Saves the moderator's draft: grades per domain and overall, and findings. What it lacks is answered."""
    with saving.version_read() as version:
        return _told(save_regrade(work, moderated_id, _content(written), version=version), saving.response)


@router.post(
    "/{moderated_id}/auditor-meeting",
    operation_id="record_moderators_meeting",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=_CHANGED,
)
def record_moderators_meeting(
    moderated_id: ModeratedId, asked: MeetingHeld, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """The moderator met the auditor, or did not, and why."""
    with saving.version_read() as version:
        found = record_meeting(work, moderated_id, asked.met_on, asked.not_met_because, version=version)
        return _told(found, saving.response)


@router.post(
    "/{moderated_id}/written-feedback",
    operation_id="give_moderation_feedback",
    dependencies=[requires(Permission.MODERATE, is_narrowed=True)],
    responses=_CHANGED,
)
def give_moderation_feedback(
    moderated_id: ModeratedId, asked: FeedbackWritten, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Written feedback goes to auditor and audit team, the template to the case system; it stays from then on."""
    with saving.version_read() as version:
        return _told(give_feedback(work, moderated_id, asked.feedback, version=version), saving.response)


@router.post(
    "/{moderated_id}/moderator",
    operation_id="replace_moderator",
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses=_CHANGED,
)
def replace_this_moderator(
    moderated_id: ModeratedId, asked: ModeratorAsked, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """Somebody else moderates it, by the same day. Never its auditor or its practitioner."""
    with saving.version_read() as version:
        found = replace_moderator(work, moderated_id, asked.moderator_id, asked.reason, version=version)
        return _told(found, saving.response)


@router.post(
    "/{moderated_id}/closure",
    operation_id="close_moderation",
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses=_CHANGED,
)
def close_this_moderation(
    moderated_id: ModeratedId, asked: ClosureAsked, work: WorkDep, saving: SavingDep
) -> ModeratedTold:
    """The audit team has seen to the feedback, or there will be none, and why."""
    with saving.version_read() as version:
        return _told(close_moderation(work, moderated_id, asked.reason, version=version), saving.response)


@router.post(
    "/{moderated_id}/grade-change",
    operation_id="record_moderated_grade",
    status_code=HTTPStatus.OK,
    dependencies=[requires(Permission.DRAW_MODERATION)],
    responses={**answered({"changed": GRADE_CHANGED}), **_REFUSED},
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


def listed(it: Moderated) -> ModeratedListed:
    """A moderated audit as lists show it."""
    return ModeratedListed(**_in_common(it))


def _in_common(it: Moderated) -> dict[str, Any]:
    names = ("id", "round_id", "audit_id", "place", "moderator_id", "is_own_service", "report_version")
    more = ("due_on", "state", "met_on", "fed_back_on", "version")
    return {
        **{name: getattr(it.row, name) for name in (*names, *more)},
        "month": f"{it.round.month:%Y-%m}",
        "audit": it.audit.reference,
        "moderator": it.moderator,
        "reasons": [ReasonGiven(**reason) for reason in it.row.reasons],
    }


def _told(found: ModeratedRead, response: Response) -> ModeratedTold:
    it = found.it
    tag(response, it.row.version)
    return ModeratedTold(
        **_in_common(it),
        auditor=it.auditor,
        auditor_grade=it.row.auditor_grade,
        regrade=_written(found.regrade.content) if found.regrade else None,
        missing=reasons_given(found.missing),
        not_met_because=found.not_met_because,
        feedback=found.feedback,
    )


def _content(written: RegradeWritten) -> GradingContent:
    return GradingContent(
        domains=tuple(
            DomainContent(it.domain, it.grade, it.findings or "", it.is_applicable) for it in written.domains
        ),
        strengths=tuple(written.strengths),
        areas_to_improve=tuple(written.areas_to_improve),
        overall=written.overall,
        overall_because=written.findings or "",
    )


def _written(content: GradingContent) -> RegradeWritten:
    return RegradeWritten.model_construct(
        domains=[
            DomainRegraded.model_construct(
                domain=it.domain, grade=it.grade, findings=it.evidence or None, is_applicable=it.is_applicable
            )
            for it in content.domains
        ],
        overall=content.overall,
        findings=content.overall_because or None,
        strengths=list(content.strengths),
        areas_to_improve=list(content.areas_to_improve),
    )
