"""Withdrawing an audit after issue, and having the next in reserve take its place (S9)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import audit_moves, deadlines, organisation, programme
from db.tables.audits import Audit as AuditRow
from db.tables.programme import AuditCycle as CycleRow
from rules.allocation_deadlines import allocation_deadlines
from rules.audit_windows import window_of_audit
from rules.audit_withdrawals import NO_LONGER_OWED, no_longer_owed, replacement, why_dates_stay, why_kept, withdrawal
from rules.dates_in_words import day_in_words
from rules.decisions import Decision, Reason
from rules.draw_answers import as_plain
from rules.replacements import ReserveCase, why_this_reserve
from rules.service_titles import with_titles
from usecases.audit_references import references_for
from usecases.audit_tools import tools_to_pin
from usecases.auditor_candidates import cleared_for
from usecases.held_audits import HeldAudit, days_of, hold_audit, not_now, refuse, refuse_unknown_reason
from usecases.move_notices import (
    AUDIT_REPLACED,
    AUDIT_WITHDRAWN,
    AuditMove,
    owe_move_notices,
    takes_the_place,
    was_withdrawn,
)
from usecases.reserves import NextReserve, Search, next_reserve
from usecases.restricted_audits import note_settled
from usecases.tasks import close_tasks_of_leavers
from usecases.trail import Entry, record
from usecases.trail_chains import as_code
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AuditMoved:
    """An audit that was withdrawn, and the one that takes its place, if any.

    `passed_over` are reserves before it with the rule against each; `shortfalls` say what could not be had: nobody in
    reserve (S9), people without an address (A5), posts in which nobody can act (N1).
    """

    withdrawn: AuditRow
    replacement: AuditRow | None
    passed_over: tuple[tuple[ReserveCase, Reason], ...]
    shortfalls: tuple[dict[str, str], ...]


def withdraw_audit(
    work: Work, audit_id: uuid.UUID, reason: str, note: str | None = None, *, version: int | None = None
) -> AuditMoved:
    """Withdraws an audit for a code of `selection.withdrawal_reasons`; nobody takes its place.

    Raises NotFound, AlreadyDifferent for one that changed since `version` was read, InvalidFacts for an unknown reason,
    and NotAllowedNow once the report is submitted, or for want of a cleared auditor while there is one.
    """
    refuse_unknown_reason(work.policy.selection.withdrawal_reasons, reason, "S9")
    held = hold_audit(work, audit_id, version)
    _withdraw(work, held, withdrawal(held.standing, reason, work.today, work.policy), reason)
    record(work, _entry(held.row, "audit_withdrawn", note, {"because": reason}))
    untold = _tell(work, held, AUDIT_WITHDRAWN, [was_withdrawn(held.row)])
    return AuditMoved(held.row, None, (), tuple(untold))


def withdraw_re_audit_no_longer_owed(work: Work, audit_id: uuid.UUID, why: Reason) -> tuple[dict[str, str], ...]:
    """Withdraws a re-audit that was allocated and not begun, because the grade it follows from was changed (D7, S7).

    Those concerned are told; answers who could not be.
    """
    held = hold_audit(work, audit_id)
    _save_withdrawal(work, held, no_longer_owed(why, work.today), NO_LONGER_OWED)
    entry = Entry(
        ("audit", str(held.row.id)),
        "audit_withdrawn",
        rule=why.rule,
        details={"because": NO_LONGER_OWED, "version": held.row.version},
    )
    record(work, entry)
    return tuple(_tell(work, held, AUDIT_WITHDRAWN, [was_withdrawn(held.row)]))


def replace_audit(
    work: Work, audit_id: uuid.UUID, reason: str, note: str | None = None, *, version: int | None = None
) -> AuditMoved:
    """Withdraws an audit and gives the next in reserve an audit in its place, with the dates of the cycle.

    Where nobody in reserve can be audited today it stays withdrawn, and the cycle has a shortfall. Raises as
    `withdraw_audit` does, and NotAllowedNow for a re-audit and once the report was due.
    """
    refuse_unknown_reason(work.policy.selection.withdrawal_reasons, reason, "S9")
    held = hold_audit(work, audit_id, version)
    decision = replacement(held.standing, reason, work.today, work.policy)
    _withdraw(work, held, decision, reason)
    programme.one_opening_at_a_time(work.session)  # nobody in reserve gets an audit elsewhere meanwhile (S2)
    search = next_reserve(work, held)
    if search.found is None:
        return _nobody_takes_the_place(work, held, search, reason, note)
    made = _make(work, held, search.found, _reasons(work, held, search, search.found))
    record(
        work,
        _entry(held.row, "audit_replaced", note, {"because": reason, "by": str(made.id), **_passed(search)}),
        _entry(made, "audit_allocated", None, {"replaces": str(held.row.id), "auditor": str(made.auditor_id)}),
    )
    untold = _tell(work, held, AUDIT_REPLACED, [was_withdrawn(held.row), takes_the_place(made)])
    return AuditMoved(held.row, made, tuple(search.passed_over), tuple(untold))


def _withdraw(work: Work, held: HeldAudit, decision: Decision, reason: str) -> None:
    refuse(decision)
    _refuse_while_cleared(work, held, reason)
    _save_withdrawal(work, held, decision, reason)


def _save_withdrawal(work: Work, held: HeldAudit, decision: Decision, reason: str) -> None:
    assert decision.deadlines_end is not None, "what is withdrawn is owed no more"
    row = held.row
    row.state, row.version = decision.state, row.version + 1
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = work.now, work.actor, reason
    row.reasons = [*row.reasons, *as_plain(decision.reasons)]
    audit_moves.withdraw_deadlines(work.session, [row.id], decision.deadlines_end.sentence, work.today)
    note_settled(work, row.reference)
    close_tasks_of_leavers(work, [row.id], "The audit was withdrawn.")
    work.session.flush()


def _refuse_while_cleared(work: Work, held: HeldAudit, reason: str) -> None:
    """Raises for a reason that holds only while nobody cleared can do the audit, when somebody can (S9, S10)."""
    if reason in work.policy.selection.only_while_nobody_is_cleared:
        why_not = why_kept(held.standing, reason, cleared_for(work, held), work.policy)
        if why_not is not None:
            raise not_now(why_not)


def _nobody_takes_the_place(work: Work, held: HeldAudit, search: Search, reason: str, note: str | None) -> AuditMoved:
    shortfall = {"rule": "S9", "sentence": _why_nobody(held, search)}
    cycle = _cycle(held)
    cycle.shortfalls = [*cycle.shortfalls, shortfall]
    work.session.flush()
    record(work, _entry(held.row, "audit_withdrawn", note, {"because": reason, **_passed(search)}))
    untold = _tell(work, held, AUDIT_WITHDRAWN, [was_withdrawn(held.row)])
    return AuditMoved(held.row, None, tuple(search.passed_over), (shortfall, *untold))


def _why_nobody(held: HeldAudit, search: Search) -> str:
    why = "the draw has nobody in reserve"
    if search.without_auditor:
        why = "no auditor has room"
    elif search.passed_over:
        one = len(search.passed_over) == 1
        why = (
            f"{'the one' if one else f'none of the {len(search.passed_over)}'} in reserve can{'not' if one else ''} be"
        )
        why = f"{why} audited on this day"
    return f"Nobody takes the place of {held.row.reference}: {why}."


def _make(work: Work, held: HeldAudit, found: NextReserve, reasons: Sequence[Reason]) -> AuditRow:
    """The audit of the reserve, with its own clocks at the cycle's dates."""
    earlier, days = held.row, days_of(work, held)
    window = window_of_audit(days.opens_on, found.case.involvement_began_on, work.policy.selection.period_covered)
    auditor = found.auditor.candidate.auditor.id
    people = audit_moves.names_of(work.session, [found.reserve.practitioner_id, auditor])
    team = audit_moves.team_and_service(work.session, found.team_id, work.today)
    assert team is not None, "looked for before"
    titles = organisation.service_titles(work.session)
    tools = tools_to_pin(work, _cycle(held).month, [(team[1], earlier.kind)])
    made = AuditRow(
        reference=references_for(work, [earlier.month.year])[0],
        origin="drawn",
        kind=earlier.kind,
        state="allocated",
        cycle_id=earlier.cycle_id,
        draw_id=earlier.draw_id,
        month=earlier.month,
        case_reference=found.reserve.case_id,
        practitioner_id=people[found.reserve.practitioner_id][0],
        team_id=team[0],
        service_id=team[1],
        auditor_id=people[auditor][0],
        allocated_on=max(work.today, days.opens_on),
        window_from=window.starts_on,
        window_to=window.ends_on,
        report_due_on=earlier.report_due_on,
        replaces_id=earlier.id,
        reasons=as_plain(tuple(with_titles(reason, titles) for reason in reasons)),
        audit_tool_id=tools[team[1], earlier.kind],
    )
    work.session.add(made)
    work.session.flush()
    clocks = allocation_deadlines(work.policy, work.calendar, days)
    # No clock starts anew: they began with the cycle, and count back from its close.
    deadlines.start_for_audit(work.session, made, days.opens_on, _cycle(held).edition_id, clocks)
    return made


def _reasons(work: Work, held: HeldAudit, search: Search, found: NextReserve) -> list[Reason]:
    """Why this case and why this auditor; neither why the other fell out nor who was passed over for what.

    Whoever may see this audit reads it. The answer to the move and the trail name those passed over.
    """
    policy, reserve = work.policy, found.reserve
    team = audit_moves.named(work.session, held.row.id).team
    window = window_of_audit(
        days_of(work, held).opens_on, found.case.involvement_began_on, policy.selection.period_covered
    )
    allocated_on = found.case.allocated_on
    shorter = policy.selection.preferred_allocation.after(allocated_on) > days_of(work, held).opens_on
    than = f"{'less than' if shorter else 'at least'} {policy.selection.preferred_allocation}"
    covers = f"The audit covers {day_in_words(window.starts_on)} to {day_in_words(window.ends_on)}."
    return [
        why_this_reserve(reserve, team, held.row.reference, len(search.passed_over), policy),
        policy.reason(
            "S4",
            f"Case {reserve.case_id} was allocated on {day_in_words(allocated_on)}, {than} before the cycle opened.",
        ),
        policy.reason("S6", covers),
        why_dates_stay(held.standing, work.today, policy),
        *found.auditor.reasons,
    ]


def _tell(work: Work, held: HeldAudit, event: str, moves: Sequence[AuditMove]) -> list[dict[str, str]]:
    cycle_id = held.cycle.id if held.cycle else None
    return owe_move_notices(work, event, days_of(work, held), cycle_id, moves)


def _entry(row: AuditRow, action: str, note: str | None, details: dict[str, object]) -> Entry:
    return Entry(
        ("audit", str(row.id)), action, rule="S9", details={**details, "version": row.version}, texts={"note": note}
    )


def _passed(search: Search) -> dict[str, object]:
    return {
        "passed_over": [{"case": as_code(reserve.case_id), "rule": why.rule} for reserve, why in search.passed_over]
    }


def _cycle(held: HeldAudit) -> CycleRow:
    assert held.cycle is not None, "a drawn audit has a cycle"
    return held.cycle
