"""A whole cycle that is withdrawn: its audits and the messages about it, in one statement each (S9)."""

import json
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, literal, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.notices import Message, Notice


def withdraw_audits_of_draw(
    session: Session,
    draw_id: uuid.UUID,
    *,
    now: datetime,
    actor: str,
    because: str,
    reasons: Sequence[Mapping[str, Any]],
) -> dict[uuid.UUID, int]:
    """Withdraws every audit of a draw that is not withdrawn yet, and answers which, with their new versions."""
    said = cast(literal(json.dumps(reasons), Text), JSONB)
    rows = session.execute(
        update(Audit)
        .where(Audit.draw_id == draw_id, Audit.state != "withdrawn")
        .values(
            state="withdrawn",
            version=Audit.version + 1,
            withdrawn_at=now,
            withdrawn_by=actor,
            withdrawn_because=because,
            reasons=Audit.reasons.op("||")(said),
        )
        .returning(Audit.id, Audit.version),
        execution_options={"synchronize_session": False},
    ).all()
    session.expire_all()
    return {row[0]: row[1] for row in rows}


def versions_in_draw(session: Session, draw_id: uuid.UUID) -> dict[uuid.UUID, int]:
    """Every audit of a draw as it stands, with its version."""
    return dict(session.execute(select(Audit.id, Audit.version).where(Audit.draw_id == draw_id)).all())


def cancel_waiting_notices(session: Session, cycle_id: uuid.UUID, because: str) -> None:
    """Cancels what was not sent yet about a cycle; what somebody is sending at this moment goes out.

    A message that tells of other things as well goes out without it, one that tells of nothing else is cancelled.
    """
    in_messages = select(Notice.in_message).where(Notice.cycle_id == cycle_id, Notice.state.in_(_WAITING))
    ours = session.scalars(
        select(Message.id)
        .where(Message.id.in_(in_messages), Message.state.in_(_WAITING))
        .with_for_update(skip_locked=True)
    ).all()
    not_taken = or_(Notice.in_message.is_(None), Notice.in_message.in_(ours))
    session.execute(
        update(Notice)
        .where(Notice.cycle_id == cycle_id, Notice.state.in_(_WAITING), not_taken)
        .values(state="cancelled", last_error=because)
    )
    tells_of_more = select(Notice.id).where(Notice.in_message == Message.id, Notice.state != "cancelled")
    session.execute(
        update(Message)
        .where(Message.id.in_(ours), ~tells_of_more.exists())
        .values(state="cancelled", last_error=because),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


_WAITING = ("pending", "parked")


def told_of_cycle(session: Session, cycle_id: uuid.UUID) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """What each person was sent about this cycle's audits, or is being sent, the oldest first."""
    rows = session.execute(
        select(Notice.recipient_id, Notice.content)
        .where(Notice.cycle_id == cycle_id, Notice.event.in_(_TELL_OF_AUDITS), Notice.state.in_(("pending", "sent")))
        .order_by(Notice.id)
    )
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for person, content in rows:
        found.setdefault(person, []).append(content)
    return found


_TELL_OF_AUDITS = ("allocation", "auditor_changed", "audit_replaced", "audit_withdrawn")
