"""Tasks for the audit team: re-audits that wait because a case has closed or a practitioner has left (S7)."""

from collections.abc import Mapping, Sequence

from db.queries import tasks
from db.tables.audits import Audit as AuditRow
from rules.audit_events import CHANGES_OF_GRADES, Event
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.work import Work

RE_AUDIT_TO_DECIDE = "re_audit_to_decide"
_SETTLED_BY = (
    *(Event.ANOTHER_CASE_CHOSEN, Event.AUDIT_CLOSED, Event.FURTHER_RE_AUDIT_WAIVED),
    *CHANGES_OF_GRADES,
)
_NO_LONGER_WAITS = "A later opening found nothing in the way of the re-audit."


def leave_to_the_audit_team(work: Work, waiting: Sequence[Mapping[str, str]]) -> None:
    """One task for each that waits, by the id of its audit; those of before that wait no more are closed."""
    open_tasks(
        work,
        [
            NewTask(RE_AUDIT_TO_DECIDE, it["audit_id"], it["sentence"], it["rule"], ("audit", it["audit_id"]))
            for it in waiting
        ],
    )
    still = {it["audit_id"] for it in waiting}
    over = sorted(tasks.open_keys(work.session, RE_AUDIT_TO_DECIDE) - still)
    if over:
        tasks.close_tasks(
            work.session, RE_AUDIT_TO_DECIDE, over, now=work.now, closed_by=work.actor, because=_NO_LONGER_WAITS
        )


def settle(work: Work, row: AuditRow, event: Event, because: str) -> None:
    """Closes the task of an audit whose re-audit is decided about, or is owed no more."""
    if event not in _SETTLED_BY:
        return
    if event in CHANGES_OF_GRADES and row.overall_grade in work.policy.gradings.re_audit_grades:
        return  # due by itself, or ordered (R2)
    close_task(work, RE_AUDIT_TO_DECIDE, str(row.id), because)
