"""What a safety alert leaves to people: tasks, each of that alert alone, without which it would wait unseen (W1)."""

from datetime import timedelta

from db.queries import safety_alerts
from db.tables.safety_alerts import SafetyAlert
from rules.dates_in_words import day_in_words
from rules.errors import Refusal
from rules.ladders import LadderState, Standing
from rules.policy.ladder_shapes import roles_in_words
from usecases.notices import address_missing
from usecases.safety_alert_steps import SUBJECT
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.work import Work

TEAM_UNKNOWN, CASE_UNKNOWN = "safety_alert_without_team", "safety_alert_without_case"
NOBODY_TOLD, NOT_SENT = "safety_alert_told_to_nobody", "safety_alert_not_sent"
STANDS_STILL, OVERDUE = "safety_alert_stands_still", "safety_alert_overdue"
_LATE_AFTER = timedelta(minutes=1)


def leave_to_the_audit_team(work: Work, alert: SafetyAlert) -> None:
    """What is known at once: a team or a case that nobody knows, and that nobody could be told."""
    tasks = []
    if alert.state != LadderState.OPEN:
        _close(work, alert)
    elif not alert.case_reference:
        sentence = (
            f"Nobody knows the case of {alert.reference}: ask {alert.raised_by}, who raised it, and name it with "
            f"POST /v1/safety-alerts/{alert.id}/team."
        )
        tasks.append(_task(CASE_UNKNOWN, alert, sentence, "W7"))
    if alert.state == LadderState.OPEN and alert.team_id is None:
        sentence = (
            f"Nobody knows the team of {alert.reference}, so no team manager was told: name it with "
            f"POST /v1/safety-alerts/{alert.id}/team, and ring them."
        )
        tasks.append(_task(TEAM_UNKNOWN, alert, sentence, "W7"))
    if safety_alerts.is_nobody_told(work.session, alert.id):
        tasks.append(_of_nobody_told(alert))
    open_tasks(work, tasks)


def leave_what_the_sweep_finds(work: Work, alert: SafetyAlert, standing: Standing) -> None:
    """What shows later: missing addresses, messages that no mail server took, and a last stage that nobody answers."""
    missing = safety_alerts.without_address(work.session, alert.id)
    tasks = [address_missing(str(id_), reference) for id_, reference in missing]
    if safety_alerts.is_nobody_told(work.session, alert.id):
        tasks.append(_of_nobody_told(alert))
    else:
        close_task(work, NOBODY_TOLD, str(alert.id), "Somebody who can act is told, or being told.")
    since = safety_alerts.unsent_since(work.session, alert.id)
    if since is None:
        close_task(work, NOT_SENT, str(alert.id), "Its messages are with the mail server.")
    elif work.now - since > _LATE_AFTER:
        sentence = (
            f"Messages about {alert.reference} have not left since {since:%Y-%m-%d %H:%M} UTC: ring those whom "
            f"GET /v1/safety-alerts/{alert.id}/timeline names, and look at the mail server. They go once it is back."
        )
        tasks.append(_task(NOT_SENT, alert, sentence, "W7"))
    if standing.due_on is not None and standing.is_overdue and not standing.rung.moves_up_to:
        sentence = (
            f"{alert.reference} was to be answered by {day_in_words(standing.due_on)} at {standing.rung.id}, and was "
            f"not: ring the {roles_in_words(standing.owed_by)}. Only somebody's word takes it further "
            f"(POST /v1/safety-alerts/{alert.id}/referral)."
        )
        tasks.append(_task(OVERDUE, alert, sentence, "W6"))
    open_tasks(work, tasks)


def close_what_was_named(work: Work, alert: SafetyAlert) -> None:
    """Nobody has to name what is known by now."""
    if alert.team_id is not None:
        close_task(work, TEAM_UNKNOWN, str(alert.id), "The team is known.")
    if alert.case_reference:
        close_task(work, CASE_UNKNOWN, str(alert.id), "The case is known.")


def _close(work: Work, alert: SafetyAlert) -> None:
    for kind in (TEAM_UNKNOWN, CASE_UNKNOWN, NOBODY_TOLD, STANDS_STILL, OVERDUE):
        close_task(work, kind, str(alert.id), f"{alert.reference} has ended.")


def leave_standing(work: Work, alert: SafetyAlert, why: Refusal) -> None:
    """An alert that the rules cannot take further is a person's, and holds up no other."""
    sentence = f"{alert.reference} goes no further by itself: {why.sentence} Ring whoever can act, now."
    open_tasks(work, [_task(STANDS_STILL, alert, sentence, "W6")])


def _of_nobody_told(alert: SafetyAlert) -> NewTask:
    """The worst that can happen to an alert: it is on record, and nobody knows."""
    sentence = (
        f"Nobody could be told of {alert.reference} so far: nobody with an address holds a post of {alert.rung} or is "
        "in the audit team, or other work holds their records. Ring whoever can act, now "
        f"(GET /v1/safety-alerts/{alert.id})."
    )
    return _task(NOBODY_TOLD, alert, sentence, "W1")


def _task(kind: str, alert: SafetyAlert, sentence: str, rule: str) -> NewTask:
    return NewTask(kind, str(alert.id), sentence, rule, (SUBJECT, str(alert.id)))
