"""A command as the case system is handed it: the document's bytes, or the note's words, and whom to alert (C2, L7)."""

import uuid
from dataclasses import dataclass
from typing import Protocol

from db.queries.case_system_outbox import CommandOwed
from reports.pdf_files import NoPdf
from usecases.case_system_ports import (
    AlertRecipient,
    Command,
    Document,
    Note,
    Operation,
    Refused,
)
from usecases.errors import NotFound
from usecases.moderation_templates import template_file
from usecases.work import LONDON, Work


@dataclass(frozen=True, slots=True)
class Rendering:
    """A version of a report as a file; `name` begins with what the note calls it (`document_name`)."""

    name: str
    media_type: str
    content: bytes


class ReportUnavailable(Exception):
    """The version of the report cannot be made into a file; the sentence says why."""


class Reports(Protocol):
    """Where the bytes come from that are uploaded."""

    def __call__(self, work: Work, audit_id: uuid.UUID, version: int) -> Rendering:
        """That version, the same bytes each time. Raises ReportUnavailable."""
        ...


_CLEARED = Refused("Its text was cleared, because its time to be kept was over: there is nothing left to send.")


def command_of(work: Work, owed: CommandOwed, reports: Reports) -> Command | Refused:
    """The command with all that it says. Refused for one whose text is no more; raises ReportUnavailable."""
    if owed.kind == Operation.UPLOAD_DOCUMENT:
        return _command(work, owed, document=document_of(work, owed, reports))
    note = note_of(owed)
    return _CLEARED if note is None else _command(work, owed, note=note)


def document_of(work: Work, owed: CommandOwed, reports: Reports) -> Document:
    """The report as a file, under the name that the note tells. Raises ReportUnavailable."""
    rendering = _rendered(work, owed, reports)
    category = work.policy.case_system.document_category
    return Document(rendering.name, rendering.media_type, category, rendering.content)


def _rendered(work: Work, owed: CommandOwed, reports: Reports) -> Rendering:
    if owed.moderated_audit_id is None:
        assert owed.audit_id is not None, "a document is of an audit"
        assert owed.report_version is not None, "and of a version of its report"
        return reports(work, owed.audit_id, owed.report_version)
    try:
        file = template_file(work, owed.moderated_audit_id)
    except (NotFound, NoPdf) as why:
        raise ReportUnavailable(str(why)) from why
    return Rendering(file.name, file.media_type, file.content)


def note_of(owed: CommandOwed) -> Note | None:
    """What it says; None where there is none, or none any more."""
    if owed.text is None:
        return None
    assert owed.note_type is not None
    assert owed.title is not None
    assert owed.contact_at is not None
    contact_at = owed.contact_at.astimezone(LONDON)
    return Note(owed.note_type, owed.title, contact_at, bool(owed.is_significant), owed.text)


def recipients_of(owed: CommandOwed) -> tuple[AlertRecipient, ...]:
    return tuple(AlertRecipient(role, reference) for role, reference in owed.recipients)


def _command(work: Work, owed: CommandOwed, document: Document | None = None, note: Note | None = None) -> Command:
    return Command(
        key=owed.idempotency_key,
        operation=Operation(owed.kind),
        person_reference=owed.person_reference,
        audit_reference=owed.audit_reference,
        correlation_id=work.correlation_id or "",
        may_have_arrived=owed.may_have_arrived,
        document=document,
        document_reference=owed.document_reference,
        note=note,
        alert_recipients=recipients_of(owed),
    )
