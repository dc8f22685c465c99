"""Putting notices into messages, and letting both wait for working hours: one statement each (DESIGN §5, L13)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Date, Text, Update, case, exists, func, insert, literal, null, select, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.orm import Session, aliased

from db.queries.restorations import is_silent
from db.tables.notices import Message, Notice
from db.tables.organisation import Person

# The part after the @ names nobody's mail server: an id need only be unique, and this one is by the part before it.
MESSAGE_ID_DOMAIN = "practice-audit.invalid"
_OPEN = ("pending", "leased")
_AT_ONCE, _DIGEST = "at_once", "daily_digest"
# Those about safety alerts are formed apart, without a lock on anybody (W7).
_UNFORMED = (Notice.state == "pending", Notice.in_message.is_(None), Notice.safety_alert_id.is_(None))
_NOT_SYNCHRONIZED = {"synchronize_session": False}


def wait_until_open(session: Session, now: datetime, opens_at: datetime) -> None:
    """Outside of working hours: what is due and may go out in them only waits until they begin."""
    for table in (Notice, Message):
        _execute(
            session,
            update(table)
            .where(table.state == "pending", table.next_attempt_at <= now, table.send_window != _AT_ONCE)
            .values(next_attempt_at=opens_at),
        )


def wait_for_next_digest(
    session: Session, now: datetime, today: date, people: Sequence[uuid.UUID], next_day_at: datetime
) -> None:
    """What is due for the digest of one of these who has one of today, or one that still waits, is for the next day.

    They are to be held: else somebody could form their digest of today between this and the next statement.
    """
    has_one = exists().where(
        Message.recipient_id == Notice.recipient_id,
        Message.digest_on.is_not(None),
        (Message.digest_on == today) | Message.state.in_(_OPEN),
    )
    _execute(
        session,
        update(Notice)
        .where(
            *_UNFORMED,
            Notice.recipient_id.in_(people),
            Notice.next_attempt_at <= now,
            Notice.send_window == _DIGEST,
            has_one,
        )
        .values(next_attempt_at=next_day_at),
    )


def people_to_write_to(session: Session, now: datetime, limit: int) -> list[uuid.UUID]:
    """Whom notices wait for that are due and in no message yet, held until the transaction ends.

    Whoever is held by another worker, who is forming their messages at this moment, is passed by. A restored copy
    writes to nobody until somebody says that it is the one to go on with.
    """
    due = (
        select(Notice.recipient_id)
        .where(*_UNFORMED, Notice.next_attempt_at <= now, ~is_silent())
        .order_by(Notice.next_attempt_at, Notice.id)
        .limit(limit)
        .subquery("due")
    )
    people = (
        select(Person.id)
        .where(Person.id.in_(select(due.c.recipient_id)))
        .order_by(Person.id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return list(session.scalars(people))


def form_messages(session: Session, now: datetime, today: date, people: Sequence[uuid.UUID]) -> None:
    """Puts all due notices of these people into messages: those of one moment, or those that waited, into one."""
    due = aliased(Notice)
    moment = case((due.send_window == _AT_ONCE, due.created_at))
    groups = (
        select(
            func.uuidv7().label("id"),
            due.recipient_id,
            due.send_window,
            moment.label("moment"),
            func.array_agg(aggregate_order_by(due.address, due.id.desc()), type_=ARRAY(Text))[1].label("address"),
            func.min(due.next_attempt_at).label("due_at"),
        )
        .where(due.recipient_id.in_(people), *_is_due(due, now))
        .group_by(due.recipient_id, due.send_window, moment)
        .cte("groups")
        .prefix_with("MATERIALIZED")
    )
    made = insert(Message).from_select(
        list(_FORMED),
        select(
            groups.c.id,
            func.concat("<", groups.c.id, f"@{MESSAGE_ID_DOMAIN}>"),
            groups.c.recipient_id,
            groups.c.address,
            groups.c.send_window,
            case((groups.c.send_window == _DIGEST, literal(today, Date)), else_=null()),
            literal("pending", Text),
            literal(0),
            literal(now, Message.formed_at.type),
            groups.c.due_at,
        ),
    )
    joined = (
        update(Notice)
        .where(
            *_is_due(Notice, now),
            Notice.recipient_id == groups.c.recipient_id,
            Notice.send_window == groups.c.send_window,
            (Notice.send_window != _AT_ONCE) | (Notice.created_at == groups.c.moment),
        )
        .values(in_message=groups.c.id)
        .add_cte(groups, made.cte("made"))
    )
    _execute(session, joined)


_FORMED = (
    *("id", "message_id", "recipient_id", "address", "send_window", "digest_on"),
    *("state", "attempts", "formed_at", "next_attempt_at"),
)


def _is_due(notice: type[Notice], now: datetime) -> tuple[ColumnElement[bool], ...]:
    waits = notice.state == "pending", notice.in_message.is_(None), notice.safety_alert_id.is_(None)
    return *waits, notice.next_attempt_at <= now


def form_alert_messages(session: Session, now: datetime) -> None:
    """Puts each notice about a safety alert that is due into a message of its own, the longest due first (W7).

    Only the notices are held: neither a person whose record somebody changes nor a crowd of other messages is waited
    for. What another worker forms at this moment is passed by.
    """
    due = (
        select(Notice.id, Notice.recipient_id, Notice.address, Notice.next_attempt_at)
        .where(
            Notice.safety_alert_id.is_not(None),
            Notice.state == "pending",
            Notice.in_message.is_(None),
            Notice.next_attempt_at <= now,
            ~is_silent(),
        )
        .order_by(Notice.next_attempt_at, Notice.id)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    each = select(func.uuidv7().label("message"), due).cte("each").prefix_with("MATERIALIZED")
    made = insert(Message).from_select(
        list(_FORMED),
        select(
            each.c.message,
            func.concat("<", each.c.message, f"@{MESSAGE_ID_DOMAIN}>"),
            each.c.recipient_id,
            each.c.address,
            literal(_AT_ONCE, Text),
            null(),
            literal("pending", Text),
            literal(0),
            literal(now, Message.formed_at.type),
            each.c.next_attempt_at,
        ),
    )
    joined = update(Notice).where(Notice.id == each.c.id).values(in_message=each.c.message)
    _execute(session, joined.add_cte(each, made.cte("made")))


def _execute(session: Session, statement: Update) -> None:
    session.execute(statement, execution_options=_NOT_SYNCHRONIZED)
