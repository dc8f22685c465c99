"""Opening and closing a cycle: one use case for the scheduler and for whoever asks over HTTP (P3, S5, A5)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from db.queries import draws as draw_queries
from db.queries import jobs, programme
from db.tables.draws import Draw as DrawRow
from db.tables.programme import AuditCycle as CycleRow
from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.draw_answers import as_plain
from rules.programme import AuditCycle, cycle_name, why_not_open, why_opened_late
from usecases import circular_garbage
from usecases.cycle_rows import hold_cycle, known_cycle, refuse_cancelled, refuse_past_cycle
from usecases.draw_issue import DrawToIssue, issue
from usecases.draw_records import shortfalls_stored
from usecases.draws import find_draw
from usecases.draws_to_issue import drawn_now, preview_to_issue
from usecases.errors import NotAllowedNow
from usecases.frozen_frames import refuse_old_extract
from usecases.missed_cycles import why_missed
from usecases.re_audits_to_decide import leave_to_the_audit_team
from usecases.restricted_audits import tell_of_uncleared
from usecases.trail import record
from usecases.trail_of_cycles import cycle_closed, cycle_opened
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class CycleOpened:
    """An open cycle with its issued draw; `is_new` unless it was open already."""

    row: CycleRow
    drawn: DrawRow
    is_new: bool


def open_cycle(work: Work, month: str, *, force: bool = False, reason: str | None = None) -> CycleOpened:
    """Issues the cycle's standing preview if it is young enough, else draws and issues; once, however often asked.

    Raises NoSuchCycle naming the next cycle; NotAllowedNow before the cycle's day (unless forced with a reason), after
    its close, and without an extract that is young enough.
    """
    known = programme.cycle_in(work.session, month)
    if known is not None and known.state != "planned":
        return _opened_already(work, known)
    cycle = known_cycle(work, month)
    row = hold_cycle(work, cycle)
    if row.state != "planned":
        return _opened_already(work, row)
    _refuse_wrong_day(work, cycle, force=force, reason=reason)
    programme.one_opening_at_a_time(work.session)
    refuse_old_extract(work)
    return _issue(work, row, cycle, preview_to_issue(work, row, cycle) or drawn_now(work, row, cycle), reason)


def issue_draw(work: Work, draw_id: uuid.UUID, *, force: bool = False, reason: str | None = None) -> CycleOpened:
    """Opens a cycle with this very preview; issuing it again finds it issued.

    Raises NotFound, and NotAllowedNow as `open_cycle` does, and for a draw that was replaced or is too old.
    """
    drawn, _ = find_draw(work, draw_id)
    known = programme.cycle_with_id(work.session, drawn.cycle_id)
    if drawn.state == "issued":  # whatever edition holds by now: its year may have no such cycle
        return _opened_already(work, known)
    cycle = known_cycle(work, known.month)
    row = hold_cycle(work, cycle)
    refuse_cancelled(work, row)
    work.session.refresh(drawn)
    if drawn.state == "issued":
        return _opened_already(work, row)
    if drawn.state != "preview":
        raise _not_now(work, "S5", f"Draw {drawn.id} was {_WHAT_BECAME[drawn.state]}")
    _refuse_wrong_day(work, cycle, force=force, reason=reason)
    programme.one_opening_at_a_time(work.session)
    refuse_old_extract(work)
    to_issue = preview_to_issue(work, row, cycle)
    if to_issue is None:
        raise _not_now(work, "S5", _too_old(work, row))
    return _issue(work, row, cycle, to_issue, reason)


def close_cycle(work: Work, month: str, *, force: bool = False, reason: str | None = None) -> CycleRow:
    """Marks a cycle closed, with its figures as they stand; closing it again changes nothing.

    Raises NoSuchCycle, and NotAllowedNow for a cycle that is not open, or before its last day unless forced with a
    reason.
    """
    row = programme.cycle_in(work.session, month, lock=True)
    if row is not None:
        refuse_cancelled(work, row)
    if row is None or row.state == "planned":
        name = known_cycle(work, month).name
        raise _not_now(work, "P3", f"The cycle of {name} was not opened, so there is nothing to close: open it first.")
    if row.state == "closed":
        return row
    name = cycle_name(month)
    if work.today < row.closes_on and not (force and _is_given(reason)):
        raise _not_now(
            work,
            "P3",
            f"The cycle of {name} closes on {day_in_words(row.closes_on)} and today is {day_in_words(work.today)}: "
            "wait for its day, or close it early with `force` and a reason.",
        )
    row.state, row.closed_at, row.closed_by = "closed", work.now, work.actor
    row.closed_because = reason
    row.figures_at_close = figures_now(work, row.id)
    work.session.flush()
    record(work, cycle_closed(row, reason))
    return row


def figures_of(by_state: Mapping[str, int], replaced: int = 0) -> dict[str, Any]:
    """How many audits of a cycle are in each state, and in sum; `replaced` are withdrawn ones that another replaces."""
    withdrawn = by_state.get("withdrawn", 0)
    issued = by_state.get("issued", 0) + by_state.get("closed", 0)
    allocated = sum(by_state.values()) - withdrawn
    return {
        "allocated": allocated,
        "issued": issued,
        "not_issued": allocated - issued,
        "withdrawn": withdrawn,
        "replaced": replaced,
        "by_state": dict(by_state),
    }


def figures_now(work: Work, cycle_id: uuid.UUID) -> dict[str, Any]:
    """A cycle's figures as they stand; what was withdrawn with an earlier opening of it is not in them."""
    session = work.session
    return figures_of(programme.audits_by_state(session, cycle_id), programme.audits_replaced(session, cycle_id))


def _opened_already(work: Work, row: CycleRow) -> CycleOpened:
    """The cycle as it was opened before. Raises NotAllowedNow for one that was cancelled instead."""
    refuse_cancelled(work, row)
    drawn = draw_queries.issued_draw(work.session, row.id)
    assert drawn is not None, "a cycle is opened by issuing its draw"
    return CycleOpened(row, drawn, is_new=False)


def _refuse_wrong_day(work: Work, cycle: AuditCycle, *, force: bool, reason: str | None) -> None:
    refuse_past_cycle(work, cycle)
    why_not = why_not_open(work.policy, cycle, work.today)
    if why_not is None:
        return
    if not force:
        raise NotAllowedNow(why_not.sentence, rule=why_not.rule, clause=why_not.clause)
    if not _is_given(reason):
        raise _not_now(
            work, "P3", "A cycle is opened before its day only with a reason, which is kept: give `reason` too."
        )


def _issue(work: Work, row: CycleRow, cycle: AuditCycle, to_issue: DrawToIssue, reason: str | None) -> CycleOpened:
    with circular_garbage.not_looked_for():
        untold = issue(work, row, cycle, to_issue)
    row.state, row.opened_at, row.opened_by = "open", work.now, work.actor
    row.opened_because = reason
    row.shortfalls = [*shortfalls_stored(to_issue.drawn), *untold]
    row.warnings = [*as_plain(_warnings(work, cycle)), *to_issue.drawn.result["warnings"]]
    jobs.ask_for_run(work.session, jobs.DELIVERY, work.now)  # so that people need not wait for the next tick
    work.session.flush()
    record(work, cycle_opened(row, reason))
    tell_of_uncleared(work)
    if not cycle.is_extra:
        leave_to_the_audit_team(work, to_issue.drawn.result.get("to_decide", ()))
    return CycleOpened(row, to_issue.drawn, is_new=True)


def _warnings(work: Work, cycle: AuditCycle) -> list[Reason]:
    late = why_opened_late(work.policy, work.calendar, cycle, work.today)
    warnings = [late] if late else []
    if not cycle.is_extra and programme.published_plan(work.session, cycle.month) is None:
        sentence = f"No programme is published for {cycle.month[:4]}, so this cycle is ordinary."
        warnings.append(work.policy.reason("P2", sentence))
    return [*warnings, *why_missed(work, cycle.first_on.year)]


_WHAT_BECAME = {
    "superseded": "replaced by a later one: issue that one.",
    "withdrawn": "withdrawn with its cycle and stays so: draw again from a new extract.",
}


def _too_old(work: Work, row: CycleRow) -> str:
    return (
        f"The preview is older than {work.policy.selection.preview_stands_for}, or since it was made the programme or "
        "the edition has changed, another cycle opened, somebody in it was given an audit, somebody was merged, or a "
        f"record was restricted: draw again with POST /v1/audit-cycles/{row.month}/draws and a reason."
    )


def _is_given(reason: str | None) -> bool:
    return bool(reason and reason.strip())


def _not_now(work: Work, rule: str, sentence: str) -> NotAllowedNow:
    return NotAllowedNow(sentence, rule=rule, clause=work.policy.clause_of(rule))
