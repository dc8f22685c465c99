"""Which draw is issued when a cycle opens: the standing preview if it still holds, else one that is made now (S5)."""

from db.queries import aliases, restricted_audits
from db.queries import draws as draw_queries
from db.tables.draws import Draw as DrawRow
from db.tables.draws import SamplingFrame as StoredFrame
from db.tables.programme import AuditCycle as CycleRow
from rules.canonical_frames import frame_from_text
from rules.draws import draw
from rules.lengths import WorkingDays
from rules.policy.draw_shapes import RestrictedRecords
from rules.programme import AuditCycle
from rules.sampling_frames import SamplingFrame
from usecases.cycle_rows import planned_now
from usecases.draw_issue import DrawToIssue, who_is_audited_already
from usecases.draw_records import is_planned_so, stored_answer
from usecases.draws import LEAST_SIZE, draw_again
from usecases.errors import NotAllowedNow
from usecases.work import LONDON, Work


def preview_to_issue(work: Work, row: CycleRow, cycle: AuditCycle) -> DrawToIssue | None:
    """The standing preview, if it may still be issued.

    It is young, of this edition, made for what is planned now (P2, P5), nobody in it was audited since, no other cycle
    gave audits, which count for the rest between two (S3) and for the room of auditors (A3), and since then none of its
    people and cases was merged or told apart, and no record that it gives to somebody who is not cleared was restricted
    (S10).
    """
    standing = draw_queries.standing_preview(work.session, row.id)
    if standing is None or _is_too_old(work, standing[1]) or standing[0].result["edition"] != row.edition_id:
        return None
    if not is_planned_so(standing[0], planned_now(work, cycle.month)):
        return None
    if draw_queries.is_another_issued_since(work.session, row.id, standing[1].frozen_at):
        return None
    to_issue = _replayed(work, *standing)
    if _is_known_otherwise(work, standing[1], to_issue.frame) or _is_restricted_since(work, to_issue):
        return None
    return None if who_is_audited_already(work, cycle, to_issue) else to_issue


def _is_too_old(work: Work, stored: StoredFrame) -> bool:
    frozen_on = stored.frozen_at.astimezone(LONDON).date()
    age = work.calendar.between(min(frozen_on, work.today), work.today)
    return WorkingDays(age) > work.policy.selection.preview_stands_for


def _is_known_otherwise(work: Work, stored: StoredFrame, frame: SamplingFrame) -> bool:
    """Whether somebody in the frame, or a case, turned out to be another one in it, or one with another history."""
    changed = aliases.references_changed_since(work.session, stored.frozen_at)
    named = (row.id for rows in (frame.cases, frame.practitioners, frame.auditors) for row in rows)
    return bool(changed) and not changed.isdisjoint(named)


def _is_restricted_since(work: Work, to_issue: DrawToIssue) -> bool:
    """Whether a restricted record would go to an auditor who is not cleared today.

    Where restricted records are left out of draws, that holds of new audits, and a re-audit goes on as it was due.
    """
    given = {row.case_id: row.auditor_id for row in to_issue.answer.drawn}
    if work.policy.selection.restricted_records is RestrictedRecords.CLEARED_AUDITORS:
        cases = {row.id: row.case_id for row in to_issue.frame.re_audits}
        given |= {cases[row.id]: row.auditor_id for row in to_issue.answer.re_audits if row.auditor_id is not None}
    restricted = restricted_audits.restricted_among(work.session, given)
    return not {given[case] for case in restricted} <= restricted_audits.cleared_on(work.session, work.today)


def drawn_now(work: Work, row: CycleRow, cycle: AuditCycle) -> DrawToIssue:
    made = draw_again(work, row, cycle, "Drawn again at the opening: the preview was too old or no longer held.")
    if made.answer is not None:
        return DrawToIssue(made.row, made.frozen.frame, made.answer)
    return _replayed(work, made.row, made.frozen.stored)


def _replayed(work: Work, drawn: DrawRow, stored: StoredFrame) -> DrawToIssue:
    """A stored draw, drawn again from its frame and seed; what is issued is what anyone can replay."""
    frame, _ = frame_from_text(stored.canonical)
    answer = draw(frame, drawn.seed, work.policy, work.calendar, least_size=LEAST_SIZE)
    if stored_answer(answer).items() <= drawn.result.items():
        return DrawToIssue(drawn, frame, answer)
    raise NotAllowedNow(
        f"Draw {drawn.id} is not what its frame and seed give, so it is not issued: see "
        f"GET /v1/draws/{drawn.id}/verify, and draw again with a reason.",
        rule="S5",
        clause=work.policy.clause_of("S5"),
    )
