"""What follows when a cycle has closed: how its audits stood, and who hears of those that were not issued (L12).

It is reported the day after the cycle's last day, however it was closed, and once. An audit that is still not issued
when the next cycle closes is reported again, so that the auditor's head of service hears of it each month.
"""

from collections import Counter
from typing import Any

from db.queries import cycle_closings
from db.tables.programme import AuditCycle
from rules.dates_in_words import listed
from rules.decisions import Reason
from rules.matrix import NoticeEvent
from rules.programme import extra_opens_on
from rules.timeliness import ReportDates, Timeliness, timeliness, why_non_compliant
from rules.waiting_re_audits import closes_on
from usecases.audit_notices import AuditEvent, AuditNews, facts_of_row, owe_notices_of_audits
from usecases.trail import Entry, record
from usecases.work import Work


def report_closings(work: Work) -> str:
    """Reports on every cycle that has closed since; the sentence says on which, and of how many audits people hear."""
    cycles = cycle_closings.cycles_to_report(work.session, work.today)
    if not cycles:
        return "No cycle has closed since."
    for cycle in cycles:
        cycle.closing_report = _report(work, cycle)
    work.session.flush()
    # After weeks without a scheduler several cycles may be due: people hear once, of all that is still not issued.
    newest = next((cycle for cycle in reversed(cycles) if extra_opens_on(cycle.month) is None), cycles[-1])
    told = _tell(work, newest)
    audits = "1 audit was" if told == 1 else f"{told} audits were"
    return f"Reported on {listed([cycle.month for cycle in cycles])}; {audits} not issued."


def _report(work: Work, cycle: AuditCycle) -> dict[str, Any]:
    """How many of a cycle's audits stand how to its dates, as of today."""
    rows = cycle_closings.audits_of_cycle(work.session, cycle.id)
    standings = Counter(timeliness(_dates(work, row), work.today, work.policy, work.calendar) for row in rows)
    return {"as_of": work.today.isoformat(), "standings": {standing: standings[standing] for standing in Timeliness}}


def _tell(work: Work, cycle: AuditCycle) -> int:
    """Tells of what was not issued: at the close of an extra cycle of its own audits, else of those before as well.

    Who could not be told, and posts in which nobody can act, stand with the cycle (A5, N1).
    """
    is_extra = extra_opens_on(cycle.month) is not None
    rows = cycle_closings.audits_not_issued(work.session, work.today)
    concerned = [row for row in rows if not is_extra or row.Audit.cycle_id == cycle.id]
    found = [(row.Audit, why) for row in concerned if (why := _why(work, row)) is not None]
    news = AuditNews(occurrence=f"close:{cycle.month}")
    events = [AuditEvent(audit, facts_of_row(audit), news) for audit, _ in found]
    untold = owe_notices_of_audits(work, NoticeEvent.NOT_ISSUED_AT_CLOSE, events)
    cycle.shortfalls = [*cycle.shortfalls, *(each for each in untold if each not in cycle.shortfalls)]
    details = {"cycle": cycle.month, "on": work.today.isoformat()}
    subjects = [(("audit", str(audit.id)), why.rule) for audit, why in found]
    record(work, *(Entry(subject, "not_issued_at_close", rule=rule, details=details) for subject, rule in subjects))
    return len(found)


def _why(work: Work, row: Any) -> Reason | None:
    return why_non_compliant(_dates(work, row), work.today, work.policy, work.calendar)


def _dates(work: Work, row: Any) -> ReportDates:
    """The days that count. Nothing is late of a re-audit that waits for a dispute, and its days move with it (S7)."""
    due_on, closed_on = row.Audit.report_due_on, row.closes_on
    if row.Audit.re_audit_of is not None:
        closed_on = closes_on(closed_on, due_on, work.policy, work.calendar)
    return ReportDates(
        report_due_on=due_on,
        closes_on=max(closed_on, work.today) if row.waits else closed_on,
        first_submitted_on=row.first_submitted_on,
        amendment_due_on=row.amendment_due_on,
        not_accepted_on=row.not_accepted_on,
        accepted_on=row.accepted_on,
        issued_on=row.Audit.issued_on,
    )
