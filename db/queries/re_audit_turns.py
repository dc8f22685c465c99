"""What each opening of a cycle made of an audit's re-audit, and the re-audits that were allocated (S7, P7, A3, S2)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import cast, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session

from db.tables.audit_life import AuditStep, AuditStepText
from db.tables.audits import Audit
from db.tables.draws import Draw
from db.tables.programme import AuditCycle
from rules.audit_events import Event


class Turn(NamedTuple):
    """A cycle that was opened while a re-audit was awaited: what its draw says of each re-audit, and warned of."""

    opens_on: date
    re_audits: Sequence[dict[str, Any]]
    warnings: Sequence[dict[str, Any]]


class Follower(NamedTuple):
    """A re-audit of an audit, however it ended."""

    reference: str
    allocated_on: date
    withdrawn_at: datetime | None
    withdrawn_because: str | None


class ChosenCase(NamedTuple):
    """When and by whom another case was chosen for a re-audit, and why, as they wrote it."""

    chosen_on: date
    chosen_by: str
    because: str | None


def turns_since(session: Session, since: date, reference: str) -> list[Turn]:
    """The cycles opened since that day whose draw speaks of this audit, the oldest first."""
    listed = func.jsonb_path_query_array(
        Draw.result["re_audits"], cast("$[*] ? (@.id == $id)", JSONPATH), func.jsonb_build_object("id", reference)
    )
    rows = session.execute(
        select(AuditCycle.opens_on, listed, Draw.result["warnings"])
        .join(AuditCycle, AuditCycle.id == Draw.cycle_id)
        .where(Draw.state == "issued", AuditCycle.opens_on > since)
        .order_by(AuditCycle.opens_on)
    )
    return [Turn(*row) for row in rows]


def followers_of(session: Session, audit_id: uuid.UUID) -> list[Follower]:
    """Its re-audits, withdrawn ones too, the oldest first."""
    rows = session.execute(
        select(Audit.reference, Audit.allocated_on, Audit.withdrawn_at, Audit.withdrawn_because)
        .where(Audit.re_audit_of == audit_id)
        .order_by(Audit.allocated_on, Audit.id)
    )
    return [Follower(*row) for row in rows]


def case_chosen(session: Session, audit_id: uuid.UUID) -> ChosenCase | None:
    """The newest choice of a case for its re-audit."""
    note = select(AuditStepText.text).where(AuditStepText.step_id == AuditStep.id, AuditStepText.name == "note")
    row = session.execute(
        select(AuditStep.happened_on, AuditStep.recorded_by, note.scalar_subquery())
        .where(AuditStep.audit_id == audit_id, AuditStep.event == Event.ANOTHER_CASE_CHOSEN)
        .order_by(AuditStep.version.desc())
        .limit(1)
    ).first()
    return ChosenCase(*row) if row else None


def audit_before(session: Session, audit_id: uuid.UUID) -> Audit | None:
    """The audit that a re-audit follows."""
    followed = select(Audit.re_audit_of).where(Audit.id == audit_id).scalar_subquery()
    return session.scalars(select(Audit).where(Audit.id == followed)).one_or_none()
