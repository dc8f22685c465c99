"""What each stage of a safety alert puts on the record of the case: summary and outcome as a case note (W5)."""

from db.queries.case_system_commands import NewCommand, NoteTexts, add_commands
from db.tables.safety_alerts import SafetyAlert, SafetyAlertStep
from rules.policy.ladder_shapes import Rung
from rules.safety_alerts import StageSaid, alert_note
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

OCCASION = "safety_alert"
_NOTE = "record_note"


def owe_note(work: Work, alert: SafetyAlert, step: SafetyAlertStep, rung: Rung, summary: str) -> None:
    """Owes the case system the note of one step. It is carried out after the commit, and holds up nothing here."""
    said_at = work.now.astimezone(LONDON)
    note = alert_note(StageSaid(alert.reference, rung, step.event, summary), said_at, work.policy)
    texts = NoteTexts(note.note_type, note.title, note.contact_at, note.is_significant, note.text)
    key = f"{alert.reference}.{step.version}.note"
    command = NewCommand(key, _NOTE, OCCASION, None, note=texts)
    added = add_commands(work.session, work.now, None, [command], safety_alert_id=alert.id)
    if added:
        details = {"commands": [str(id_) for id_ in added]}
        record(work, Entry((OCCASION, str(alert.id)), "case_system_commands_owed", rule="W5", details=details))
