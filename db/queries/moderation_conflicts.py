"""Who had an audit before its auditor, and who accepted or returned its report: they do not moderate it (M2)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from db.queries.aliases import current_person, current_reference
from db.tables.audit_life import AuditStep
from db.tables.audits import AuditorChange
from db.tables.organisation import Person
from rules.audit_events import Event

_CHECKED = (Event.REPORT_ACCEPTED, Event.REPORT_RETURNED)
_PERSON = "person "  # how a record begins that names somebody of the organisation


def earlier_auditors(session: Session, audit_ids: Collection[uuid.UUID]) -> Sequence[Row[uuid.UUID, str]]:
    """Each of these audits with whoever handed it on, by reference."""
    rows = (
        select(AuditorChange.audit_id, Person.reference)
        .join(Person, Person.id == current_person(AuditorChange.from_id))
        .where(AuditorChange.audit_id.in_(audit_ids))
    )
    return session.execute(rows).all()


def quality_checkers(session: Session, audit_ids: Collection[uuid.UUID]) -> Sequence[Row[uuid.UUID, str]]:
    """Each of these audits with whoever accepted or returned its report, by the reference that they have now."""
    named = func.substr(AuditStep.recorded_by, len(_PERSON) + 1)
    checked = select(AuditStep.audit_id, current_reference(named)).where(
        AuditStep.audit_id.in_(audit_ids),
        AuditStep.event.in_(_CHECKED),
        AuditStep.recorded_by.startswith(_PERSON),
    )
    return session.execute(checked.distinct()).all()
