"""The clocks of SMART actions: each runs from the day the plan is agreed to the action's own day (L4, L13)."""

from datetime import date

from db.queries import clocks
from db.queries.clocks import of_audit
from db.queries.improvement_plans import ActionKept, PlanKept
from db.tables.audits import Audit as AuditRow
from rules.dates_in_words import day_in_words
from rules.roles import Role
from usecases.staff_on_the_day import staff_today
from usecases.work import Work

_PREFIX = "improvement_plan.action_"


def start_action_clocks(work: Work, audit: AuditRow, plan: PlanKept) -> None:
    """Starts a clock for each action of an agreed plan, owed by its owner."""
    managers = _managers(work, audit)
    clocks.start(work.session, [_clock(work, audit, plan, action, managers) for action in plan.actions])


def end_action_clock(work: Work, audit: AuditRow, number: int, done_on: date) -> None:
    """An action was done on that day, in time or late: nobody is reminded of it any more."""
    clocks.meet(work.session, of_audit(audit.id), [f"{_PREFIX}{number}"], done_on)


def withdraw_action_clocks(work: Work, audit: AuditRow, because: str) -> None:
    """What a plan had people do is owed no more, with the sentence that says why."""
    running = clocks.running(work.session, of_audit(audit.id))
    limits = [clock.time_limit for clock in running if clock.time_limit.startswith(_PREFIX)]
    clocks.withdraw(work.session, of_audit(audit.id), limits, because, work.today)


def _managers(work: Work, audit: AuditRow) -> frozenset[str]:
    staff = staff_today(work)
    team = staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id).team_id
    held = staff.on_the_day.holders.get((Role.TEAM_MANAGER, team or ""), ())
    return frozenset(holder.person_id for holder in held)


def _clock(
    work: Work, audit: AuditRow, plan: PlanKept, action: ActionKept, managers: frozenset[str]
) -> dict[str, object]:
    due_on = action.action.due_on
    assert due_on is not None, "an agreed plan lacks nothing"
    sentence = (
        f"Action {action.number} of {len(plan.actions)} of the improvement plan of {audit.reference}, agreed on "
        f"{day_in_words(work.today)}, is to be done by {day_in_words(due_on)}."
    )
    return {
        "time_limit": f"{_PREFIX}{action.number}",
        "audit_id": audit.id,
        "owed_by_id": action.owner_id,
        # A manager's action passes on with the post; anybody else owes theirs in person.
        "owed_by_role": Role.TEAM_MANAGER if str(action.owner_id) in managers else Role.PRACTITIONER,
        "started_on": work.today,
        "due_on": due_on,
        "working_days": None,
        "rule": "L4",
        "clause": work.policy.clause_of("L4"),
        "sentence": sentence,
        "edition_id": work.policy.edition.id,
    }
