"""`/v1/safety-alerts`: a concern about somebody's immediate safety, raised by any member of staff (W1 to W7).

It takes the place neither of the emergency services (999) nor of a statutory safeguarding concern.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import BackgroundTasks, Depends, Path, Query
from pydantic import BaseModel, Field, TypeAdapter
from starlette.responses import Response

from api.actors import ActorDep
from api.bearers import Actor
from api.dependencies import InstallationDep, WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, refuse_without_tag, refusing_stale, tag, version_in
from api.examples import answered
from api.fields import ON_ONE_LINE, Asked, Written, shown_as
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven, ShortfallTold, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from api.safety_alert_examples import ALERT, LISTED, MOVES, RAISED, TIMELINE
from db.queries import safety_alerts as questions
from db.queries.reaches import EVERYTHING, Reach
from db.tables.safety_alerts import SafetyAlert
from rules.ladders import Standing
from rules.roles import Role
from rules.safety_alerts import AlertClock
from usecases import safety_alerts
from usecases.safety_alert_steps import SUBJECT
from usecases.safety_alert_timelines import alert_told
from usecases.safety_alerts import AlertMoved, NewAlert, Said
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

router = Router("safety alerts", "/v1/safety-alerts")

State = Literal["open", "resolved", "lapsed", "withdrawn"]
AlertId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000031"])]
_ACTING_WITH = {
    Role.TEAM_MANAGER: Permission.ACT_ON_SAFETY_ALERTS,
    Role.HEAD_OF_SERVICE: Permission.ACT_ON_SAFETY_ALERTS,
    Role.ASSISTANT_DIRECTOR: Permission.ACT_ON_SAFETY_ALERTS,
    Role.DIRECTOR: Permission.ACT_ON_SAFETY_ALERTS,
    Role.AUDIT_TEAM: Permission.ESCALATE_SAFETY_ALERTS,
    Role.AUDIT_MANAGER: Permission.REFER_SAFETY_ALERTS,
}


class AlertRaisedAsked(Asked):
    """Three fields are enough: the case, its team, the concern. With the audit the concern alone is."""

    model_config = shown_as(
        {"concern": "She says that her son locks her in.", "case_reference": "P-1001", "team": "CART"},
        {"concern": "No heating, and snow.", "audit_id": "0199c0de-7a11-7000-8000-000000000003"},
    )

    concern: Annotated[Written, Field(description="What the concern about somebody's safety is, in a few words")]
    case_reference: Annotated[
        str, Field(max_length=200, description="The case, unless the audit says it"), ON_ONE_LINE
    ] = ""
    team: Annotated[
        str | None, Field(max_length=200, description="The team, by reference, where it is known"), ON_ONE_LINE
    ] = None
    audit_id: Annotated[uuid.UUID | None, Field(description="The audit in which it came up, in any state")] = None


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


class ReferralAsked(Asked):
    """Why this goes to the director: for exceptional cases only (W4)."""

    reason: Annotated[Written, Field(examples=["Nobody below can move him tonight."])]


class TeamAsked(Asked):
    """The team that the case belongs to."""

    team: Annotated[str, Field(max_length=200, examples=["CART"]), ON_ONE_LINE]


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
    case_reference: str
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


class AlertEntry(BaseModel):
    """One date or step: a `clock` stands at its last day; `by` says who, or as what it is owed."""

    on: date
    at: datetime | None
    kind: Literal["step", "clock", "told", "filed"]
    what: str
    by: str | None
    state: str | None
    texts: dict[str, str]
    rule: str
    clause: str
    sentence: str


class AlertTimeline(BaseModel):
    """An alert from its beginning, the oldest first."""

    reference: str
    state: State
    entries: list[AlertEntry]


_NO_ALERT = described(404, "No such safety alert, or not for whoever asks")
_REFUSED = {
    **_NO_ALERT,
    **NEEDS_IF_MATCH,
    **described(409, "Not at this rung, for others to say, or lacks its summary"),
}
_MOVED = {**answered({"after a step": {**ALERT, "steps": ["acknowledged"], "shortfalls": []}}), **_REFUSED}


@router.post(
    "",
    operation_id="raise_safety_alert",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.RAISE_SAFETY_ALERTS)],
    responses=answered({"raised": RAISED}, HTTPStatus.CREATED),
)
def raise_safety_alert(
    asked: AlertRaisedAsked,
    work: WorkDep,
    installation: InstallationDep,
    background: BackgroundTasks,
    response: Response,
) -> AlertAnswered:
    """Raises a safety alert: the team manager and the audit team are told within seconds, at any hour.

    It takes the place neither of the emergency services (999) nor of a statutory safeguarding concern: do those first
    where they are needed. Open to all staff, whether they have to do with the case or not, in any state of the audit.
    """
    raised = safety_alerts.raise_alert(work, NewAlert(**asked.model_dump()))
    background.add_task(installation.alert_sender.send_soon)
    response.headers["Location"] = f"{router.prefix}/{raised.alert.id}"
    tag(response, raised.alert.version)
    return AlertAnswered(
        **_told(work, raised.alert, raised.standing),
        acknowledgement=_clock(raised.began.acknowledgement),
        outcome=_clock(raised.began.outcome),
        flags=reasons_given(raised.began.flags),
        shortfalls=[ShortfallTold(**one) for one in raised.untold],
    )


@router.get(
    "",
    operation_id="list_safety_alerts",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses=answered({"one alert": {"items": [LISTED], "next": None}}),
)
def list_safety_alerts(asked: Annotated[AlertsAsked, Query()], work: WorkDep, page: PageDep) -> Page[AlertListed]:
    """Safety alerts, the newest first: those that one raised or was told of, and those of one's teams and services."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = questions.alerts_listed(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page(rows, lambda row: AlertListed(**_listed(row)), lambda row: row.SafetyAlert.id)


@router.get(
    "/{alert_id}",
    operation_id="read_safety_alert",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"at its first stage": ALERT}), **_NO_ALERT},
)
def read_safety_alert(alert_id: AlertId, work: WorkOnRecordDep, response: Response) -> AlertTold:
    """One safety alert with its concern. Who read it is kept."""
    way = safety_alerts.look_at(work, alert_id)
    _record_read(work, alert_id)
    tag(response, way.alert.version)
    return AlertTold(**_told(work, way.alert, way.standing()))


@router.get(
    "/{alert_id}/timeline",
    operation_id="read_safety_alert_timeline",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"raised": TIMELINE}), **_NO_ALERT},
)
def read_safety_alert_timeline(alert_id: AlertId, work: WorkOnRecordDep) -> AlertTimeline:
    """What happened, who was told of it and when, what was due, and what went on record."""
    way = safety_alerts.look_at(work, alert_id)
    _record_read(work, alert_id)
    entries = [AlertEntry.model_validate(entry, from_attributes=True) for entry in alert_told(way)]
    return AlertTimeline(reference=way.alert.reference, state=_state(way.alert), entries=entries)


@router.get(
    "/{alert_id}/allowed-moves",
    operation_id="list_allowed_moves_of_safety_alert",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"at its first stage": MOVES}), **_NO_ALERT},
)
def list_allowed_moves_of_safety_alert(
    alert_id: AlertId, work: WorkDep, actor: ActorDep, response: Response
) -> AlertMoves:
    """What may be said of it now, and whether by whoever asks."""
    possible = safety_alerts.what_may_happen(work, alert_id, _reaches(actor))
    tag(response, possible.alert.version)
    return AlertMoves(
        reference=possible.alert.reference,
        state=_state(possible.alert),
        rung=possible.standing.rung.id,
        version=possible.alert.version,
        moves=[
            AlertMove(
                event=move.event,
                is_allowed=move.why_not is None,
                why_not=reasons_given([move.why_not])[0] if move.why_not else None,
                needs_summary=move.needs_summary,
                needs_reason=move.needs_reason,
                request=f"POST {router.prefix}/{possible.alert.id}/answers",
            )
            for move in possible.moves
        ],
    )


@dataclass(frozen=True, slots=True)
class Calling:
    """Who says something of an alert, of which version, and how the messages go out once it is saved."""

    actor: Actor
    version: int | None
    send_soon: Callable[[], None]
    response: Response


async def _calling(
    actor: ActorDep,
    installation: InstallationDep,
    background: BackgroundTasks,
    response: Response,
    if_match: IfMatch = None,
) -> Calling:
    sender = installation.alert_sender
    return Calling(actor, version_in(if_match), lambda: background.add_task(sender.send_soon), response)


CallingDep = Annotated[Calling, Depends(_calling)]


@router.post(
    "/{alert_id}/answers",
    operation_id="answer_safety_alert",
    dependencies=[requires(Permission.ACT_ON_SAFETY_ALERTS, is_narrowed=True)],
    responses=_MOVED,
)
def answer_safety_alert(alert_id: AlertId, asked: AnswerAsked, work: WorkDep, calling: CallingDep) -> AlertAfterMove:
    """Whoever its stage is for says that it arrived, that it was resolved, or that it was not."""
    return _say(work, alert_id, asked, calling)


@router.post(
    "/{alert_id}/escalation",
    operation_id="escalate_safety_alert",
    dependencies=[requires(Permission.ESCALATE_SAFETY_ALERTS)],
    responses=_MOVED,
)
def escalate_safety_alert(
    alert_id: AlertId, asked: EscalationAsked, work: WorkDep, calling: CallingDep
) -> AlertAfterMove:
    """The audit team takes it to the next rung, without waiting for its time to run out."""
    return _say(work, alert_id, AnswerAsked(event="unresolved", summary=asked.summary), calling)


@router.post(
    "/{alert_id}/referral",
    operation_id="refer_safety_alert",
    dependencies=[requires(Permission.REFER_SAFETY_ALERTS, is_narrowed=True)],
    responses=_MOVED,
)
def refer_safety_alert(alert_id: AlertId, asked: ReferralAsked, work: WorkDep, calling: CallingDep) -> AlertAfterMove:
    """Turns to the director, in exceptional cases: by somebody's word alone, never by the clock."""
    return _say(work, alert_id, AnswerAsked(event="referred", reason=asked.reason), calling)


@router.post(
    "/{alert_id}/team",
    operation_id="name_team_of_safety_alert",
    dependencies=[requires(Permission.ESCALATE_SAFETY_ALERTS)],
    responses=_MOVED,
)
def name_team_of_safety_alert(
    alert_id: AlertId, asked: TeamAsked, work: WorkDep, calling: CallingDep
) -> AlertAfterMove:
    """Says which team the case belongs to, where the raiser did not know: its manager is told at once."""
    with refusing_stale():
        version = _version(calling, alert_id)
        return _after(work, safety_alerts.name_team(work, alert_id, asked.team, version), calling)


def _say(work: Work, alert_id: uuid.UUID, asked: AnswerAsked, calling: Calling) -> AlertAfterMove:
    said = Said(event=asked.event, version=_version(calling, alert_id), summary=asked.summary, reason=asked.reason)
    with refusing_stale():
        return _after(work, safety_alerts.say(work, alert_id, said, _reaches(calling.actor)), calling)


def _version(calling: Calling, alert_id: uuid.UUID) -> int:
    if calling.version is None:
        raise refuse_without_tag(f"The safety alert {alert_id}")
    return calling.version


def _after(work: Work, moved: AlertMoved, calling: Calling) -> AlertAfterMove:
    calling.send_soon()
    tag(calling.response, moved.alert.version)
    return AlertAfterMove(
        **_told(work, moved.alert, moved.standing),
        steps=moved.steps,
        shortfalls=[ShortfallTold(**one) for one in moved.untold],
    )


def _reaches(actor: Actor) -> dict[Role, Reach]:
    return {role: actor.reach_of(permission) for role, permission in _ACTING_WITH.items()}


def _record_read(work: Work, alert_id: uuid.UUID) -> None:
    record(work, Entry((SUBJECT, str(alert_id)), "safety_alert_read", rule="C4"))


def _state(alert: SafetyAlert) -> State:
    return TypeAdapter[State](State).validate_python(alert.state)


def _clock(clock: AlertClock | None) -> ClockTold | None:
    if clock is None:
        return None
    return ClockTold(due_on=clock.due_on, passes_at=clock.passes_at.replace(tzinfo=LONDON))


def _listed(row: Any) -> dict[str, Any]:
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


def _told(work: Work, alert: SafetyAlert, standing: Standing) -> dict[str, Any]:
    """The alert with where it stands; whoever could raise or move it may read it."""
    row = questions.alert_listed(work.session, alert.id, EVERYTHING)
    texts = questions.texts_of(work.session, alert.id)
    written = {name: text for of_step in texts.values() for name, text in of_step.items()}
    return {
        **_listed(row),
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
