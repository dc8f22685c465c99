"""The row of a cycle: made when it is first needed, kept in step with programme and policy until it opens."""

from typing import NamedTuple

from db.queries import programme
from db.tables.programme import AuditCycle as CycleRow
from db.tables.programme import PlannedCycle
from rules.cycle_withdrawals import CANCELLED, why_not_opened_when_cancelled
from rules.errors import NoSuchCycle
from rules.programme import AuditCycle, cycle_with_id, extra_opens_on, why_not_open
from rules.programme_publishing import KIND_WITHOUT_PROGRAMME, CycleKind
from rules.themes import EVERYTHING, Theme
from usecases.errors import NotAllowedNow
from usecases.work import Work


class Planned(NamedTuple):
    """What is planned for a cycle: its kind, what its theme narrows it to, and how many audits an extra one asks for.

    Without a `size` the edition says how many (S8).
    """

    kind: str
    theme: Theme
    size: int | None = None


def known_cycle(work: Work, month: str) -> AuditCycle:
    """A cycle of the programme, or an extra one that was arranged (P2). Raises as `cycle_of`."""
    cycle = cycle_with_id(work.policy, work.calendar, month)
    if cycle.is_extra and programme.extra_plan(work.session, month) is None:
        sentence = f"There is no extra cycle {month!r}: see GET /v1/audit-cycles, or arrange one with POST there."
        raise NoSuchCycle(sentence, rule="P2", clause=work.policy.clause_of("P2"))
    return cycle


def hold_cycle(work: Work, cycle: AuditCycle) -> CycleRow:
    """The cycle's row, held until the transaction ends: of several who open or draw at once, one goes first.

    Until it opens it takes its kind from what is planned, its days and its edition from the policy in force.
    """
    edition, kind = work.policy.edition, kind_planned(work, cycle.month)
    row = programme.cycle_held(work.session, cycle, kind, edition.id, edition.version)
    if row.state == "planned":
        row.kind = kind
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
    """What is planned for a cycle as of now; ordinary and of everything without a published programme (P2)."""
    if extra_opens_on(month) is not None:
        arranged = programme.extra_plan(work.session, month)
        assert arranged is not None, "asked for by its id only once it is known"
        return Planned(CycleKind.THEMED.value, Theme.of(arranged.services, arranged.attributes), arranged.size)
    plan = programme.published_plan(work.session, month)
    return Planned(_kind(plan), Theme.of(plan.services, plan.attributes) if plan else EVERYTHING)


def kind_planned(work: Work, month: str) -> str:
    """What kind of cycle is planned; ordinary without a published programme (P2)."""
    return planned_now(work, month).kind


def _kind(plan: PlannedCycle | None) -> str:
    return plan.kind if plan else KIND_WITHOUT_PROGRAMME.value
