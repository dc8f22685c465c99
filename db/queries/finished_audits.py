"""Issued audits of which nothing seems to be owed any more; the rules have the last word (S7, L7, L11)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from db.queries.deadlines import is_of_the_audit
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute
from rules.audit_events import State


def audits_that_seem_finished(
    session: Session, re_audit_grades: Collection[str], re_audits_by_themselves: int
) -> Sequence[uuid.UUID]:
    """Issued audits with no open clock or dispute, their newest version uploaded, and no re-audit awaited.

    The oldest first.
    """
    re_audit = aliased(Audit)
    newest_upload = (
        select(CaseSystemCommand.state)
        .where(CaseSystemCommand.audit_id == Audit.id, CaseSystemCommand.kind == "upload_document")
        .order_by(CaseSystemCommand.report_version.desc(), CaseSystemCommand.id.desc())
        .limit(1)
    )
    awaits_re_audit = (
        Audit.overall_grade.in_(re_audit_grades)
        & (Audit.sequence < re_audits_by_themselves)
        & Audit.re_audit_waived_because.is_(None)
        & ~exists().where(re_audit.re_audit_of == Audit.id, re_audit.state != State.WITHDRAWN)
    )
    question = (
        select(Audit.id)
        .where(
            Audit.state == State.ISSUED,
            ~exists().where(
                Deadline.audit_id == Audit.id, Deadline.state.in_(("running", "overdue")), is_of_the_audit()
            ),
            ~exists().where(Dispute.audit_id == Audit.id, Dispute.state == "open"),
            newest_upload.scalar_subquery() == "done",
            func.coalesce(awaits_re_audit, False).is_(False),
        )
        .order_by(Audit.issued_on, Audit.id)
    )
    return session.scalars(question).all()
