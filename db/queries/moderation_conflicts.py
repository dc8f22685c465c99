"""Who had an audit before its auditor, and who accepted or returned its report: they do not moderate it (M2)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.tables.audit_life import AuditStep
from db.tables.audits import AuditorChange
from db.tables.organisation import Person

_CHECKED = ("report_accepted", "report_returned")


def earlier_auditors(session: Session, audit_ids: Collection[uuid.UUID]) -> Sequence[Row[uuid.UUID, str]]:
    """Each of these audits with whoever handed it on, by reference."""
    rows = (
        select(AuditorChange.audit_id, Person.reference)
        .join(Person, Person.id == current_person(AuditorChange.from_id))
        .where(AuditorChange.audit_id.in_(audit_ids))
    )
    return session.execute(rows).all()


def quality_checkers(session: Session, audit_ids: Collection[uuid.UUID]) -> Sequence[Row[uuid.UUID, str]]:
    """Each of these audits with whoever accepted or returned its report, as the record names them."""
    checked = select(AuditStep.audit_id, AuditStep.recorded_by).where(
        AuditStep.audit_id.in_(audit_ids), AuditStep.event.in_(_CHECKED)
    )
    return session.execute(checked.distinct()).all()
