"""`/v1/safety-alerts/{id}/answers` to `/team`: what is said of an alert, stage by stage (W1 to W5)."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import BackgroundTasks, Depends, Path
from starlette.responses import Response

from api.actors import ActorDep
from api.bearers import Actor
from api.dependencies import InstallationDep, WorkDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.permissions import Permission
from api.reasons import ShortfallTold
from api.routers import NEEDS_IF_MATCH, Router, described
from api.safety_alert_contents import AlertAfterMove, AlertNamed, AnswerAsked, EscalationAsked, ReferralAsked, told
from api.safety_alert_examples import ALERT
from db.queries.reaches import Reach
from rules.roles import Role
from usecases import safety_alerts
from usecases.safety_alerts import AlertMoved, Named, Said
from usecases.work import Work

router = Router("safety alerts", "/v1/safety-alerts")

AlertId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000031"])]
_ACTING_WITH = {
    Role.TEAM_MANAGER: Permission.ACT_ON_SAFETY_ALERTS,
    Role.HEAD_OF_SERVICE: Permission.ACT_ON_SAFETY_ALERTS,
    Role.ASSISTANT_DIRECTOR: Permission.ACT_ON_SAFETY_ALERTS,
    Role.DIRECTOR: Permission.ACT_ON_SAFETY_ALERTS,
    Role.AUDIT_TEAM: Permission.ESCALATE_SAFETY_ALERTS,
    Role.AUDIT_MANAGER: Permission.REFER_SAFETY_ALERTS,
}
NO_ALERT = described(404, "No such safety alert, or not for whoever asks")
_REFUSED = {
    **NO_ALERT,
    **NEEDS_IF_MATCH,
    **described(409, "Not at this rung, for others to say, or lacks its summary"),
}
_MOVED = {**answered({"after a step": {**ALERT, "steps": ["acknowledged"], "shortfalls": []}}), **_REFUSED}


@dataclass(frozen=True, slots=True)
class Calling:
    """Who says something of an alert, of which version, and how the messages go out once it is saved."""

    actor: Actor
    if_match: str | None
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
    return Calling(actor, if_match, lambda: background.add_task(sender.send_soon), response)


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
    return _say(work, alert_id, AnswerAsked(event=asked.event, summary=asked.summary), calling)


@router.post(
    "/{alert_id}/referral",
    operation_id="refer_safety_alert",
    dependencies=[requires(Permission.REFER_SAFETY_ALERTS, is_narrowed=True)],
    responses=_MOVED,
)
def refer_safety_alert(alert_id: AlertId, asked: ReferralAsked, work: WorkDep, calling: CallingDep) -> AlertAfterMove:
    """Turns to the director, in exceptional cases: by somebody's word alone, never by the clock."""
    return _say(work, alert_id, AnswerAsked(event=asked.event, reason=asked.reason, summary=asked.summary), calling)


@router.post(
    "/{alert_id}/team",
    operation_id="name_team_of_safety_alert",
    dependencies=[requires(Permission.ESCALATE_SAFETY_ALERTS)],
    responses=_MOVED,
)
def name_team_of_safety_alert(
    alert_id: AlertId, asked: AlertNamed, work: WorkDep, calling: CallingDep
) -> AlertAfterMove:
    """Says in which team the case is, or which case, where the raiser did not know: those of its stage are told."""
    with version_read(calling.if_match, f"The safety alert {alert_id}") as version:
        return _after(work, safety_alerts.name(work, alert_id, Named(**asked.model_dump()), version), calling)


def _say(work: Work, alert_id: uuid.UUID, asked: AnswerAsked, calling: Calling) -> AlertAfterMove:
    with version_read(calling.if_match, f"The safety alert {alert_id}") as version:
        said = Said(event=asked.event, version=version, summary=asked.summary, reason=asked.reason)
        return _after(work, safety_alerts.say(work, alert_id, said, reaches_of(calling.actor)), calling)


def _after(work: Work, moved: AlertMoved, calling: Calling) -> AlertAfterMove:
    calling.send_soon()
    tag(calling.response, moved.alert.version)
    return AlertAfterMove(
        **told(work, moved.alert, moved.standing),
        steps=moved.steps,
        shortfalls=[ShortfallTold(**one) for one in moved.untold],
    )


def reaches_of(actor: Actor) -> dict[Role, Reach]:
    """How far somebody reaches as each role that says something of an alert."""
    return {role: actor.reach_of(permission) for role, permission in _ACTING_WITH.items()}
