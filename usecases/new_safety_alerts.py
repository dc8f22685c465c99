"""Raising a safety alert, of the little that was typed; nothing of it, and nothing else, stops one (W7)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace

from db.queries import safety_alerts
from db.queries.row_locks import WAIT, RowsHeld, waiting_at_most
from db.queries.safety_alerts import AuditKnown
from db.tables.safety_alerts import SafetyAlert
from rules.decisions import Reason
from rules.ladders import LadderState, Standing, ladder_named
from rules.policy.ladder_shapes import ACKNOWLEDGEMENT
from rules.safety_alerts import LADDER, AlertAsked, AlertClock, AlertRaised, clock_of
from rules.safety_alerts import raise_alert as begin
from usecases.editions import by_edition_or_in_force
from usecases.safety_alert_steps import TEAM_NAMED, AlertOnItsWay
from usecases.safety_alert_tasks import close_what_was_named, leave_to_the_audit_team
from usecases.staff_on_the_day import staff_today
from usecases.work import LONDON, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """What is typed: the concern, and the case and its team where no audit says them.

    `team` is a reference or a name, `audit` a reference; in `audit_id` either is taken.
    """

    concern: str
    case_reference: str = ""
    team: str | None = None
    audit_id: uuid.UUID | str | None = None
    audit: str | None = None

    @property
    def names_audit(self) -> str:
        """The audit as it was typed, by id or by reference."""
        return str(self.audit_id or self.audit or "").strip()


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about; `as_typed` is what was typed and could not be taken, for a person to make sense of."""

    audit: AuditKnown | None
    case_reference: str
    team_id: uuid.UUID | None
    is_concerned: bool
    as_typed: str | None
    flags: tuple[Reason, ...]


def what_it_is_about(work: Work, asked: NewAlert) -> About:
    """Audit, case and team. Of an audit that is known, case and team are the audit's, whatever else was typed."""
    typed_audit, typed_case = asked.names_audit, asked.case_reference.strip()
    audit = safety_alerts.audit_known(work.session, typed_audit) if typed_audit else None
    typed_team = (asked.team or "").strip()
    named = safety_alerts.team_called(work.session, typed_team) if typed_team else None
    team_id = audit.team_id if audit else named
    case_reference = audit.case_reference if audit else typed_case
    not_taken = (
        typed_team if named is None or named != team_id else "",
        "" if audit else typed_audit,
        typed_case if typed_case != case_reference else "",
    )
    return About(
        audit=audit,
        case_reference=case_reference,
        team_id=team_id,
        is_concerned=_is_concerned(work, audit, team_id, case_reference),
        as_typed=" ".join(filter(None, not_taken)) or None,
        flags=tuple(_not_as_typed(work, audit, typed_audit, typed_case)),
    )


@dataclass(frozen=True, slots=True)
class Raised:
    """The alert as it stands a moment later, with what its raiser reads, and who could not be told."""

    alert: SafetyAlert
    began: AlertRaised
    standing: Standing
    untold: list[dict[str, str]]

    @property
    def acknowledgement(self) -> AlertClock | None:
        """By when it is acknowledged at the rung on which it stands: after a vacancy not the first."""
        limits = (one for one in self.standing.deadlines if one.time_limit.endswith(f".{ACKNOWLEDGEMENT}"))
        return next((clock_of(one.due_on) for one in limits), None)

    @property
    def outcome(self) -> AlertClock | None:
        """By when there is an outcome, at that rung."""
        return clock_of(self.standing.due_on)


def raise_alert(work: Work, asked: NewAlert) -> Raised:
    """Raises an alert, tells everybody whom the matrix names, and answers; in any state of the audit and of the rest.

    An audit, a case or a team that nobody knows is said and stops nothing: the audit team names them. Where somebody
    holds the records of audits or people for longer than a moment, it is kept as it was typed, and told by the sweep.
    Raises InvalidFacts only where nobody could act: without a concern (W7).
    """
    work = by_edition_or_in_force(work, work.policy.edition.id)
    try:
        with waiting_at_most(work.session, WAIT):
            return _raise(work, asked, what_it_is_about(work, asked))
    except RowsHeld:
        return _raise(work, asked, _as_it_was_typed(asked), is_told_later=True)


def _raise(work: Work, asked: NewAlert, about: About, *, is_told_later: bool = False) -> Raised:
    facts = AlertAsked(
        case_reference=about.case_reference,
        concern=asked.concern,
        team_id=str(about.team_id) if about.team_id else None,
        is_concerned=about.is_concerned,
    )
    began = begin(facts, work.now.astimezone(LONDON).replace(tzinfo=None), work.policy, work.calendar)
    alert = safety_alerts.add_alert(work.session, _row(work, about))
    way = AlertOnItsWay.of(work, alert, staff_today(work), is_told_later=is_told_later)
    typed = {"audit": asked.names_audit, "team": asked.team} if is_told_later else {}
    standing = way.catch_up({"concern": asked.concern, "where": about.as_typed, **typed})
    leave_to_the_audit_team(work, alert)
    return Raised(alert, replace(began, flags=(*began.flags, *about.flags)), standing, way.untold)


def look_up_what_was_typed(way: AlertOnItsWay) -> None:
    """Of an alert that was kept as it was typed, while others held what it names: audit, case and team, once known."""
    work, alert = way.work, way.alert
    typed = safety_alerts.texts_of(work.session, alert.id).get(way.steps[0].id, {})
    if alert.team_id is not None or alert.state != LadderState.OPEN or not {"audit", "team"} & typed.keys():
        return
    asked = NewAlert(concern="", case_reference=alert.case_reference, team=typed.get("team"), audit=typed.get("audit"))
    about = what_it_is_about(work, asked)
    if about.team_id is None:
        return
    alert.team_id, alert.case_reference = about.team_id, alert.case_reference or about.case_reference
    if about.audit is not None:
        alert.audit_id, alert.practitioner_id = about.audit.id, about.audit.practitioner_id
        alert.auditor_id = about.audit.auditor_id
    way.start_missing_clocks()
    way.name(TEAM_NAMED, "The team was found")
    close_what_was_named(work, alert)


def _row(work: Work, about: About) -> SafetyAlert:
    audit, selves = about.audit, work.reach.standing.selves
    return SafetyAlert(
        audit_id=audit.id if audit else None,
        case_reference=about.case_reference,
        team_id=about.team_id,
        practitioner_id=audit.practitioner_id if audit else None,
        auditor_id=audit.auditor_id if audit else None,
        raised_by=work.actor,
        raised_by_id=selves[0] if selves else None,
        is_concerned=about.is_concerned,
        raised_at=work.now,
        raised_on=work.today,
        edition_id=work.policy.edition.id,
        state=LadderState.OPEN.value,
        rung=ladder_named(LADDER, work.policy).rungs[0].id,
        version=0,
    )


def _as_it_was_typed(asked: NewAlert) -> About:
    """Case, team and audit as words, for a person to make sense of; nothing is looked up."""
    typed = " ".join(filter(None, (asked.names_audit, (asked.team or "").strip()))) or None
    return About(None, asked.case_reference.strip(), None, is_concerned=True, as_typed=typed, flags=())


def _is_concerned(work: Work, audit: AuditKnown | None, team_id: uuid.UUID | None, case_reference: str) -> bool:
    who = work.reach.standing
    if audit is not None and {audit.auditor_id, audit.practitioner_id} & set(who.selves):
        return True
    return team_id in who.teams or safety_alerts.works_on_case(work.session, who.selves, case_reference)


def _not_as_typed(work: Work, audit: AuditKnown | None, typed_audit: str, typed_case: str) -> Iterator[Reason]:
    if audit is None and typed_audit:
        sentence = f"There is no audit {typed_audit:.60}: the alert is raised without one."
        yield work.policy.reason("W7", f"{sentence} What was typed is kept with it, for the audit team.")
    if audit is not None and typed_case not in ("", audit.case_reference):
        sentence = f"{audit.reference} is about another case than {typed_case:.60}: the alert is about the audit's."
        yield work.policy.reason("W7", f"{sentence} What was typed is kept with it.")
