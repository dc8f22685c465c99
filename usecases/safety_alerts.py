"""Safety alerts: raised at any hour from any audit or from none, answered, and taken further (W1 to W7).

`rules/ladders.py` says where an alert stands and `rules/safety_alerts.py` what it needs. Raising one takes no lock on
any row and writes none that others write, so that nothing that goes on elsewhere holds it up.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from db.queries import safety_alerts
from db.queries.reaches import Reach
from db.tables.safety_alerts import SafetyAlert
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.ladder_actors import why_not
from rules.ladders import LadderState, Standing
from rules.roles import Role
from rules.safety_alerts import why_no_outcome
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.safety_alert_steps import CASE_NAMED, SUBJECT, TEAM_NAMED, AlertOnItsWay
from usecases.safety_alert_tasks import CASE_UNKNOWN, TEAM_UNKNOWN, leave_to_the_audit_team
from usecases.staff_on_the_day import staff_today
from usecases.tasks import close_task
from usecases.trail import Entry, record
from usecases.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of an alert: an event of its ladder, with summary or reason; `version` is what they read."""

    event: str
    version: int
    summary: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """What the audit team found out of an alert that came with less: its team, by reference or name, and its case."""

    team: str | None = None
    case_reference: str | None = None


@dataclass(frozen=True, slots=True)
class AlertMoved:
    """The alert after a step, what was recorded of it, and who could not be told."""

    alert: SafetyAlert
    standing: Standing
    steps: list[str]
    untold: list[dict[str, str]]


def say(work: Work, alert_id: uuid.UUID, said: Said, reaches: Mapping[Role, Reach]) -> AlertMoved:
    """Somebody says that something happened to an alert: acknowledged, resolved, unresolved, referred.

    Raises NotFound, AlreadyDifferent for one that changed since it was read, and NotAllowedNow with the rule: for what
    does not happen at that rung, is for others to say, or lacks its summary or its reason (W1–W5).
    """
    way = _hold(work, alert_id, said.version)
    standing = way.catch_up()
    actor, policy = way.staff.actor(reaches), way.work.policy
    against = why_not(said.event, standing, actor, policy, has_reason=bool(said.reason and said.reason.strip()))
    if against is not None:
        raise _not_now(against)
    against = why_no_outcome(said.event, standing, said.summary or said.reason, policy)
    if against is not None:
        raise _not_now(against, "/summary")
    standing = way.take(said.event, {"summary": said.summary, "reason": said.reason})
    leave_to_the_audit_team(work, way.alert)
    return _moved(way, standing)


def name(work: Work, alert_id: uuid.UUID, named: Named, version: int) -> AlertMoved:
    """The audit team says in which team the case is, or which case it is: those of the rung are told, its manager too.

    Raises NotFound, AlreadyDifferent, InvalidFacts for a team that nobody knows, and NotAllowedNow where it is known.
    """
    way = _hold(work, alert_id, version)
    alert = way.alert
    team_id = _team_named(work, alert, named)
    case = (named.case_reference or "").strip()
    if alert.state != LadderState.OPEN or (case and alert.case_reference) or not (case or team_id):
        sentence = f"{alert.reference} has what you name already, or has ended: there is nothing to name."
        raise NotAllowedNow(sentence, rule="W7", clause=work.policy.clause_of("W7"))
    if case:
        alert.case_reference = case
        way.name(CASE_NAMED, "The case was named")
        close_task(work, CASE_UNKNOWN, str(alert.id), f"The case was named by {work.actor}.")
    if team_id:
        alert.team_id = team_id
        way.name(TEAM_NAMED, "The team was named")
        close_task(work, TEAM_UNKNOWN, str(alert.id), f"The team was named by {work.actor}.")
    details = {"team_id": str(team_id) if team_id else None, "names_case": int(bool(case))}
    record(work, Entry((SUBJECT, str(alert.id)), "alert_named", rule="W7", details=details))
    standing = way.catch_up()
    leave_to_the_audit_team(work, alert)
    return _moved(way, standing)


def _team_named(work: Work, alert: SafetyAlert, named: Named) -> uuid.UUID | None:
    if named.team is None or alert.team_id is not None:
        return None
    known = safety_alerts.team_called(work.session, named.team.strip())
    if known is None:
        sentence = f"There is no team {named.team!r:.60}: see GET /v1/teams."
        raise InvalidFacts([Problem("/team", sentence, named.team[:60], "W7")])
    return known


def what_may_happen(work: Work, alert_id: uuid.UUID, reaches: Mapping[Role, Reach]) -> "Possible":
    """Everything that may happen at the rung now, and whether whoever asks may say it. Raises NotFound."""
    way = look_at(work, alert_id)
    standing, actor = way.standing(), way.staff.actor(reaches)
    moves = [
        PossibleMove(
            one.event,
            one.needs_reason,
            one.needs_summary,
            why_not(one.event, standing, actor, way.work.policy, has_reason=True),
        )
        for one in standing.possible
    ]
    return Possible(way.alert, standing, moves)


@dataclass(frozen=True, slots=True)
class PossibleMove:
    """One event of the rung: what it needs, and why whoever asks may not say it, None where they may."""

    event: str
    needs_reason: bool
    needs_summary: bool
    why_not: Reason | None


@dataclass(frozen=True, slots=True)
class Possible:
    """An alert, where it stands, and what may happen to it."""

    alert: SafetyAlert
    standing: Standing
    moves: list[PossibleMove]


def look_at(work: Work, alert_id: uuid.UUID) -> AlertOnItsWay:
    """One alert within reach as it stands, for a question. Raises NotFound."""
    alert = safety_alerts.alert_seen(work.session, alert_id, work.reach)
    if alert is None:
        raise _not_found(alert_id)
    return AlertOnItsWay.of(work, alert, staff_today(work))


def _hold(work: Work, alert_id: uuid.UUID, version: int) -> AlertOnItsWay:
    if safety_alerts.alert_seen(work.session, alert_id, work.reach) is None:
        raise _not_found(alert_id)
    alert = safety_alerts.alert_held(work.session, alert_id)
    assert alert is not None, "alerts are never deleted"
    if alert.version != version:
        raise AlreadyDifferent(
            f"{alert.reference} changed since it was read: it stands at {alert.rung}, {alert.state} (version "
            f"{alert.version}). Read it again, then say what happened."
        )
    return AlertOnItsWay.of(work, alert, staff_today(work))


def _not_now(against: Reason, pointer: str = "") -> NotAllowedNow:
    problem = Problem(pointer, against.sentence, None, against.rule)
    return NotAllowedNow(against.sentence, rule=against.rule, clause=against.clause, problems=[problem])


def _moved(way: AlertOnItsWay, standing: Standing) -> AlertMoved:
    return AlertMoved(way.alert, standing, [step.event for step in way.added], way.untold)


def _not_found(alert_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no safety alert {alert_id}: find it with GET /v1/safety-alerts.")
