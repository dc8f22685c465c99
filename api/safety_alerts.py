"""`/v1/safety-alerts`: a concern about somebody's immediate safety, raised by any member of staff (W1 to W7).

It takes the place neither of the emergency services (999) nor of a statutory safeguarding concern.
"""

import uuid
from http import HTTPStatus
from typing import Annotated

from fastapi import BackgroundTasks, Query
from starlette.responses import Response

from api.actors import ActorDep
from api.dependencies import InstallationDep, UrgentWorkDep, WorkDep, WorkOnRecordDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.paging import Page, PageDep
from api.permissions import Permission
from api.reasons import ShortfallTold, reasons_given
from api.routers import Router
from api.safety_alert_answers import NO_ALERT, AlertId, reaches_of
from api.safety_alert_contents import (
    AlertAnswered,
    AlertEntry,
    AlertListed,
    AlertMove,
    AlertMoves,
    AlertRaisedAsked,
    AlertsAsked,
    AlertTimeline,
    AlertTold,
    clock_told,
    listed,
    state_of,
    told,
)
from api.safety_alert_examples import ALERT, LISTED, MOVES, RAISED, TIMELINE
from db.queries import safety_alerts as questions
from usecases import safety_alerts
from usecases.new_safety_alerts import NewAlert, raise_alert
from usecases.safety_alert_steps import SUBJECT
from usecases.safety_alert_timelines import alert_told
from usecases.trail import Entry, record
from usecases.work import Work

router = Router("safety alerts", "/v1/safety-alerts")


@router.post(
    "",
    operation_id="raise_safety_alert",
    status_code=HTTPStatus.CREATED,
    dependencies=[requires(Permission.RAISE_SAFETY_ALERTS)],
    responses=answered({"raised": RAISED}, HTTPStatus.CREATED),
)
def raise_safety_alert(
    asked: AlertRaisedAsked,
    work: UrgentWorkDep,
    installation: InstallationDep,
    background: BackgroundTasks,
    response: Response,
) -> AlertAnswered:
    """Raises a safety alert: the team manager and the audit team are told within seconds, at any hour.

    It takes the place neither of the emergency services (999) nor of a statutory safeguarding concern: do those first
    where they are needed. Open to all staff, whether they have to do with the case or not, in any state of the audit.
    """
    raised = raise_alert(work, NewAlert(**asked.model_dump()))
    background.add_task(installation.alert_sender.send_soon)
    response.headers["Location"] = f"{router.prefix}/{raised.alert.id}"
    tag(response, raised.alert.version)
    return AlertAnswered(
        **told(work, raised.alert, raised.standing),
        acknowledgement=clock_told(raised.acknowledgement),
        outcome=clock_told(raised.outcome),
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
    return page.page(rows, lambda row: AlertListed(**listed(row)), lambda row: row.SafetyAlert.id)


@router.get(
    "/{alert_id}",
    operation_id="read_safety_alert",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"at its first stage": ALERT}), **NO_ALERT},
)
def read_safety_alert(alert_id: AlertId, work: WorkOnRecordDep, response: Response) -> AlertTold:
    """One safety alert with its concern. Who read it is kept."""
    way = safety_alerts.look_at(work, alert_id)
    _record_read(work, alert_id)
    tag(response, way.alert.version)
    return AlertTold(**told(work, way.alert, way.standing()))


@router.get(
    "/{alert_id}/timeline",
    operation_id="read_safety_alert_timeline",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"raised": TIMELINE}), **NO_ALERT},
)
def read_safety_alert_timeline(alert_id: AlertId, work: WorkOnRecordDep) -> AlertTimeline:
    """What happened, who was told of it and when, what was due, and what went on record."""
    way = safety_alerts.look_at(work, alert_id)
    _record_read(work, alert_id)
    entries = [AlertEntry.model_validate(entry, from_attributes=True) for entry in alert_told(way)]
    return AlertTimeline(reference=way.alert.reference, state=state_of(way.alert), entries=entries)


@router.get(
    "/{alert_id}/allowed-moves",
    operation_id="list_allowed_moves_of_safety_alert",
    dependencies=[requires(Permission.READ_SAFETY_ALERTS, is_narrowed=True)],
    responses={**answered({"at its first stage": MOVES}), **NO_ALERT},
)
def list_allowed_moves_of_safety_alert(
    alert_id: AlertId, work: WorkDep, actor: ActorDep, response: Response
) -> AlertMoves:
    """What may be said of it now, and whether by whoever asks."""
    possible = safety_alerts.what_may_happen(work, alert_id, reaches_of(actor))
    tag(response, possible.alert.version)
    return AlertMoves(
        reference=possible.alert.reference,
        state=state_of(possible.alert),
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


def _record_read(work: Work, alert_id: uuid.UUID) -> None:
    record(work, Entry((SUBJECT, str(alert_id)), "safety_alert_read", rule="C4"))
