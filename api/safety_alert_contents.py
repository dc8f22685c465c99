"""Safety alerts as they are asked for and told over HTTP (W1 to W7)."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, TypeAdapter

from api.fields import ON_ONE_LINE, Asked, Written, shown_as
from api.paging import DEFAULT_LIMIT, MOST_ROWS
from api.reasons import ReasonGiven, ShortfallTold, reasons_given
from api.timeline_entries import TimelineLine
from db.queries import safety_alerts as questions
from db.queries.reaches import EVERYTHING
from db.tables.safety_alerts import SafetyAlert
from rules.ladders import Standing
from rules.safety_alerts import AlertClock
from usecases.work import LONDON, Work

State = Literal["open", "resolved", "lapsed", "withdrawn"]


class AlertRaisedAsked(Asked):
    """The concern alone is enough. Case and team, or the audit, say at once whose it is."""

    model_config = shown_as(
        {"concern": "She says that her son locks her in.", "case_reference": "P-1001", "team": "CART"},
        {"concern": "No heating, and snow.", "audit_id": "0199c0de-7a11-7000-8000-000000000003"},
    )

    concern: Annotated[Written, Field(description="What the concern about somebody's safety is, in a few words")]
    case_reference: Annotated[
        str, Field(max_length=200, description="The case, unless the audit says it"), ON_ONE_LINE
    ] = ""
    team: Annotated[
        Annotated[str, Field(max_length=200), ON_ONE_LINE] | None,
        Field(description="The team, by reference or name, where it is known"),
    ] = None
    audit_id: Annotated[
        Annotated[str, Field(max_length=200), ON_ONE_LINE] | None,
        Field(description="The audit in which it came up, in any state; its reference is taken too"),
    ] = None
    audit: Annotated[
        Annotated[str, Field(max_length=200), ON_ONE_LINE] | None,
        Field(description="The same by its reference, such as PA-2026-0412, where that is at hand"),
    ] = None


class AnswerAsked(Asked):
    """What somebody says of the alert at its stage; `summary` goes on record in the case system (W5)."""

    model_config = shown_as(
        {"event": "acknowledged"},
        {"event": "resolved", "summary": "Rung at 14:10; she is with her daughter. Key safe changed."},
    )

    event: Annotated[str, Field(max_length=60, description="`allowed-moves` lists what may be said now")]
    summary: Annotated[Written | None, Field(description="What was discussed, and what came of it")] = None
    reason: Written | None = None


class EscalationAsked(Asked):
    """Why the stage ended without the concern being resolved; it goes on record (W2, W3, W5)."""

    summary: Annotated[Written, Field(examples=["The team manager could not reach anybody."])]
    event: Annotated[str, Field(max_length=60, description="As the edition's ladder names it")] = "unresolved"


class ReferralAsked(Asked):
    """Why this goes to the director: for exceptional cases only (W4)."""

    reason: Annotated[Written, Field(examples=["Nobody below can move him tonight."])]
    summary: Written | None = None
    event: Annotated[str, Field(max_length=60, description="As the edition's ladder names it")] = "referred"


class AlertNamed(Asked):
    """What became known of an alert that came with less: its team, its case, or both."""

    model_config = shown_as({"team": "CART"}, {"case_reference": "P-1001"})

    team: Annotated[str, Field(max_length=200), ON_ONE_LINE] | None = None
    case_reference: Annotated[str, Field(max_length=200, pattern=r"\S"), ON_ONE_LINE] | None = None


class AlertsAsked(Asked):
    """Which alerts to list."""

    state: State | None = None
    audit: Annotated[str | None, Field(max_length=200, description="Reference of an audit")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class AlertListed(BaseModel):
    """An alert in the list."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["SA-2026-0007"])]
    case_reference: Annotated[str, Field(description="Empty until somebody names it")]
    audit: Annotated[str | None, Field(description="Reference of the audit from which it was raised")]
    team: str | None
    raised_by: str
    raised_at: datetime
    is_concerned: Annotated[bool, Field(description="Whether the raiser has to do with the case")]
    state: State
    rung: Annotated[str, Field(examples=["W1"])]
    due_on: Annotated[date | None, Field(description="The last day for the outcome of its rung")]
    version: int
    ended_on: date | None


class AlertTold(AlertListed):
    """One alert, where it stands and why. `says` is what it does not replace."""

    audit_id: uuid.UUID | None
    concern: Annotated[str | None, Field(description="Null once its time to be kept was over")]
    where: Annotated[str | None, Field(description="What was typed for a team or an audit that nobody knows")]
    stage: str
    owed_by: Annotated[list[str], Field(description="The roles that are to act now")]
    is_overdue: bool
    is_told_to_nobody: Annotated[bool, Field(description="Nobody who could act was or is being told: ring them")]
    says: str
    reasons: list[ReasonGiven]


class ClockTold(BaseModel):
    """The last day, and the moment in Europe/London at which it has passed."""

    due_on: date
    passes_at: datetime


class AlertAnswered(AlertTold):
    """A new alert. Who could not be told is in `shortfalls`, with what to do; `flags` are said and stop nothing."""

    acknowledgement: ClockTold | None
    outcome: ClockTold | None
    flags: list[ReasonGiven]
    shortfalls: list[ShortfallTold]


class AlertAfterMove(AlertTold):
    """The alert after a step. Its ETag is the version: send it as If-Match with the next one."""

    steps: Annotated[list[str], Field(description="What was recorded, in order", examples=[["acknowledged"]])]
    shortfalls: list[ShortfallTold]


class AlertMove(BaseModel):
    """Something that may be said at the rung now; `why_not` where it is for others to say."""

    event: Annotated[str, Field(examples=["resolved"])]
    is_allowed: bool
    why_not: ReasonGiven | None
    needs_summary: bool
    needs_reason: bool
    request: str


class AlertMoves(BaseModel):
    """Everything that may happen at the rung now, for whoever asks."""

    reference: str
    state: State
    rung: str
    version: int
    moves: list[AlertMove]


class AlertEntry(TimelineLine):
    """One date or step of an alert, or a message about it; `by` says who, or as what it is owed."""

    kind: Literal["step", "clock", "told", "filed"]


class AlertTimeline(BaseModel):
    """An alert from its beginning, the oldest first."""

    reference: str
    state: State
    entries: list[AlertEntry]


def state_of(alert: SafetyAlert) -> State:
    """Its state, as answers name it."""
    return TypeAdapter[State](State).validate_python(alert.state)


def clock_told(clock: AlertClock | None) -> ClockTold | None:
    """A clock with its moment in Europe/London."""
    if clock is None:
        return None
    return ClockTold(due_on=clock.due_on, passes_at=clock.passes_at.replace(tzinfo=LONDON))


@dataclass(frozen=True, slots=True)
class Bare:
    """An alert that names neither audit nor team: nothing has to be looked up, which may be held just then (W7)."""

    SafetyAlert: SafetyAlert
    audit_reference: str | None = None
    team_reference: str | None = None


def listed(row: Any) -> dict[str, Any]:
    """The fields of an alert in the list."""
    alert: SafetyAlert = row.SafetyAlert
    return {
        "id": alert.id,
        "reference": alert.reference,
        "case_reference": alert.case_reference,
        "audit": row.audit_reference,
        "team": row.team_reference,
        "raised_by": alert.raised_by,
        "raised_at": alert.raised_at,
        "is_concerned": alert.is_concerned,
        "state": alert.state,
        "rung": alert.rung,
        "due_on": alert.due_on,
        "version": alert.version,
        "ended_on": alert.ended_on,
    }


def told(work: Work, alert: SafetyAlert, standing: Standing) -> dict[str, Any]:
    """The alert with where it stands; whoever could raise or move it may read it."""
    is_bare = alert.audit_id is None and alert.team_id is None
    row = Bare(alert) if is_bare else questions.alert_listed(work.session, alert.id, EVERYTHING)
    texts = questions.texts_of(work.session, alert.id)
    written = {name: text for of_step in texts.values() for name, text in of_step.items()}
    return {
        **listed(row),
        "audit_id": alert.audit_id,
        "concern": written.get("concern"),
        "where": written.get("where"),
        "stage": standing.rung.stage,
        "owed_by": standing.owed_by,
        "is_overdue": standing.is_overdue,
        "is_told_to_nobody": questions.is_nobody_told(work.session, alert.id),
        "says": work.policy.ladders.safety_alert_says,
        "reasons": reasons_given(standing.reasons),
    }
