"""What a move of an audit leads to, saved with it: clocks, messages, reports, the case system (DESIGN §5)."""

from collections.abc import Iterator
from dataclasses import replace

from db.queries.clocks import of_audit, running
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event, Record
from rules.decisions import Decision
from rules.matrix import NoticeEvent
from usecases.audit_actors import owed_by
from usecases.audit_notices import AuditNews, owe_audit_notices
from usecases.case_system_commands import Occasion, ReportToFile, owe_commands
from usecases.clocks import clock_row, keep_clocks
from usecases.report_contents import keep_report
from usecases.staff_on_the_day import staff_today
from usecases.work import Work


def save_clocks(work: Work, row: AuditRow, decision: Decision) -> None:
    """Ends the clocks that were met or are owed no more, then starts those that follow."""
    staff = staff_today(work) if decision.deadlines_start else None
    started = [
        clock_row(start, owed_by(work, row, start.owed_by, staff), work.policy.edition.id, audit_id=row.id)
        for start in decision.deadlines_start
    ]
    met_on = decision.happened_on or work.today
    keep_clocks(work, of_audit(row.id), decision, started, met_on=met_on, withdrawn_on=work.today)


def owe_messages(work: Work, row: AuditRow, decision: Decision, news: AuditNews) -> Iterator[dict[str, str]]:
    """Owes what the matrix of section 9 asks for, and answers who could not be told."""
    told_of = [event for event in map(NoticeEvent, decision.told_of) if event not in _TOLD_ELSEWHERE]
    if told_of:
        clocks = running(work.session, of_audit(row.id))
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
