"""What is owed of an older version of a report is owed no more once a newer one goes on the record (L15, C2)."""

from db.queries import case_system_commands as commands
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from usecases.case_system_results import SUBJECT, settle, why_superseded
from usecases.trail import Entry, record
from usecases.work import Work

# Certainly not done. What is under way, or may have arrived, keeps its state until somebody knows what became of it.
_NOT_DONE = ("pending", "manual", "refused")


def supersede_older(work: Work, audit: Audit, version: int) -> None:
    """Cancels what is owed of the versions before this one and was certainly not done, with the reason and its tasks.

    Call it in the transaction that owes the newer version. What may have arrived is not lost: its receipt may still
    come, and it is asked for, but what turns out not to have been done is then not done again.
    """
    for command in commands.older_held(work.session, audit.id, version):
        if command.state in _NOT_DONE and not command.may_have_arrived:
            _cancel(work, command, version)


def _cancel(work: Work, command: CaseSystemCommand, newer: int) -> None:
    command.state, command.last_error = "cancelled", why_superseded(newer)
    settle(work, command)
    details = {"kind": command.kind, "version": command.report_version, "superseded_by": newer}
    record(work, Entry((SUBJECT, str(command.id)), "command_cancelled", rule="L15", details=details))
