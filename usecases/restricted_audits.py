"""Audits whose auditor is not cleared for their restricted record: a task for the audit team while it is so (S10)."""

from db.queries import restricted_audits, tasks
from usecases.tasks import NewTask, close_task, open_tasks
from usecases.work import Work

AUDITOR_NOT_CLEARED = "auditor_not_cleared"


def tell_of_uncleared(work: Work) -> None:
    """Opens a task for each audit whose record was restricted after it was given, and closes what is settled.

    Nothing is taken from anybody by itself: whether the auditor has read the record already, a person has to judge.
    """
    found = restricted_audits.unfinished_with_the_uncleared(work.session, work.today)
    settled = tasks.open_keys(work.session, AUDITOR_NOT_CLEARED) - {row.reference for row in found}
    tasks.close_tasks(
        work.session,
        AUDITOR_NOT_CLEARED,
        sorted(settled),
        now=work.now,
        closed_by=work.actor,
        because="The audit is with a cleared auditor, is over, or its record is not restricted any more.",
    )
    open_tasks(work, [_task(row.reference, row.auditor, ("audit", str(row.id))) for row in found])


def note_settled(work: Work, reference: str) -> None:
    """An audit changed hands, which only a cleared auditor's could take it, or was withdrawn."""
    close_task(work, AUDITOR_NOT_CLEARED, reference, "The audit got another auditor or was withdrawn.")


def _task(reference: str, auditor: str, subject: tuple[str, str]) -> NewTask:
    sentence = (
        f"The record of {reference} is restricted by now, and its auditor {auditor} is not cleared for that. "
        "Give it to a cleared auditor (A4); withdraw or replace it if there is none (S9)."
    )
    return NewTask(AUDITOR_NOT_CLEARED, reference, sentence, "S10", subject)
