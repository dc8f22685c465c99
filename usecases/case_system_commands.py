"""What is owed to the case system when a version of a report goes on the record: the upload, then the note (L7, C2).

Commands are saved with the decision that owes them, and carried out after its commit (usecases/case_system_runs.py),
fetched by the council's connector, or done by hand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from db.queries import jobs
from db.queries.case_system_commands import NewCommand, NoteTexts, add_commands
from db.tables.audits import Audit
from rules.case_notes import CaseNote, Occasion, ReportOnRecord, alerted, case_note, roles_alerted
from rules.compliance import compliance_score
from rules.recipients import AuditConcerned
from usecases.audit_contents import contents_of
from usecases.errors import NotAllowedNow
from usecases.staff_on_the_day import staff_today
from usecases.superseded_commands import supersede_older
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

__all__ = ["Occasion", "ReportToFile", "owe_commands"]

UPLOAD, NOTE, ALERT = "upload_document", "record_note", "send_alert"


@dataclass(frozen=True, slots=True)
class ReportToFile:
    """A stored version of the audit's report that is to go on the record."""

    version: int
    occasion: Occasion


def owe_commands(work: Work, audit: Audit, reports: Sequence[ReportToFile]) -> None:
    """Owes the case system each report: its upload, then a note with its own alerts that waits for the upload.

    Call it in the transaction of the decision, after the effective grade is on the audit. What is still owed of older
    versions is owed no more (L15). Owing the same version for the same occasion again changes nothing. Raises
    NotAllowedNow for an audit that is to be graded and is not.
    """
    owed = [command for report in reports for command in _commands(work, audit, report)]
    added = add_commands(work.session, work.now, audit.id, owed)
    if added:
        supersede_older(work, audit, max(report.version for report in reports))
        details = {"commands": [str(id_) for id_ in added], "versions": sorted({report.version for report in reports})}
        record(work, Entry(("audit", str(audit.id)), "case_system_commands_owed", rule="C2", details=details))
        jobs.ask_for_run(work.session, jobs.CASE_SYSTEM, work.now)  # so that nobody waits for the next tick


def _commands(work: Work, audit: Audit, report: ReportToFile) -> Iterator[NewCommand]:
    grade, percentage = _result(work, audit)
    staff = staff_today(work)
    assert audit.auditor_id is not None, "an audit that was drawn here has an auditor"
    concerned = AuditConcerned(
        practitioner=staff.line_of_work(audit.practitioner_id, audit.team_id, audit.service_id),
        auditor=staff.line_of(audit.auditor_id),
    )
    told = alerted(concerned, grade, staff.on_the_day, work.policy)
    filed_at = work.now.astimezone(LONDON)
    filed = ReportOnRecord(audit.reference, audit.kind, report.version, grade, report.occasion, filed_at, percentage)
    note = case_note(filed, roles_alerted(told), work.policy)
    key = f"{audit.reference}.v{report.version}.{report.occasion}"
    upload = NewCommand(f"{key}.upload", UPLOAD, report.occasion, report.version)
    yield upload
    yield NewCommand(
        f"{key}.note",
        NOTE,
        report.occasion,
        report.version,
        after_key=upload.idempotency_key,
        recipients=[{"role": one.role, "person_id": one.person_id} for one in told],
        note=_texts(note),
    )


def _result(work: Work, audit: Audit) -> tuple[str | None, int | None]:
    """The overall grade; of an audit without graded domains none, and the percentage of its checks (P8)."""
    if audit.overall_grade is not None:
        return audit.overall_grade, None
    contents = contents_of(work, audit)
    if not contents.is_graded:
        return None, compliance_score(contents.final.checks).percentage
    raise NotAllowedNow(
        f"{audit.reference} has no overall grade yet, so its report cannot go on the record: grade it first.",
        rule="L7",
        clause=work.policy.clause_of("L7"),
    )


def _texts(note: CaseNote) -> NoteTexts:
    return NoteTexts(note.note_type, note.title, note.contact_at, note.is_significant, note.text)
