"""What is written and told of moderated audits: the moderation template, and one audit with where it stands (M2–M4)."""

import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Depends, Path
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import Asked, Written, shown_as
from api.moderation_examples import MODERATED, REGRADE
from api.reasons import ReasonGiven, reasons_given
from api.routers import NEEDS_IF_MATCH, described
from db.queries.moderated_audits import Moderated
from rules.gradings import DomainContent, GradingContent
from usecases.moderation_steps import ModeratedRead

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
NOT_THERE = described(404, "No such moderated audit, or not for whoever asks")
REFUSED = {**NOT_THERE, **NEEDS_IF_MATCH, **described(409, "Not as things stand, or in a matter of one's own")}
CHANGED = {**answered({"as it stands": MODERATED}), **REFUSED}


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


def told(found: ModeratedRead, response: Response) -> ModeratedTold:
    """One moderated audit as it stands, with its ETag on the response."""
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


def content(written: RegradeWritten) -> GradingContent:
    """What a moderator wrote, as the rules ask for it."""
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
