"""The improvement plan from draft to evidence: written, changed and agreed when findings are discussed, done (L4)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.queries import improvement_plans
from db.queries.improvement_plans import ActionKept, PlanKept
from db.queries.reaches import Relation
from db.tables.audit_contents import ActionEvidence, PlanAgreement
from db.tables.audits import Audit as AuditRow
from rules.audit_events import State
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draft_readers import Part
from rules.errors import InvalidFacts, Problem
from rules.improvement_plans import (
    SmartAction,
    is_confirmed_by_head_of_service,
    missing_in_plan,
    not_agreed_yet,
    why_not_agreed_by,
    wrong_in_plan,
)
from rules.names_in_words import words_of
from rules.roles import Role
from usecases.action_clocks import end_action_clock, start_action_clocks, withdraw_action_clocks
from usecases.audit_actors import actor_over
from usecases.audit_contents import refuse_unless_written
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound, refused_for
from usecases.held_audits import hold_audit, not_now
from usecases.trail import Entry, record
from usecases.work import Work

_OWN = (Relation.AS_PRACTITIONER,)
# Once the report is there to be discussed; evidence also after the audit was closed.
_WHEN_AGREED = "changed and agreed when the findings are discussed, once the report is issued"
_DISCUSSED_IN = (State.ISSUED,)
_DONE_IN = (State.ISSUED, State.CLOSED)


@dataclass(frozen=True, slots=True)
class PlanSaved:
    """A plan after what was done to it, with the audit it belongs to and what its actions lack."""

    audit: AuditRow
    plan: PlanKept
    missing: tuple[Reason, ...] = ()


def draft_plan(work: Work, audit_id: uuid.UUID, actions: Sequence[SmartAction], *, version: int) -> PlanSaved:
    """The auditor's draft, in place of the one before; it may lack anything until the report is submitted.

    `version` is that of the plan as it was read, 0 where there was none. Raises NotFound, NotAllowedNow once the
    report is submitted, AlreadyDifferent for a plan that somebody saved meanwhile, and InvalidFacts for an owner whom
    nobody knows.
    """
    audit = hold_audit(work, audit_id, as_own=(Relation.AS_AUDITOR,)).row
    refuse_unless_written(work, audit, Part.IMPROVEMENT_PLAN)
    return _save(work, audit, actions, version, "improvement_plan_drafted")


def revise_plan(work: Work, audit_id: uuid.UUID, actions: Sequence[SmartAction], *, version: int) -> PlanSaved:
    """The plan as team manager and practitioner make it when they discuss the findings: a new revision (L4, L10).

    What the auditor wrote, and what was agreed before, stays beside it. Nobody has agreed a new revision yet. For the
    team manager. Raises as `draft_plan`, and NotAllowedNow before the report is issued.
    """
    audit = hold_audit(work, audit_id, as_own=_OWN).row
    _refuse_stale(audit, improvement_plans.newest_plan(work.session, audit.id), version)
    _refuse_unless(audit, _DISCUSSED_IN, _WHEN_AGREED)
    _refuse_unless_acting_as(work, audit, Role.TEAM_MANAGER)
    return _save(work, audit, actions, version, "improvement_plan_revised")


def agree_plan(work: Work, audit_id: uuid.UUID, role: str, *, version: int) -> PlanSaved:
    """Somebody agrees the newest revision in a role of theirs; with the last who is to, its clocks start.

    Raises NotFound, NotAllowedNow for a role that does not agree plans or is not theirs, for a plan that lacks
    something, is not there, or was agreed in that role before, and AlreadyDifferent for one that changed since.
    """
    audit = hold_audit(work, audit_id, as_own=_OWN).row
    _refuse_stale(audit, improvement_plans.newest_plan(work.session, audit.id), version)
    _refuse_unless(audit, _DISCUSSED_IN, _WHEN_AGREED)
    why_not = why_not_agreed_by(role, work.policy)
    if why_not is not None:
        raise not_now(why_not)
    _refuse_unless_acting_as(work, audit, Role(role))
    plan = _plan_there(work, audit)
    _refuse_incomplete(work, plan)
    _add_agreement(work, audit, plan, role)
    agreed = _plan_there(work, audit)
    if not not_agreed_yet(agreed.agreements, work.policy):
        _all_agreed(work, audit, agreed)
    return PlanSaved(audit, agreed)


def confirm_plan(work: Work, audit: AuditRow) -> None:
    """The head of service confirms the agreed actions of a re-audit (R1); of a plan that is none nothing is kept.

    For whoever records the confirmation of the findings; the audit is held.
    """
    plan = improvement_plans.newest_plan(work.session, audit.id)
    if plan is None or Role.HEAD_OF_SERVICE in plan.agreements:
        return
    if is_confirmed_by_head_of_service(audit.kind, work.policy):
        _add_agreement(work, audit, plan, Role.HEAD_OF_SERVICE)


def record_evidence(
    work: Work, audit_id: uuid.UUID, number: int, done_on: date, evidence: str, *, version: int
) -> PlanSaved:
    """That an action of the newest revision is done, and what shows it; its clock ends. More may be added later.

    Raises NotFound for an action that is not there, NotAllowedNow before the report is issued or the plan is agreed,
    AlreadyDifferent for a plan that changed since, whose actions may be numbered otherwise, and InvalidFacts for a day
    to come or before the audit was allocated.
    """
    audit = hold_audit(work, audit_id, as_own=_OWN).row
    _refuse_stale(audit, improvement_plans.newest_plan(work.session, audit.id), version)
    _refuse_unless(audit, _DONE_IN, "done and shown once the report is issued")
    plan = _plan_there(work, audit)
    action = _action(audit, plan, number)
    _refuse_unless_agreed(work, audit, plan)
    _refuse_day_it_cannot_have_been(work, audit, done_on)
    shown = ActionEvidence(
        action_id=action.id, done_on=done_on, evidence=evidence, recorded_at=work.now, recorded_by=work.actor
    )
    work.session.add(shown)
    work.session.flush()
    end_action_clock(work, audit, number, done_on)
    record(work, _entry(audit, plan, "smart_action_done", {"action": number, "done_on": done_on.isoformat()}))
    return PlanSaved(audit, _plan_there(work, audit))


def _refuse_day_it_cannot_have_been(work: Work, audit: AuditRow, done_on: date) -> None:
    sentence = ""
    if done_on > work.today:
        sentence = f"{day_in_words(done_on)} is still to come: give the day on which it was done."
    elif done_on < audit.allocated_on:
        sentence = (
            f"{day_in_words(done_on)} lies before {day_in_words(audit.allocated_on)}, when the audit was allocated: "
            "give the day on which it was done."
        )
    if sentence:
        raise InvalidFacts([Problem("/done_on", sentence, done_on.isoformat(), "L4")])


def _save(work: Work, audit: AuditRow, actions: Sequence[SmartAction], version: int, became: str) -> PlanSaved:
    _refuse_stale(audit, improvement_plans.newest_plan(work.session, audit.id), version)
    named = {action.owner for action in actions if action.owner is not None}
    owners = improvement_plans.people_here(work.session, named, work.today)
    wrong = wrong_in_plan(actions, owners, work.calendar)
    if wrong:
        raise InvalidFacts(wrong)
    improvement_plans.save_plan(work.session, audit.id, actions, owners, at=work.now, by=work.actor)
    plan = _plan_there(work, audit)
    record(work, _entry(audit, plan, became, {"actions": len(actions)}))
    return PlanSaved(audit, plan, missing_in_plan(actions, None, work.today, work.policy))


def _all_agreed(work: Work, audit: AuditRow, plan: PlanKept) -> None:
    """From now on this revision stays as it is; what an earlier one had people do is owed no more."""
    if plan.row.fixed_at is None:
        plan.row.fixed_at = work.now
        work.session.flush()
    revision = plan.row.revision
    withdraw_action_clocks(work, audit, f"Owed no more: revision {revision} of the plan has taken its place.")
    start_action_clocks(work, audit, plan)
    record(work, _entry(audit, plan, "improvement_plan_agreed_by_all", {}))


def _add_agreement(work: Work, audit: AuditRow, plan: PlanKept, role: str) -> None:
    if role in plan.agreements:
        said = plan.agreements[role]
        raise NotAllowedNow(
            f"The plan of {audit.reference} was agreed by the {words_of(role)} before, on "
            f"{day_in_words(said.agreed_at.date())}: once is enough.",
            rule="L4",
            clause=work.policy.clause_of("L4"),
        )
    work.session.add(PlanAgreement(plan_id=plan.row.id, role=role, agreed_at=work.now, agreed_by=work.actor))
    work.session.flush()
    record(work, _entry(audit, plan, "improvement_plan_agreed", {"role": role}))


def _plan_there(work: Work, audit: AuditRow) -> PlanKept:
    plan = improvement_plans.newest_plan(work.session, audit.id)
    if plan is None:
        raise NotFound(f"{audit.reference} has no improvement plan: write one, where it is wanted or owed.", rule="L4")
    return plan


def _action(audit: AuditRow, plan: PlanKept, number: int) -> ActionKept:
    found = next((action for action in plan.actions if action.number == number), None)
    if found is None:
        counted = f"{len(plan.actions)} action{'' if len(plan.actions) == 1 else 's'}"
        raise NotFound(f"The plan of {audit.reference} has {counted}, and none numbered {number}.")
    return found


def _refuse_stale(audit: AuditRow, plan: PlanKept | None, version: int) -> None:
    if version == (plan.row.version if plan else 0):
        return
    if plan is None:
        raise AlreadyDifferent(f"{audit.reference} has no improvement plan yet: read it, then save.")
    raise AlreadyDifferent(
        f"The plan of {audit.reference} was saved meanwhile by {plan.row.saved_by}, as revision {plan.row.revision}: "
        "read it, then say what you want of it."
    )


def _refuse_unless(audit: AuditRow, states: Sequence[str], when: str) -> None:
    if audit.state not in states:
        raise NotAllowedNow(f"The plan of {audit.reference} is {when}: the audit is {audit.state}.", rule="L4")


def _refuse_unless_acting_as(work: Work, audit: AuditRow, role: Role) -> None:
    if role not in actor_over(work, audit, {role: work.reach}).roles:
        raise not_now(
            work.policy.reason("L4", f"For the {words_of(role)} of {audit.reference}, which is not what you are to it.")
        )


def _refuse_incomplete(work: Work, plan: PlanKept) -> None:
    missing = missing_in_plan(plan.smart_actions, _at_least_one(work), work.today, work.policy)
    if missing:
        raise refused_for(missing)


def _at_least_one(work: Work) -> Reason:
    return work.policy.reason("L4", "An empty plan is not agreed.")


def _refuse_unless_agreed(work: Work, audit: AuditRow, plan: PlanKept) -> None:
    waited_for = not_agreed_yet(plan.agreements, work.policy)
    if waited_for:
        who = words_of(waited_for[0])
        sentence = f"The plan of {audit.reference} is not agreed by the {who} yet: agree it, then do what it says."
        raise not_now(work.policy.reason("L4", sentence))


def _entry(audit: AuditRow, plan: PlanKept, action: str, details: dict[str, object]) -> Entry:
    kept = {"revision": plan.row.revision, "version": plan.row.version, **details}
    return Entry(("audit", str(audit.id)), action, rule="L4", details=kept)
