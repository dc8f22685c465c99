"""Safety alerts: raised at any hour from any audit or from none, answered, and taken further (W1 to W7).

`rules/ladders.py` says where an alert stands and `rules/safety_alerts.py` what it needs. Raising one takes no lock on
any row and writes none that others write, so that nothing that goes on elsewhere holds it up.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from db.queries import organisation, safety_alerts
from db.queries.reaches import Reach
from db.queries.safety_alerts import AuditKnown
from db.tables.safety_alerts import SafetyAlert
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.ladder_actors import why_not
from rules.ladders import Standing, ladder_named
from rules.roles import Role
from rules.safety_alerts import LADDER, AlertAsked, AlertRaised, why_no_outcome
from rules.safety_alerts import raise_alert as begin
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.safety_alert_steps import SUBJECT, AlertOnItsWay
from usecases.staff_on_the_day import staff_today
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

TEAM_UNKNOWN, NOBODY_TOLD = "safety_alert_without_team", "safety_alert_told_to_nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What is typed: the concern, and the case and its team where no audit says them. `team` is a reference."""

    concern: str
    case_reference: str = ""
    team: str | None = None
    audit_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """The alert as it stands a moment later, with what its raiser reads, and who could not be told."""

    alert: SafetyAlert
    began: AlertRaised
    standing: Standing
    untold: list[dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What somebody says of an alert: an event of its ladder, with summary or reason; `version` is what they read."""

    event: str
    version: int
    summary: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AlertMoved:
    """The alert after a step, what was recorded of it, and who could not be told."""

    alert: SafetyAlert
    standing: Standing
    steps: list[str]
    untold: list[dict[str, str]]


def raise_alert(work: Work, asked: NewAlert) -> Raised:
    """Raises an alert, tells everybody whom the matrix names, and answers; in any state of the audit and of the rest.

    An audit or a team that nobody knows is said and stops nothing, as long as there is a case. Raises InvalidFacts
    only where nobody could act: without a case or a concern (W7).
    """
    audit = safety_alerts.audit_known(work.session, asked.audit_id) if asked.audit_id else None
    team_id = _team(work, asked, audit)
    case_reference = audit.case_reference if audit else asked.case_reference.strip()
    selves = work.reach.standing.selves
    facts = AlertAsked(
        case_reference=case_reference,
        concern=asked.concern,
        team_id=str(team_id) if team_id else None,
        is_concerned=_is_concerned(work, audit, team_id, case_reference),
    )
    began = begin(facts, work.now.astimezone(LONDON).replace(tzinfo=None), work.policy, work.calendar)
    alert = safety_alerts.add_alert(
        work.session,
        SafetyAlert(
            audit_id=audit.id if audit else None,
            case_reference=case_reference,
            team_id=team_id,
            practitioner_id=audit.practitioner_id if audit else None,
            auditor_id=audit.auditor_id if audit else None,
            raised_by=work.actor,
            raised_by_id=selves[0] if selves else None,
            is_concerned=facts.is_concerned,
            raised_at=work.now,
            raised_on=work.today,
            edition_id=work.policy.edition.id,
            state="open",
            rung=ladder_named(LADDER, work.policy).rungs[0].id,
            version=0,
        ),
    )
    way = AlertOnItsWay.of(work, alert, staff_today(work))
    standing = way.catch_up({"concern": asked.concern, "where": _as_typed(asked, team_id)})
    _leave_to_the_audit_team(work, alert)
    return Raised(alert, began, standing, way.untold)


def say(work: Work, alert_id: uuid.UUID, said: Said, reaches: Mapping[Role, Reach]) -> AlertMoved:
    """Somebody says that something happened to an alert: acknowledged, resolved, unresolved, referred.

    Raises NotFound, AlreadyDifferent for one that changed since it was read, and NotAllowedNow with the rule: for what
    does not happen at that rung, is for others to say, or lacks its summary or its reason (W1–W5).
    """
    way = _hold(work, alert_id, said.version)
    standing = way.catch_up()
    actor = way.staff.actor(reaches)
    against = why_not(said.event, standing, actor, work.policy, has_reason=bool(said.reason and said.reason.strip()))
    against = against or why_no_outcome(said.event, standing, said.summary, work.policy)
    if against is not None:
        raise NotAllowedNow(against.sentence, rule=against.rule, clause=against.clause)
    standing = way.take(said.event, {"summary": said.summary, "reason": said.reason})
    _leave_to_the_audit_team(work, way.alert)
    return _moved(way, standing)


def name_team(work: Work, alert_id: uuid.UUID, team: str, version: int) -> AlertMoved:
    """The audit team says in which team the case is: those of its rung are told from then on, and its manager now.

    Raises NotFound, AlreadyDifferent, InvalidFacts for a team that nobody knows, and NotAllowedNow where it is known.
    """
    way = _hold(work, alert_id, version)
    alert = way.alert
    if alert.team_id is not None or alert.state != "open":
        sentence = f"{alert.reference} has its team already, or has ended: there is nothing to name."
        raise NotAllowedNow(sentence, rule="W7", clause=work.policy.clause_of("W7"))
    known = organisation.team_by_reference(work.session, team)
    if known is None:
        raise InvalidFacts([Problem("/team", f"There is no team {team!r:.60}: see GET /v1/teams.", team[:60], "W7")])
    alert.team_id = known.id
    way.name_team()
    close_task(work, TEAM_UNKNOWN, str(alert.id), f"The team was named by {work.actor}.")
    record(work, Entry((SUBJECT, str(alert.id)), "alert_team_named", rule="W7", details={"team_id": str(known.id)}))
    standing = way.catch_up()
    _leave_to_the_audit_team(work, alert)
    return _moved(way, standing)


def what_may_happen(work: Work, alert_id: uuid.UUID, reaches: Mapping[Role, Reach]) -> "Possible":
    """Everything that may happen at the rung now, and whether whoever asks may say it. Raises NotFound."""
    way = look_at(work, alert_id)
    standing, actor = way.standing(), way.staff.actor(reaches)
    moves = [
        PossibleMove(
            one.event,
            one.needs_reason,
            bool(one.records),
            why_not(one.event, standing, actor, work.policy, has_reason=True),
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


def _moved(way: AlertOnItsWay, standing: Standing) -> AlertMoved:
    return AlertMoved(way.alert, standing, [step.event for step in way.added], way.untold)


def _team(work: Work, asked: NewAlert, audit: AuditKnown | None) -> uuid.UUID | None:
    if audit is not None:
        return audit.team_id
    team = organisation.team_by_reference(work.session, asked.team.strip()) if asked.team else None
    return team.id if team else None


def _as_typed(asked: NewAlert, team_id: uuid.UUID | None) -> str | None:
    """What was typed for a team or an audit that nobody knows, so that a person can make something of it."""
    if team_id is not None:
        return None
    typed = [asked.team or "", str(asked.audit_id) if asked.audit_id else ""]
    return " ".join(filter(None, typed)) or None


def _is_concerned(work: Work, audit: AuditKnown | None, team_id: uuid.UUID | None, case_reference: str) -> bool:
    who = work.reach.standing
    if audit is not None and {audit.auditor_id, audit.practitioner_id} & set(who.selves):
        return True
    return team_id in who.teams or safety_alerts.works_on_case(work.session, who.selves, case_reference)


def _leave_to_the_audit_team(work: Work, alert: SafetyAlert) -> None:
    """Opens the tasks without which an alert would wait unseen; each is of this alert alone."""
    tasks = []
    if alert.state == "open" and alert.team_id is None:
        sentence = (
            f"Nobody knows the team of {alert.reference}, so no team manager was told: name it with "
            f"POST /v1/safety-alerts/{alert.id}/team, and ring them."
        )
        tasks.append(NewTask(TEAM_UNKNOWN, str(alert.id), sentence, "W7", (SUBJECT, str(alert.id))))
    if safety_alerts.is_nobody_told(work.session, alert.id):
        tasks.append(task_of_nobody_told(alert))
    open_tasks(work, tasks)


def task_of_nobody_told(alert: SafetyAlert) -> NewTask:
    """The worst that can happen to an alert: it is on record, and nobody knows."""
    sentence = (
        f"Nobody could be told of {alert.reference}: no post of {alert.rung} and none of the audit team has a person "
        f"with an address. Ring whoever can act, now, and put their addresses right (GET /v1/safety-alerts/{alert.id})."
    )
    return NewTask(NOBODY_TOLD, str(alert.id), sentence, "W1", (SUBJECT, str(alert.id)))


def _not_found(alert_id: uuid.UUID) -> NotFound:
    return NotFound(f"There is no safety alert {alert_id}: find it with GET /v1/safety-alerts.")
