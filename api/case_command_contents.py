"""What a command for the case system says, in answers: the note, whom to alert, where the file is."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from db.queries.case_system_outbox import CommandOwed
from usecases.case_system_contents import note_of

Operation = Literal["upload_document", "record_note", "send_alert"]


class NoteRead(BaseModel):
    """A case note, ready to copy."""

    note_type: str
    title: Annotated[str, Field(description="At most as many characters as the edition says")]
    contact_at: Annotated[datetime, Field(description="Date and time in Europe/London")]
    is_significant: bool
    text: str


class AlertedRead(BaseModel):
    """Somebody to be alerted."""

    role: str
    worker_reference: str


WITH_CONTENT: dict[str, Any] = {
    "person_reference": "4711",
    "document_reference": "D-88123",
    "document": None,
    "note": {
        "note_type": "Quality Assurance",
        "title": "PA-2026-0412 Practice audit, version 1",
        "contact_at": "2026-10-30T15:05:00Z",
        "is_significant": False,
        "text": "Practice audit PA-2026-0412 was completed on Friday 30 October 2026 at 15:05.\n…",
    },
    "alert_recipients": [{"role": "team_manager", "worker_reference": "990017"}],
}


def content_of(owed: CommandOwed) -> dict[str, Any]:
    """What a command says, by the fields of the answer."""
    note = note_of(owed)
    is_upload = owed.kind == "upload_document"
    return {
        "person_reference": owed.person_reference,
        "document_reference": owed.document_reference,
        "document": f"/v1/case-system/commands/{owed.id}/document" if is_upload else None,
        "note": note and NoteRead(**{name: getattr(note, name) for name in NoteRead.model_fields}),
        "alert_recipients": [AlertedRead(role=role, worker_reference=reference) for role, reference in owed.recipients],
    }
