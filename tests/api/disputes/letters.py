"""The letters about a dispute as people read them."""

from sqlalchemy import select

from db.tables.notices import Notice
from db.tables.organisation import Person
from tests.disputes_under_way import DisputeUnderWay
from usecases.letters.audit_events import AuditEventLetter


def letters(dispute: DisputeUnderWay, reference: str) -> list[tuple[str, str]]:
    """Subject and sentences of each letter that somebody gets about it, the oldest first."""
    with dispute.audit.sessions() as session:
        theirs = select(Notice.content).join(Person, Person.id == Notice.recipient_id)
        about = theirs.where(Notice.event == "dispute_step", Person.reference == reference)
        read = [
            AuditEventLetter.of(content, "http://here") for content in session.scalars(about.order_by(Notice.id)).all()
        ]
    return [(letter.subject, letter.sentence) for letter in read]


def practitioner_and_auditor(dispute: DisputeUnderWay) -> tuple[str, str]:
    """Their references."""
    row = dispute.audit.row()
    with dispute.audit.sessions() as session:
        found = [session.get_one(Person, person) for person in (row.practitioner_id, row.auditor_id)]
        return found[0].reference, found[1].reference
