"""Withdrawing a whole cycle on its first day (S9), cancelling one before it opens, planning it again (P2)."""

from db.queries import audit_moves, cycle_moves, programme
from db.queries import draws as draw_queries
from db.tables.programme import AuditCycle as CycleRow
from rules.cycle_withdrawals import (
    CANCELLED,
    WITH_ITS_CYCLE,
    CycleStanding,
    cancellation,
    cycle_withdrawal,
    reinstatement,
)
from rules.decisions import Decision
from rules.draw_answers import as_plain
from rules.errors import InvalidFacts, Problem
from rules.programme import cycle_name
from usecases.cycle_notices import owe_board_notices, owe_withdrawal_notices
from usecases.cycle_overviews import version_of
from usecases.cycle_rows import hold_cycle, known_cycle, refuse_past_cycle
from usecases.errors import AlreadyDifferent
from usecases.held_audits import refuse
from usecases.tasks import close_tasks_of_leavers
from usecases.trail import Entry, record
from usecases.work import LONDON, Work


def withdraw_cycle(work: Work, month: str, reason: str, *, version: int | None = None) -> CycleRow:
    """Takes an opening back on its first day: draw and audits are kept as withdrawn, and the cycle is planned again.

    What was not sent yet is never sent; whoever was told is told. Drawn and opened anew, the cycle has another list of
    cases, another seed and other references. Raises NoSuchCycle, InvalidFacts without a reason, AlreadyDifferent for a
    cycle about which something was decided since `version` was read, and NotAllowedNow after the first day, once an
    audit has begun, and for a cycle that is not open.
    """
    _refuse_without_reason(reason, "S9")
    row = programme.cycle_in(work.session, month, lock=True)
    standing = _standing(work, month, row)
    _refuse_stale(work, month, standing.state, version)
    decision = cycle_withdrawal(work.policy, work.calendar, standing, work.today)
    refuse(decision)
    assert row is not None, "an open cycle has a row"
    assert decision.deadlines_end is not None, "what is withdrawn is owed no more"
    drawn = draw_queries.issued_draw(work.session, row.id)
    assert drawn is not None, "a cycle is opened by issuing its draw"
    audits = cycle_moves.withdraw_audits_of_draw(
        work.session,
        drawn.id,
        now=work.now,
        actor=work.actor,
        because=WITH_ITS_CYCLE,
        reasons=as_plain(decision.reasons),
    )
    audit_moves.withdraw_deadlines(work.session, audits, decision.deadlines_end.sentence, work.today)
    close_tasks_of_leavers(work, list(audits), "The audit was withdrawn with its cycle.")
    opening = draw_queries.withdrawn_draws(work.session, row.id)
    drawn.state, drawn.withdrawn_at, drawn.withdrawn_by = "withdrawn", work.now, work.actor
    drawn.withdrawn_because = reason
    of_opening = cycle_moves.versions_in_draw(work.session, drawn.id)
    owe_withdrawal_notices(work, row, opening, {str(audit): version - 1 for audit, version in of_opening.items()})
    row.state, row.opened_at, row.opened_by, row.opened_because = decision.state, None, None, None
    row.shortfalls, row.warnings = [], []
    work.session.flush()
    of_cycle = _entry(row, "cycle_withdrawn", "S9", reason, {"draw": str(drawn.id), "audits": len(audits)})
    of_audits = (
        Entry(("audit", str(audit)), "audit_withdrawn", rule="S9", details={"because": WITH_ITS_CYCLE})
        for audit in audits
    )
    record(work, of_cycle, *of_audits)
    return row


def cancel_cycle(work: Work, month: str, reason: str, *, version: int | None = None) -> CycleRow:
    """Says that a cycle will not open, with the director's reason; cancelled again it stays as it is.

    Raises NoSuchCycle, InvalidFacts without a reason, AlreadyDifferent as `withdraw_cycle` does, and NotAllowedNow for
    a cycle that has opened or is past.
    """
    return _planned_otherwise(work, month, reason, "cancelled", version)


def reinstate_cycle(work: Work, month: str, reason: str, *, version: int | None = None) -> CycleRow:
    """Plans a cancelled cycle again, with the reason. Raises as `cancel_cycle` does."""
    return _planned_otherwise(work, month, reason, "reinstated", version)


def _planned_otherwise(work: Work, month: str, reason: str, became: str, version: int | None) -> CycleRow:
    _refuse_without_reason(reason, "P2")
    cycle = known_cycle(work, month)
    refuse_past_cycle(work, cycle)
    row = hold_cycle(work, cycle)
    _refuse_stale(work, month, row.state, version)
    decide = cancellation if became == "cancelled" else reinstatement
    decision = decide(work.policy, month, row.state)
    refuse(decision)
    if row.state == decision.state:
        return row
    _mark(work, row, decision, reason)
    owe_board_notices(work, row, became)
    record(work, _entry(row, f"cycle_{became}", "P2", reason, {}))
    return row


def _refuse_stale(work: Work, month: str, state: str, version: int | None) -> None:
    """With the cycle's row held: nobody decides about it meanwhile."""
    present = version_of(work, month)
    if version is not None and version != present:
        raise AlreadyDifferent(
            f"Something was decided about the cycle of {cycle_name(month)} since it was read: it is "
            f"{state} by now, at version {present}. Read it again, then decide."
        )


def _mark(work: Work, row: CycleRow, decision: Decision, reason: str) -> None:
    is_cancelled = decision.state == CANCELLED
    row.state = decision.state
    row.cancelled_at = work.now if is_cancelled else None
    row.cancelled_by = work.actor if is_cancelled else None
    row.cancelled_because = reason if is_cancelled else None
    work.session.flush()


def _standing(work: Work, month: str, row: CycleRow | None) -> CycleStanding:
    if row is None:
        known_cycle(work, month)  # refuses a month that has no cycle
        return CycleStanding(month, "planned", None, {})
    opened_on = row.opened_at.astimezone(LONDON).date() if row.opened_at else None
    return CycleStanding(month, row.state, opened_on, programme.audits_by_state(work.session, row.id))


def _refuse_without_reason(reason: str, rule: str) -> None:
    if not reason.strip():
        raise InvalidFacts(
            [Problem("/reason", "A reason in words is needed, which is kept: give `reason`.", None, rule)]
        )


def _entry(row: CycleRow, action: str, rule: str, reason: str, details: dict[str, object]) -> Entry:
    return Entry(("audit_cycle", row.month), action, rule=rule, details=details, texts={"reason": reason})
