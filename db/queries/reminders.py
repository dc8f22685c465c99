"""Reminders that are owed no more, cancelled before they go out, and those that make way for another message (L13).

Whoever forms messages holds the people they are for, and whoever sends a message holds it, so those are held here too:
what is on its way at this moment is left alone.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

_OWED_NO_MORE = """
    n.deadline_id = d.id AND n.state IN ('pending', 'parked') AND (
        d.state IN ('met', 'withdrawn')
        OR d.due_on <> CAST(n.content->>'due_on' AS date)
        OR (CAST(n.content->>'is_owed' AS boolean) AND d.owed_by_id <> CAST(n.content->>'owed_by_id' AS uuid))
        OR (n.content->>'kind' LIKE 'reminder%' AND d.state = 'overdue')
    )"""

_CANCEL = text(
    f"""
WITH meant AS (
    SELECT n.id, n.recipient_id, n.in_message FROM notices n JOIN deadlines d ON {_OWED_NO_MORE}
), people_held AS (
    SELECT id FROM people WHERE id IN (SELECT recipient_id FROM meant WHERE in_message IS NULL)
    ORDER BY id FOR NO KEY UPDATE SKIP LOCKED
), messages_held AS (
    SELECT id FROM messages WHERE id IN (SELECT in_message FROM meant) AND state IN ('pending', 'parked')
    ORDER BY id FOR UPDATE SKIP LOCKED
), cancelled AS (
    UPDATE notices n
    SET state = 'cancelled', last_error = 'Owed no more: done, handed over, overdue or due on another day.'
    FROM deadlines d
    WHERE {_OWED_NO_MORE} AND n.id IN (SELECT id FROM meant)
        AND (n.in_message IN (SELECT id FROM messages_held)
            OR (n.in_message IS NULL AND n.recipient_id IN (SELECT id FROM people_held)))
    RETURNING n.id, n.deadline_id, n.in_message, n.content->>'kind' AS kind, d.due_on, d.state
), said_to_nobody AS (
    DELETE FROM deadline_crossings c USING cancelled
    WHERE c.deadline_id = cancelled.deadline_id AND c.kind = cancelled.kind AND c.due_on = cancelled.due_on
        AND cancelled.state IN ('running', 'overdue')
        AND (cancelled.state = 'running' OR cancelled.kind NOT LIKE 'reminder%')
        AND cancelled.kind NOT LIKE 'escalation%' AND cancelled.kind NOT LIKE 'rung%'
    RETURNING c.deadline_id
), looked_at_again AS (
    UPDATE deadlines SET next_look_on = DATE '2000-01-01' WHERE id IN (SELECT deadline_id FROM said_to_nobody)
)
UPDATE messages m SET state = 'cancelled', digest_on = NULL, last_error = 'All that it told of is owed no more.'
WHERE m.id IN (SELECT in_message FROM cancelled)
    AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.in_message = m.id AND n.state <> 'cancelled'
        AND n.id NOT IN (SELECT id FROM cancelled))
"""
)
_ANY = text(f"SELECT EXISTS (SELECT 1 FROM notices n JOIN deadlines d ON {_OWED_NO_MORE})")


def cancel_reminders_owed_no_more(session: Session) -> None:
    """Cancels reminders whose duty ended, has another date or is owed by somebody else by now, or is overdue already.

    What the earlier holder of a duty was not told is then told to the next by the sweep.
    """
    if session.scalar(_ANY):
        session.execute(_CANCEL)


_ASKED = """
    asked AS (
        SELECT each.recipient_id, d.id AS deadline_id
        FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS each (recipient_id uuid, audit_id uuid, rule text)
        JOIN deadlines d ON d.audit_id = each.audit_id AND d.rule = each.rule
    )"""
_REMINDED = text(
    f"""
WITH {_ASKED}
SELECT DISTINCT n.recipient_id FROM asked
JOIN notices n ON n.recipient_id = asked.recipient_id AND n.deadline_id = asked.deadline_id
JOIN messages m ON m.id = n.in_message
WHERE n.state <> 'cancelled' AND (m.state IN ('pending', 'leased') OR m.sent_at >= :today_from)
"""
)
_PUT_OFF = text(
    f"""
WITH {_ASKED}, put_off AS (
    UPDATE notices n SET next_attempt_at = :until FROM asked
    WHERE n.recipient_id = asked.recipient_id AND n.deadline_id = asked.deadline_id
        AND n.state = 'pending' AND n.in_message IS NULL AND n.next_attempt_at < :until
)
UPDATE deadlines d SET next_look_on = :tomorrow
FROM asked WHERE d.id = asked.deadline_id AND d.state IN ('running', 'overdue') AND d.next_look_on < :tomorrow
"""
)
Asked = tuple[uuid.UUID, str, str]  # a person, an audit's id, and the rule by which they owe what they are asked for


def reminded_since(session: Session, asked: Sequence[Asked], since: datetime) -> Collection[uuid.UUID]:
    """Who of these was reminded of such a duty since that moment, or will be by a message that is on its way."""
    return set(session.scalars(_REMINDED, {"asked": _plain(asked), "today_from": since}))


def put_off_reminders(session: Session, asked: Sequence[Asked], until: datetime, tomorrow: date) -> None:
    """Whoever is asked for something today is reminded of it another day: no earlier than at that moment."""
    session.execute(_PUT_OFF, {"asked": _plain(asked), "until": until, "tomorrow": tomorrow})


def _plain(asked: Sequence[Asked]) -> str:
    rows = [{"recipient_id": str(person), "audit_id": audit, "rule": rule} for person, audit, rule in asked]
    return json.dumps(rows)
