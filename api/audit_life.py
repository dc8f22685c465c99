"""`/v1/audits/{id}/meeting` to `/issue`: an audit from allocation to issue, by auditor and audit team (L1–L7)."""

from datetime import time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from starlette.responses import Response

from api.audits import AuditId
from api.dependencies import WorkDep, requires
from api.entity_tags import IfMatch, version_read
from api.examples import answered
from api.fields import Asked, RecordedDate, Written, shown_as
from api.moves_made import ERRORS, EXAMPLE, MoveMade, make_move, move_made
from api.permissions import Permission
from api.placed_refusals import placed_at
from api.routers import Router
from rules.audit_events import Event
from rules.audit_facts import Asked as FactsAsked
from usecases.audit_life import Move
from usecases.audit_moves_by_state import arrange_meeting, hand_in_report

router = Router("audits", "/v1/audits")


def _by_the_clock(value: Any) -> Any:
    """A bare number would be read as seconds since midnight in UTC."""
    if value is None or isinstance(value, str | time):
        return value
    raise ValueError("give a time such as 10:30")


def _in_london(value: time | None) -> time | None:
    if value is not None and value.tzinfo is not None:
        raise ValueError("give the time that the clock shows in London, such as 10:30, without a zone")
    return value


class MeetingAsked(Asked):
    """When auditor and practitioner are to meet (L1)."""

    model_config = shown_as({"meets_on": "2026-10-12", "meets_at": "10:30"})

    meets_on: Annotated[RecordedDate, Field(description="Today or later: one that was held is recorded as discussion")]
    meets_at: Annotated[
        time | None,
        BeforeValidator(_by_the_clock),
        AfterValidator(_in_london),
        Field(description="Europe/London", examples=["10:30"]),
    ] = None


class DiscussionAsked(Asked):
    """The reflective discussion: the day it was held, or why it was not (L3)."""

    model_config = shown_as(
        {"held_on": "2026-10-20", "team_manager_attended": True},
        {"not_held_because": "She left the council on 16 October."},
    )

    held_on: Annotated[RecordedDate | None, Field(description="Null where it was not held")] = None
    not_held_because: Annotated[Written | None, Field(description="Needed where it was not held")] = None
    team_manager_attended: Annotated[
        bool, Field(description="Or whoever acts in their place; needed of a second re-audit (3.6)")
    ] = False

    @model_validator(mode="after")
    def _held_or_not(self) -> "DiscussionAsked":
        if (self.held_on is None) == (self.not_held_because is None):
            raise ValueError("give `held_on`, the day on which it was held, or `not_held_because`, why it was not")
        return self


class QualityCheckAsked(Asked):
    """What the audit team found of the newest submission (L6, Q1)."""

    model_config = shown_as(
        {"outcome": "accepted"},
        {"outcome": "returned", "points": ["Say who was at the review of May."], "discussion_offered": True},
    )

    outcome: Annotated[
        Literal["accepted", "returned", "not_accepted"],
        Field(description="`not_accepted`: a returned report that was not amended in time (Q2)", examples=["accepted"]),
    ]
    points: Annotated[
        list[Written],
        Field(default_factory=list, max_length=50, description="To return it: what is to be changed, point by point"),
    ]
    discussion_offered: Annotated[bool, Field(description="A discussion with the auditor: 4 working days, not 3")] = (
        False
    )

    @model_validator(mode="after")
    def _points_go_back(self) -> "QualityCheckAsked":
        if self.outcome != "returned" and (self.points or self.discussion_offered):
            raise ValueError(
                "points to change and the offer of a discussion go with a report that is returned: give `returned` as "
                "the outcome, or leave them out"
            )
        return self


_OUTCOMES = {
    "accepted": Event.REPORT_ACCEPTED,
    "returned": Event.REPORT_RETURNED,
    "not_accepted": Event.NOT_ACCEPTED,
}
_ANSWERED = {**answered({"a report submitted": EXAMPLE}), **ERRORS}


@router.post(
    "/{audit_id}/meeting",
    operation_id="arrange_meeting",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses=_ANSWERED,
)
def arrange_this_meeting(
    audit_id: AuditId, asked: MeetingAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """Arranges the meeting of auditor and practitioner, or moves it. Whoever comes to it is told."""
    with version_read(if_match, "The audit") as version, placed_at("/meets_on", asked.meets_on):
        return move_made(arrange_meeting(work, audit_id, asked.meets_on, asked.meets_at, version), response)


@router.post(
    "/{audit_id}/reflective-discussion",
    operation_id="record_reflective_discussion",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses=_ANSWERED,
)
def record_reflective_discussion(
    audit_id: AuditId, asked: DiscussionAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The reflective discussion was held, or was not and why. The first grading is fixed from now on."""
    facts = FactsAsked(
        on_day=asked.held_on,
        has_text=asked.not_held_because is not None,
        reason=asked.not_held_because,
        team_manager_attended=asked.team_manager_attended,
    )
    event = Event.DISCUSSION_NOT_HELD if asked.held_on is None else Event.DISCUSSION_HELD
    wanted = Move(
        event=event,
        asked=facts,
        written={"not_held_because": asked.not_held_because},
    )
    return make_move(work, audit_id, wanted, if_match, response)


@router.post(
    "/{audit_id}/submissions",
    operation_id="submit_report",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses=_ANSWERED,
)
def submit_this_report(audit_id: AuditId, work: WorkDep, response: Response, if_match: IfMatch = None) -> MoveMade:
    """The completed report goes to the audit team; a returned one goes back amended. Late is said, never refused."""
    with version_read(if_match, "The audit") as version:
        return move_made(hand_in_report(work, audit_id, version), response)


@router.post(
    "/{audit_id}/quality-checks",
    operation_id="check_quality",
    dependencies=[requires(Permission.CHECK_QUALITY)],
    responses=_ANSWERED,
)
def check_quality(
    audit_id: AuditId, asked: QualityCheckAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> MoveMade:
    """The audit team accepts the report, or returns it with points to change. Never by its auditor."""
    points = "\n\n".join(asked.points)
    facts = FactsAsked(
        points=len(asked.points), has_text=bool(asked.points), offers_discussion=asked.discussion_offered
    )
    wanted = Move(
        event=_OUTCOMES[asked.outcome],
        asked=facts,
        written={"points": points},
    )
    return make_move(work, audit_id, wanted, if_match, response)


@router.post(
    "/{audit_id}/issue",
    operation_id="issue_audit",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses=_ANSWERED,
)
def issue_audit(audit_id: AuditId, work: WorkDep, response: Response, if_match: IfMatch = None) -> MoveMade:
    """The auditor issues the accepted report: it goes to practitioner and managers, and to the case system."""
    return make_move(work, audit_id, Move(event=Event.AUDIT_ISSUED), if_match, response)
