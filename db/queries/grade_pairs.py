"""Two grades of one audit beside each other: auditor and moderator, before and after the discussion (M5, O8)."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import and_, select, true
from sqlalchemy.orm import Session, aliased

from db.tables.audit_contents import Grading
from db.tables.audits import Audit
from db.tables.moderation import ModeratedAudit, ModerationRound, Regrade
from rules.gradings import Stage


class PairRow(NamedTuple):
    """Two grades of one audit, None where it was not graded (yet): the auditor's as it was drawn and the moderator's,
    or those before and after the reflective discussion."""

    service_id: str
    first: str | None
    second: str | None


def overall_pairs(session: Session, first: date, last: date) -> list[PairRow]:
    """Of the rounds of these months the overall grades of auditor and moderator, once the regrade is fixed (M5)."""
    rows = session.execute(
        select(Audit.service_id, ModeratedAudit.auditor_grade, Regrade.overall_grade)
        .join(Audit, Audit.id == ModeratedAudit.audit_id)
        .join(ModerationRound, ModerationRound.id == ModeratedAudit.round_id)
        .outerjoin(Regrade, and_(Regrade.moderated_audit_id == ModeratedAudit.id, Regrade.fixed_at.is_not(None)))
        .where(ModerationRound.month.between(first, last))
        .order_by(ModeratedAudit.id)
    )
    return [PairRow(*row) for row in rows]


def pairs_around_discussion(session: Session, first: date | None, last: date) -> list[PairRow]:
    """Of audits issued on or after the first day, if any, and before the last: overall grades before and after it."""
    before, after = aliased(Grading), aliased(Grading)
    rows = session.execute(
        select(Audit.service_id, before.overall_grade, after.overall_grade)
        .outerjoin(before, and_(before.audit_id == Audit.id, before.stage == Stage.BEFORE_DISCUSSION))
        .outerjoin(after, and_(after.audit_id == Audit.id, after.stage == Stage.AFTER_DISCUSSION))
        .where(
            Audit.origin == "drawn",
            Audit.overall_grade.is_not(None),
            true() if first is None else Audit.issued_on >= first,
            Audit.issued_on < last,
        )
        .order_by(Audit.id)
    )
    return [PairRow(*row) for row in rows]
