"""The outbox: taking messages on a lease, and saving what became of them (DESIGN §5).

A leased message is due again when its lease ends, so the index that leads to what is due leads to what a crashed worker
left behind as well. What becomes of a message becomes of its notices, in the same statement.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Date, DateTime, Text, Uuid, case, column, func, literal, or_, select, update
from sqlalchemy.orm import Session

from db.queries.restorations import is_silent
from db.tables.notices import Message, Notice
from db.tables.organisation import Person

_OPEN = ("pending", "leased")
_INSTANT = DateTime(timezone=True)
_NOT_SYNCHRONIZED = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class NoticeInMessage:
    """One of the notices that a message tells of."""

    id: uuid.UUID
    event: str
    content: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class LeasedMessage:
    """A message that is ours to send until the lease ends. `attempts` counts the one that begins now."""

    id: uuid.UUID
    recipient_id: uuid.UUID
    recipient: str  # the person's reference
    address: str
    message_id: str
    send_window: str
    attempts: int
    notices: list[NoticeInMessage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one attempt. `next_attempt_at` is when it is tried again, if it is."""

    id: uuid.UUID
    state: str
    next_attempt_at: datetime
    sent_at: datetime | None
    sent_on: date | None
    last_error: str | None


def lease_due(
    session: Session,
    now: datetime,
    leased_until: datetime,
    limit: int,
    *,
    only_at_once: bool = False,
    only_alerts: bool = False,
) -> list[LeasedMessage]:
    """Takes up to `limit` messages that are due, the longest due first, but none that another worker holds.

    `only_alerts` takes those that tell of a safety alert, which wait behind no others (W7).

    A restored copy takes none until somebody says that it is the one to go on with.
    """
    due = select(Message.id).where(Message.state.in_(_OPEN), Message.next_attempt_at <= now, ~is_silent())
    if only_at_once:
        due = due.where(Message.send_window == "at_once")
    if only_alerts:
        of_alerts = select(Notice.in_message).where(Notice.safety_alert_id.is_not(None), Notice.state == "pending")
        due = due.where(Message.id.in_(of_alerts))
    held = due.order_by(Message.next_attempt_at, Message.id).limit(limit).with_for_update(skip_locked=True).cte("due")
    taken = session.execute(
        update(Message)
        .where(Message.id == held.c.id, Person.id == Message.recipient_id)
        .values(state="leased", leased_until=leased_until, next_attempt_at=leased_until, attempts=Message.attempts + 1)
        .returning(
            Message.id,
            Message.recipient_id,
            Person.reference,
            Message.address,
            Message.message_id,
            Message.send_window,
            Message.attempts,
        ),
        execution_options=_NOT_SYNCHRONIZED,
    )
    messages = sorted((LeasedMessage(*row) for row in taken), key=lambda message: message.id)
    _add_notices(session, messages)
    return messages


def _add_notices(session: Session, messages: Sequence[LeasedMessage]) -> None:
    found = notices_in(session, [message.id for message in messages], only_pending=True)
    for message in messages:
        message.notices.extend(found[message.id])


def notices_in(
    session: Session, messages: Sequence[uuid.UUID], *, only_pending: bool = False
) -> dict[uuid.UUID, list[NoticeInMessage]]:
    """The notices of these messages, in the order in which they were owed; cancelled ones are left out."""
    question = (
        select(Notice.in_message, Notice.id, Notice.event, Notice.content, Notice.created_at)
        .where(Notice.in_message.in_(messages), Notice.state != "cancelled")
        .order_by(Notice.id)
    )
    found: dict[uuid.UUID, list[NoticeInMessage]] = defaultdict(list)
    for in_message, *facts in session.execute(question.where(Notice.state == "pending") if only_pending else question):
        found[in_message].append(NoticeInMessage(*facts))
    return found


def save_results(session: Session, leased_until: datetime, results: Sequence[Result]) -> list[uuid.UUID]:
    """Saves what became of messages on this lease, and answers whose results were taken.

    One that was sent is sent, whoever holds the lease by now.
    """
    each = _table(results)
    saved = (
        update(Message)
        .where(
            Message.id == each.c.id,
            or_(
                (Message.state == "leased") & (Message.leased_until == leased_until),
                (each.c.state == "sent") & Message.state.in_((*_OPEN, "parked")),
            ),
        )
        .values(
            state=each.c.state,
            leased_until=None,
            next_attempt_at=each.c.next_attempt_at,
            sent_at=each.c.sent_at,
            last_error=each.c.last_error,
            digest_on=case(
                (
                    Message.digest_on.is_not(None) & Message.state.in_(_OPEN) & each.c.sent_on.is_not(None),
                    each.c.sent_on,
                ),
                else_=Message.digest_on,
            ),
        )
        .returning(Message.id, Message.state, Message.next_attempt_at, Message.last_error)
        .cte("saved")
    )
    followed = (
        update(Notice)
        .where(Notice.in_message == saved.c.id, Notice.state.in_(("pending", "parked")))
        .values(state=saved.c.state, next_attempt_at=saved.c.next_attempt_at, last_error=saved.c.last_error)
        .returning(Notice.in_message)
    )
    return list(set(session.scalars(followed, execution_options=_NOT_SYNCHRONIZED)))


def _table(results: Sequence[Result]) -> Any:
    return (
        func.unnest(
            literal([result.id for result in results], ARRAY(Uuid)),
            literal([result.state for result in results], ARRAY(Text)),
            literal([result.next_attempt_at for result in results], ARRAY(_INSTANT)),
            literal([result.sent_at for result in results], ARRAY(_INSTANT)),
            literal([result.sent_on for result in results], ARRAY(Date)),
            literal([result.last_error for result in results], ARRAY(Text)),
        )
        .table_valued(
            column("id", Uuid),
            column("state", Text),
            column("next_attempt_at", _INSTANT),
            column("sent_at", _INSTANT),
            column("sent_on", Date),
            column("last_error", Text),
        )
        .render_derived("each")
    )


def renew_lease(session: Session, leased_until: datetime, until: datetime, ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Makes the lease of these messages end later. Answers those that are still ours."""
    kept = session.execute(
        update(Message)
        .where(Message.id.in_(ids), Message.state == "leased", Message.leased_until == leased_until)
        .values(leased_until=until, next_attempt_at=until)
        .returning(Message.id),
        execution_options=_NOT_SYNCHRONIZED,
    )
    return set(kept.scalars())


def give_back(session: Session, leased_until: datetime, now: datetime, ids: Sequence[uuid.UUID]) -> None:
    """Ends the lease of messages that were not tried after all."""
    session.execute(
        update(Message)
        .where(Message.id.in_(ids), Message.state == "leased", Message.leased_until == leased_until)
        .values(state="pending", leased_until=None, next_attempt_at=now, attempts=Message.attempts - 1),
        execution_options=_NOT_SYNCHRONIZED,
    )
