"""The sweep's questions: deadlines that have something to say, what was said of them, and whom it was owed (L13).

A batch is taken with SKIP LOCKED and written back in one statement, so that any number of sweepers share the work, and
one that dies leaves nothing half done. The key of a crossing sees to it that each happens once.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime

from sqlalchemy import Row, Text, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.queries.notices import NO_ADDRESS
from db.tables.audits import Audit
from db.tables.deadlines import Deadline, DeadlineCrossing

_SAID = (
    select(func.array_agg(DeadlineCrossing.kind, type_=ARRAY(Text)))
    .where(DeadlineCrossing.deadline_id == Deadline.id, DeadlineCrossing.due_on == Deadline.due_on)
    .scalar_subquery()
)
_TO_LOOK_AT = (
    select(
        Deadline.id,
        Deadline.rule,
        Deadline.started_on,
        Deadline.due_on,
        Deadline.state,
        Deadline.owed_by_id,
        current_person(Deadline.owed_by_id).label("asked_of_id"),
        Deadline.owed_by_role,
        Audit.id.label("audit_id"),
        Audit.reference.label("audit"),
        current_person(Audit.practitioner_id).label("practitioner_id"),
        current_person(Audit.auditor_id).label("auditor_id"),
        Audit.team_id,
        Audit.service_id,
        Audit.cycle_id,
        _SAID.label("said"),
    )
    .join(Audit, Audit.id == Deadline.audit_id)
    .where(Deadline.state.in_(("running", "overdue")))
    .order_by(Deadline.next_look_on, Deadline.id)
    .with_for_update(of=Deadline, skip_locked=True)
)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How a deadline stands after it was looked at."""

    id: uuid.UUID
    state: str
    next_look_on: date | None


@dataclass(frozen=True, slots=True)
class Crossed:
    """Something that is said of a deadline from now on."""

    deadline_id: uuid.UUID
    kind: str
    due_on: date
    crossed_on: date
    rule: str
    clause: str


@dataclass(frozen=True, slots=True)
class Telling:
    """One notice of a crossing to one person; `content` is JSON."""

    deadline_id: uuid.UUID
    kind: str
    event: str
    send_window: str
    due_at: datetime
    recipient_id: str
    address: str | None
    cycle_id: uuid.UUID | None
    content: str


def deadlines_to_look_at(session: Session, today: date, limit: int) -> Sequence[Row]:  # type: ignore[type-arg]
    """Up to `limit` open deadlines whose day has come, the longest due first, held; none that another sweeper holds."""
    return session.execute(_TO_LOOK_AT.where(Deadline.next_look_on <= today).limit(limit)).all()


# What was crossed before by another sweeper is told by nobody here: notices follow the crossings that are new.
_SAVE = text(
    f"""
WITH looked_at AS (
    UPDATE deadlines d SET state = each.state, next_look_on = each.next_look_on
    FROM unnest(CAST(:l_id AS uuid[]), CAST(:l_state AS text[]), CAST(:l_next_look_on AS date[]))
        AS each (id, state, next_look_on)
    WHERE d.id = each.id
), crossed AS (
    INSERT INTO deadline_crossings (deadline_id, kind, due_on, crossed_on, crossed_at, rule, clause)
    SELECT each.deadline_id, each.kind, each.due_on, each.crossed_on, :now, each.rule, each.clause
    FROM unnest(CAST(:c_deadline_id AS uuid[]), CAST(:c_kind AS text[]), CAST(:c_due_on AS date[]),
        CAST(:c_crossed_on AS date[]), CAST(:c_rule AS text[]), CAST(:c_clause AS text[]))
        AS each (deadline_id, kind, due_on, crossed_on, rule, clause)
    ON CONFLICT (deadline_id, kind, due_on) DO NOTHING
    RETURNING id, deadline_id, kind
), told AS (
    INSERT INTO notices (idempotency_key, event, send_window, recipient_id, address, cycle_id, deadline_id, content,
        state, created_at, next_attempt_at, last_error)
    SELECT concat(each.kind, ':', crossed.id, ':', each.recipient_id), each.event, each.send_window, each.recipient_id,
        each.address, each.cycle_id, each.deadline_id, CAST(each.content AS jsonb),
        CASE WHEN each.address IS NULL THEN 'parked' ELSE 'pending' END, :now, each.due_at,
        CASE WHEN each.address IS NULL THEN '{NO_ADDRESS}' END
    FROM unnest(CAST(:t_deadline_id AS uuid[]), CAST(:t_kind AS text[]), CAST(:t_event AS text[]),
        CAST(:t_send_window AS text[]), CAST(:t_due_at AS timestamptz[]), CAST(:t_recipient_id AS uuid[]),
        CAST(:t_address AS text[]), CAST(:t_cycle_id AS uuid[]), CAST(:t_content AS text[]))
        AS each (deadline_id, kind, event, send_window, due_at, recipient_id, address, cycle_id, content)
    JOIN crossed ON crossed.deadline_id = each.deadline_id AND crossed.kind = each.kind
    ON CONFLICT (idempotency_key) DO NOTHING
    RETURNING recipient_id, state
)
SELECT DISTINCT recipient_id FROM told WHERE state = 'parked'
"""
)


def save_batch(
    session: Session, now: datetime, looked_at: Sequence[LookedAt], crossed: Sequence[Crossed], told: Sequence[Telling]
) -> list[uuid.UUID]:
    """Saves a batch in one statement; answers who could not be told for want of an address (A5)."""
    columns = {**_columns("l", LookedAt, looked_at), **_columns("c", Crossed, crossed), **_columns("t", Telling, told)}
    return list(session.scalars(_SAVE, {"now": now, **columns}))


def _columns(prefix: str, kind: type[LookedAt | Crossed | Telling], rows: Sequence[object]) -> dict[str, list[object]]:
    return {f"{prefix}_{field.name}": [getattr(row, field.name) for row in rows] for field in fields(kind)}
