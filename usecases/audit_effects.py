"""What a move of an audit leads to, saved with it: clocks, messages, reports, the case system (DESIGN §5)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from db.queries import audit_life as life
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event, Record
from rules.decisions import DeadlineStart, Decision
from rules.matrix import NoticeEvent
from usecases.audit_actors import owed_by
from usecases.audit_notices import AuditNews, owe_audit_notices
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.report_contents import keep_report
from usecases.staff_on_the_day import Staff, staff_today
from usecases.work import Work


def save_clocks(work: Work, row: AuditRow, decision: Decision) -> None:
    """Ends the clocks that were met or are owed no more, then starts those that follow."""
    if decision.deadlines_met:
        life.meet_deadlines(work.session, row.id, decision.deadlines_met, decision.happened_on or work.today)
    for ended in decision.deadlines_withdrawn:
        life.withdraw_deadlines_of(work.session, row.id, [ended.time_limit], ended.reason.sentence, work.today)
    if decision.deadlines_start:
        staff = staff_today(work)
        started = [_clock(work, row, clock, staff) for clock in decision.deadlines_start]
        life.start_deadlines(work.session, started)


def owe_messages(work: Work, row: AuditRow, decision: Decision, news: AuditNews) -> Iterator[dict[str, str]]:
    """Owes what the matrix of section 9 asks for, and answers who could not be told."""
    told_of = [event for event in map(NoticeEvent, decision.told_of) if event not in _TOLD_ELSEWHERE]
    if told_of:
        clocks = life.running_deadlines(work.session, row.id)
        due_on = {clock.rule: clock.due_on for clock in reversed(clocks)}  # of several the next due
        for event in told_of:
            yield from owe_audit_notices(work, event, row, extra=replace(news, due_on=due_on))


# Feedback goes to those of before, of whom the audit knows nothing: whoever gives it tells them (L8).
_TOLD_ELSEWHERE = (NoticeEvent.FEEDBACK_GIVEN,)


def keep_and_file_report(work: Work, row: AuditRow, decision: Decision) -> None:
    """Keeps the report as it reads from now on, and owes it to the case system once it is issued (L7, L15).

    What is handed to the audit team is kept too, so that it reads what it checks (L6).
    """
    event = Event(decision.events[-1])
    if Record.REPORT_VERSION not in decision.records and event not in _READ_BY_THE_AUDIT_TEAM:
        return
    version = keep_report(work, row, event)
    if Record.UPLOAD in decision.records:
        occasion = _OCCASIONS.get(event, Occasion.ISSUED)
        owe_commands(work, row, [ReportToFile(version=version, occasion=occasion)])


_OCCASIONS = {
    Event.REPORT_CORRECTED: Occasion.CORRECTED,
    Event.DISPUTE_RESOLVED: Occasion.RESOLVED,
    Event.MODERATED_GRADE_RECORDED: Occasion.MODERATED,
}
_READ_BY_THE_AUDIT_TEAM = (Event.REPORT_SUBMITTED, Event.REPORT_AMENDED)


def _clock(work: Work, row: AuditRow, clock: DeadlineStart, staff: Staff) -> dict[str, Any]:
    return {
        "time_limit": clock.time_limit,
        "audit_id": row.id,
        "owed_by_id": owed_by(work, row, clock.owed_by, staff),
        "owed_by_role": clock.owed_by,
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "working_days": clock.length.count if clock.length else None,
        "rule": clock.reason.rule,
        "clause": clock.reason.clause,
        "sentence": clock.reason.sentence,
        "edition_id": work.policy.edition.id,
    }
