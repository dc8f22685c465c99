"""Audits held while they change: of several who would move one at once, one goes first and the others see (S9, A4).

Cycles are held before their audits, everywhere in the same order, so that nobody waits for somebody who waits for them.
"""

import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from db.queries import audit_moves
from db.queries.reaches import Relation
from db.tables.audits import Audit as AuditRow
from db.tables.programme import AuditCycle as CycleRow
from rules.audit_withdrawals import AuditStanding, why_withdrawn
from rules.decisions import Decision, Reason
from rules.errors import InvalidFacts, Problem
from rules.names_in_words import words_of
from rules.programme import AuditCycle, cycle_running_on, cycle_with_id, first_cycle_from
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class HeldAudit:
    """An audit and its cycle, both ours until the transaction ends. One from before has no cycle here."""

    row: AuditRow
    cycle: CycleRow | None

    @property
    def standing(self) -> AuditStanding:
        """The audit as the rules ask for it."""
        row = self.row
        return AuditStanding(row.reference, row.kind, row.state, row.report_due_on, is_drawn=row.draw_id is not None)

    @property
    def is_in_open_cycle(self) -> bool:
        """Whether its cycle is still running; else it was carried over (Q3)."""
        return self.cycle is not None and self.cycle.state == "open"


def hold_audit(
    work: Work, audit_id: uuid.UUID, version: int | None = None, *, as_own: Collection[Relation] = ()
) -> HeldAudit:
    """One audit within reach, held. `version` is the one that was read; None asks for no such check.

    Raises as `hold_audits`, and AlreadyDifferent saying what became of it since it was read.
    """
    held = next(iter(hold_audits(work, [audit_id], as_own=as_own)))
    if version is not None and held.row.version != version:
        raise AlreadyDifferent(_what_changed(work, held.row))
    return held


def look_at_audit(work: Work, audit_id: uuid.UUID) -> HeldAudit:
    """One audit within reach as it stands, for a question: nobody waits for it. Raises NotFound."""
    seen = audit_moves.audit_seen(work.session, audit_id, work.reach)
    if seen is None:
        raise _not_found(audit_id)
    return HeldAudit(*seen)


def hold_audits(
    work: Work, audit_ids: Collection[uuid.UUID], *, as_own: Collection[Relation] = ()
) -> Iterator[HeldAudit]:
    """These audits in the order asked, held, to decide on them.

    Raises NotFound for one that is not there or out of reach, and NotAllowedNow for one of whoever asks: of their own
    work, or theirs to do, unless the move is for those whom `as_own` names. However far somebody's permission reaches,
    nobody decides in a matter of their own (Words).
    """
    cycle_of_each = audit_moves.cycles_of(work.session, audit_ids, work.reach)
    for audit_id in audit_ids:
        if audit_id not in cycle_of_each:
            raise _not_found(audit_id)
    cycles = audit_moves.cycles_held(work.session, {cycle for cycle in cycle_of_each.values() if cycle is not None})
    rows = audit_moves.audits_held(work.session, audit_ids)
    for row in rows.values():
        refuse_own(work, row, as_own)
    for audit_id in audit_ids:
        cycle_id = rows[audit_id].cycle_id
        yield HeldAudit(rows[audit_id], None if cycle_id is None else cycles[cycle_id])


def days_of(work: Work, held: HeldAudit) -> AuditCycle:
    """The days in which the audit is done: its cycle's, as that opened; for one carried over, of the cycle that runs.

    An opened cycle keeps its days, whatever the policy in force says by now.
    """
    row = held.cycle
    if row is not None and held.is_in_open_cycle:
        cycle = cycle_with_id(work.policy, work.calendar, row.month)
        return replace(cycle, opens_on=row.opens_on, report_due_on=row.report_due_on, closes_on=row.closes_on)
    running = cycle_running_on(work.policy, work.calendar, work.today)
    return running or first_cycle_from(work.policy, work.calendar, work.today)


def refuse(decision: Decision) -> None:
    """Raises NotAllowedNow when the rules refuse the move."""
    if decision.refused is not None:
        raise not_now(decision.refused)


def not_now(reason: Reason) -> NotAllowedNow:
    """A rule's reason as the refusal of a move."""
    return NotAllowedNow(reason.sentence, rule=reason.rule, clause=reason.clause)


def refuse_own(work: Work, row: AuditRow, as_own: Collection[Relation] = ()) -> None:
    """Raises NotAllowedNow for an audit of whoever asks: of their own work, or theirs to do."""
    selves = work.reach.standing.selves
    is_of_own_work = row.practitioner_id in selves and Relation.AS_PRACTITIONER not in as_own
    if not is_of_own_work and (row.auditor_id not in selves or Relation.AS_AUDITOR in as_own):
        return
    whose = "of your own work" if is_of_own_work else "yours to do"
    raise NotAllowedNow(
        f"{row.reference} is {whose}, and nobody decides in a matter of their own: somebody else of the audit team "
        "does, and in a manager's place the next role up.",
        rule="A2",
        clause=work.policy.clause_of("A2"),
    )


def refuse_unknown_reason(reasons: Collection[str], code: str, rule: str) -> None:
    """Raises InvalidFacts for a code that is none of the policy's."""
    if code not in reasons:
        sentence = f"{code!r:.60} is no reason that the policy lists: give one of {', '.join(reasons)}."
        raise InvalidFacts([Problem("/reason", sentence, code[:60], rule)])


def _not_found(audit_id: uuid.UUID) -> NotFound:
    return NotFound(
        f"There is no audit {audit_id} within your reach for this: GET /v1/audits lists those that you may see, and "
        "the allowed-moves of each what you may do with it."
    )


def _what_changed(work: Work, row: AuditRow) -> str:
    became = f"is {words_of(row.state)}"
    if row.withdrawn_at is not None:
        why = why_withdrawn(row.withdrawn_because or "", work.policy, "its cycle was withdrawn")
        became = f"was withdrawn by {row.withdrawn_by} ({why})"
    return (
        f"{row.reference} changed since it was read: it {became} by now, at version {row.version}. "
        "Read it again, then decide."
    )
