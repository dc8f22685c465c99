"""Who is told what of a safety alert, at once and at any hour (section 9, W1, W7).

A message holds the alert's reference, its stage and links: no case, no name, and nothing of the concern (P4). Notices
are added by one statement, which waits for nobody; a missing address becomes a task with the next look of the sweep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import notices
from db.tables.safety_alerts import SafetyAlertStep
from rules.decisions import DeadlineStart
from rules.matrix import NoticeEvent, RoleTold
from rules.policy.ladder_shapes import ACKNOWLEDGEMENT, REFERRAL, Rung
from rules.policy.notice_shapes import SendWindow
from rules.recipients import Recipient, Told
from rules.roles import Role
from usecases.safety_alert_staff import AlertStaff

REMINDED = "reminded"
_TAKE_IT_FURTHER = "take it further, which only somebody's word does"
_ORDER = sorted(Role, key=lambda role: 0 if role in (Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE) else 1)


@dataclass(frozen=True, slots=True)
class Telling:
    """The roles that are told of something, and the clocks that their message names."""

    roles: tuple[RoleTold, ...]
    clocks: tuple[DeadlineStart, ...] = ()


def owe_notices(alert: AlertStaff, step: SafetyAlertStep, telling: Telling, rung: Rung) -> list[dict[str, str]]:
    """Owes everybody of the rung one message about this step; answers who could not be told, as rule and sentence."""
    due_on = {start.time_limit: start.due_on for start in telling.clocks}
    acknowledge_on = next((on for limit, on in due_on.items() if limit.endswith(f".{ACKNOWLEDGEMENT}")), None)
    outcome_on = next((on for limit, on in due_on.items() if not limit.endswith(f".{ACKNOWLEDGEMENT}")), None)
    said = {
        "what": step.event,
        "acknowledge_on": acknowledge_on.isoformat() if acknowledge_on else None,
        "due_on": outcome_on.isoformat() if outcome_on else None,
    }
    return _owe(alert, alert.told(telling.roles), rung, f"{step.version}", said)


def owe_reminder(alert: AlertStaff, roles: tuple[RoleTold, ...], rung: Rung, on: date) -> None:
    """Reminds those of a rung without a clock, once a day on which it falls (W4)."""
    told = alert.told(roles)
    _owe(alert, told, rung, f"{REMINDED}:{on.isoformat()}", {"what": REMINDED, "acknowledge_on": None, "due_on": None})


def _owe(alert: AlertStaff, told: Told, rung: Rung, occurrence: str, said: dict[str, Any]) -> list[dict[str, str]]:
    work, row = alert.work, alert.alert
    vacancies = sorted({vacancy.reason.sentence for vacancy in told.vacancies})
    rows = list(_rows(alert, told, rung, occurrence, {**said, "vacancies": vacancies}))
    notices.add_notices(
        work.session,
        NoticeEvent.SAFETY_ALERT,
        None,
        work.now,
        rows,
        send_window=SendWindow.AT_ONCE.value,
        safety_alert_id=row.id,
    )
    without = sorted(alert.staff.members[str(one["recipient_id"])].reference for one in rows if not one["address"])
    return [
        *(
            {"rule": "A5", "sentence": f"{reference} has no e-mail address, so their message waits: ring them, now."}
            for reference in without
        ),
        *({"rule": "N1", "sentence": sentence} for sentence in vacancies),
    ]


def _rows(alert: AlertStaff, told: Told, rung: Rung, occurrence: str, said: dict[str, Any]) -> Iterator[dict[str, Any]]:
    people: dict[str, list[Recipient]] = {}
    for recipient in told.recipients:
        if recipient.person_id in alert.staff.members:
            people.setdefault(recipient.person_id, []).append(recipient)
    for person_id, recipients in people.items():
        member = alert.staff.members[person_id]
        yield {
            "idempotency_key": f"{NoticeEvent.SAFETY_ALERT}:{alert.alert.id}:{occurrence}:{person_id}",
            "recipient_id": person_id,
            "address": member.address,
            "content": {**said, **_of_reader(alert, recipients, rung), "passed_on_by": member.passed_on_by},
        }


def _of_reader(alert: AlertStaff, recipients: Sequence[Recipient], rung: Rung) -> dict[str, Any]:
    nearest = min(recipients, key=lambda one: (not alert.is_asked(rung, one.role), _ORDER.index(Role(one.role))))
    hears = any(one.role in alert.work.policy.notices.also_told_when_vacant for one in recipients)
    standing_in = {one.reasons[-1].sentence: None for one in recipients if one.stands_in}
    content: dict[str, Any] = {
        "letter": "safety_alert",
        "as": nearest.role,
        "is_asked": alert.is_asked(rung, nearest.role),
        "is_team_known": alert.alert.team_id is not None,
        "alert": str(alert.alert.id),
        "reference": alert.alert.reference,
        "rung": rung.id,
        "stage": rung.stage,
        "state": alert.alert.state,
        "duty": _TAKE_IT_FURTHER if alert.alert.awaits == REFERRAL else rung.duty,
        "says": alert.work.policy.ladders.safety_alert_says,
        "without_link": alert.work.policy.ladders.safety_alert_without_link,
        "standing_in": list(standing_in),
    }
    return content if hears else {**content, "vacancies": []}
