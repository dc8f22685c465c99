"""The audits of a draw as they stand now, and what the trail has recorded of them (S5, S9, A4)."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session, aliased

from db.tables.audits import Audit
from db.tables.organisation import Person
from db.tables.trail import TrailEntry


class StandingAudit(NamedTuple):
    """An audit as it stands: people by reference, and by id as the trail names them."""

    id: uuid.UUID
    reference: str
    case_reference: str
    practitioner: str
    practitioner_id: uuid.UUID
    auditor: str | None
    auditor_id: uuid.UUID | None
    window_from: date
    window_to: date
    state: str
    re_audit_of: str | None
    replaces_id: uuid.UUID | None


class RecordedMove(NamedTuple):
    """What the trail says happened to an audit."""

    action: str
    at: datetime
    details: Mapping[str, Any]


def audits_of_draw(session: Session, draw_id: uuid.UUID) -> Sequence[StandingAudit]:
    """Every audit that was made for a draw, in the order of their references."""
    practitioner, auditor, previous = aliased(Person), aliased(Person), aliased(Audit)
    rows = session.execute(
        select(
            Audit.id,
            Audit.reference,
            Audit.case_reference,
            practitioner.reference,
            Audit.practitioner_id,
            auditor.reference,
            Audit.auditor_id,
            Audit.window_from,
            Audit.window_to,
            Audit.state,
            previous.reference,
            Audit.replaces_id,
        )
        .join(practitioner, practitioner.id == Audit.practitioner_id)
        .outerjoin(auditor, auditor.id == Audit.auditor_id)
        .outerjoin(previous, previous.id == Audit.re_audit_of)
        .where(Audit.draw_id == draw_id)
        .order_by(Audit.reference)
    )
    return [StandingAudit._make(row) for row in rows]


def moves_recorded(
    session: Session, draw_id: uuid.UUID, actions: Sequence[str]
) -> Mapping[uuid.UUID, Sequence[RecordedMove]]:
    """Entries with these actions of every audit of a draw, the oldest first."""
    of_draw = select(cast(Audit.id, Text)).where(Audit.draw_id == draw_id)
    found: dict[uuid.UUID, list[RecordedMove]] = defaultdict(list)
    recorded = (
        select(TrailEntry.subject_id, TrailEntry.action, TrailEntry.at, TrailEntry.details)
        .where(TrailEntry.subject_kind == "audit", TrailEntry.subject_id.in_(of_draw), TrailEntry.action.in_(actions))
        .order_by(TrailEntry.subject_id, TrailEntry.number)
    )
    for subject_id, *move in session.execute(recorded):
        found[uuid.UUID(subject_id)].append(RecordedMove(*move))
    return found
