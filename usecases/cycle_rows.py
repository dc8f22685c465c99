"""The row of a cycle: made when it is first needed, kept in step with programme and policy until it opens."""

from typing import NamedTuple

from db.queries import programme
from db.tables.programme import AuditCycle as CycleRow
from db.tables.programme import PlannedCycle
from rules.cycle_withdrawals import CANCELLED, why_not_opened_when_cancelled
from rules.programme import AuditCycle, why_not_open
from rules.programme_publishing import KIND_WITHOUT_PROGRAMME
from rules.themes import EVERYTHING, Theme
from usecases.errors import NotAllowedNow
from usecases.work import Work


class Planned(NamedTuple):
    """What the published programme plans for a cycle: its kind, and what its theme narrows it to."""

    kind: str
    theme: Theme


def hold_cycle(work: Work, cycle: AuditCycle) -> CycleRow:
    """The cycle's row, held until the transaction ends: of several who open or draw at once, one goes first.

    Until it opens it takes its kind from the published programme, its days and its edition from the policy in force.
    """
    edition = work.policy.edition
    plan = programme.published_plan(work.session, cycle.month)
    row = programme.cycle_held(work.session, cycle, _kind(plan), edition.id, edition.version)
    if row.state == "planned":
        row.kind = _kind(plan)
        row.edition_id, row.edition_version = edition.id, edition.version
        row.opens_on, row.report_due_on, row.closes_on = cycle.opens_on, cycle.report_due_on, cycle.closes_on
    return row


def refuse_past_cycle(work: Work, cycle: AuditCycle) -> None:
    """Raises NotAllowedNow for a cycle whose last day has passed (P3)."""
    why_not = why_not_open(work.policy, cycle, work.today)
    if why_not is not None and work.today > cycle.closes_on:
        raise NotAllowedNow(why_not.sentence, rule=why_not.rule, clause=why_not.clause)


def refuse_cancelled(work: Work, row: CycleRow) -> None:
    """Raises NotAllowedNow for a cycle that is cancelled (P2)."""
    if row.state == CANCELLED:
        why_not = why_not_opened_when_cancelled(work.policy, row.month)
        raise NotAllowedNow(why_not.sentence, rule=why_not.rule, clause=why_not.clause)


def planned_now(work: Work, month: str) -> Planned:
    """What the published programme plans for a month as of now; ordinary and of everything without one (P2)."""
    plan = programme.published_plan(work.session, month)
    return Planned(_kind(plan), Theme.of(plan.services, plan.attributes) if plan else EVERYTHING)


def kind_planned(work: Work, month: str) -> str:
    """What kind of cycle the published programme plans for a month; ordinary without one (P2)."""
    return _kind(programme.published_plan(work.session, month))


def _kind(plan: PlannedCycle | None) -> str:
    return plan.kind if plan else KIND_WITHOUT_PROGRAMME.value
