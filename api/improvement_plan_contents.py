"""An improvement plan as it is sent and answered (L4)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.fields import Asked, RecordedDate, Written, shown_as
from api.reasons import ReasonGiven

MOST_ACTIONS = 40

_WRITTEN = {
    "specific": "Hold the review that is due, with her sister.",
    "measurable": "The review is on record with both their words.",
    "achievable": "Two hours are kept free on 16 November.",
    "relevant": "Review and drift: nobody asked her since January.",
    "owner": "990017",
    "due_on": "2026-11-30",
}


class ActionWritten(Asked):
    """One SMART action; a draft may leave out anything."""

    specific: Annotated[Written | None, Field(description="What exactly will be done")] = None
    measurable: Annotated[Written | None, Field(description="How one will see that it was done")] = None
    achievable: Annotated[Written | None, Field(description="Why it can be done by then")] = None
    relevant: Annotated[Written | None, Field(description="Which finding it answers")] = None
    owner: Annotated[
        str | None, Field(max_length=200, description="Reference of who sees to it", examples=["990017"])
    ] = None
    due_on: RecordedDate | None = None


class PlanWritten(Asked):
    """The whole plan: the actions in their order."""

    model_config = shown_as({"actions": [_WRITTEN]})

    actions: Annotated[list[ActionWritten], Field(max_length=MOST_ACTIONS)]


class AgreementAsked(Asked):
    """As what somebody agrees the plan."""

    as_role: Literal["team_manager", "practitioner"]


class EvidenceAsked(Asked):
    """That an action is done, since when, and what shows it."""

    model_config = shown_as(
        {
            "done_on": "2026-11-16",
            "evidence": "The review of 16 November is on record, with her sister's words.",
        }
    )

    done_on: RecordedDate
    evidence: Annotated[Written, Field(examples=["The review of 16 November is on record, with her sister's words."])]


class EvidenceTold(BaseModel):
    """What shows that an action was done."""

    done_on: date
    evidence: str
    recorded_at: datetime
    recorded_by: str


class ActionTold(BaseModel):
    """One action; `done_on` is the day that was recorded last, null while nothing shows that it was done."""

    number: int
    specific: str
    measurable: str
    achievable: str
    relevant: str
    owner: str | None
    due_on: date | None
    done_on: date | None
    evidence: list[EvidenceTold]


class AgreementTold(BaseModel):
    """That somebody agreed the plan, or, as head of service, confirmed it."""

    role: str
    agreed_at: datetime
    agreed_by: str


class RevisionTold(BaseModel):
    """One revision: the first is the auditor's; the newest counts."""

    revision: int
    saved_at: datetime
    saved_by: str
    is_fixed: bool
    actions: list[ActionTold]
    agreements: list[AgreementTold]
    waits_for: Annotated[list[str], Field(description="The roles that have still to agree it")]


class PlanTold(BaseModel):
    """The plan of an audit. Its ETag counts from 0, which is none yet, through all revisions."""

    is_shown: Annotated[bool, Field(description="Whether whoever asks reads it already, be there one or not")]
    why_not_shown: ReasonGiven | None
    is_owed: Annotated[ReasonGiven | None, Field(description="To those who write or check it: why one is owed")]
    plan: RevisionTold | None
    earlier_revisions: list[RevisionTold]
    missing: Annotated[list[ReasonGiven], Field(description="To submit the report; to those who write or check it")]


class EarlierPlanTold(BaseModel):
    """The plan of an audit that this re-audit follows."""

    audit_id: uuid.UUID
    audit: str
    plan: RevisionTold | None


class EarlierPlansTold(BaseModel):
    """What was to change, for whoever looks whether it has: the newest audit first."""

    earlier: list[EarlierPlanTold]


_ACTION: dict[str, Any] = {
    "number": 1,
    **_WRITTEN,
    "done_on": "2026-11-16",
    "evidence": [
        {
            "done_on": "2026-11-16",
            "evidence": "The review of 16 November is on record, with her sister's words.",
            "recorded_at": "2026-11-17T09:05:00Z",
            "recorded_by": "person 990017",
        }
    ],
}
REVISION_EXAMPLE: dict[str, Any] = {
    "revision": 1,
    "saved_at": "2026-10-27T16:40:00Z",
    "saved_by": "person 990402",
    "is_fixed": True,
    "actions": [_ACTION],
    "agreements": [{"role": "practitioner", "agreed_at": "2026-11-04T10:00:00Z", "agreed_by": "person 990017"}],
    "waits_for": ["team_manager"],
}
PLAN_EXAMPLE: dict[str, Any] = {
    "is_shown": True,
    "why_not_shown": None,
    "is_owed": None,
    "plan": REVISION_EXAMPLE,
    "earlier_revisions": [],
    "missing": [],
}
