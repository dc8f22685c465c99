"""Reminders that are owed no more: cancelled before they go out (L13).

Whoever forms messages holds the people they are for, and whoever sends a message holds it, so those are held here too:
what is on its way at this moment is left alone.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

_OWED_NO_MORE = """
    n.deadline_id = d.id AND n.state IN ('pending', 'parked') AND (
        d.state IN ('met', 'withdrawn')
        OR d.due_on <> CAST(n.content->>'due_on' AS date)
        OR (CAST(n.content->>'is_owed' AS boolean) AND d.owed_by_id <> CAST(n.content->>'owed_by_id' AS uuid))
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
    UPDATE notices n SET state = 'cancelled', last_error = 'Owed no more: done, handed over or due on another day.'
    FROM deadlines d
    WHERE {_OWED_NO_MORE} AND n.id IN (SELECT id FROM meant)
        AND (n.in_message IN (SELECT id FROM messages_held)
            OR (n.in_message IS NULL AND n.recipient_id IN (SELECT id FROM people_held)))
    RETURNING n.id, n.deadline_id, n.in_message, n.content->>'kind' AS kind, d.due_on, d.state
), said_to_nobody AS (
    DELETE FROM deadline_crossings c USING cancelled
    WHERE c.deadline_id = cancelled.deadline_id AND c.kind = cancelled.kind AND c.due_on = cancelled.due_on
        AND cancelled.state IN ('running', 'overdue') AND cancelled.kind NOT LIKE 'escalation%'
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
    """Cancels reminders whose duty ended, has another date or is owed by somebody else by now.

    What the earlier holder of a duty was not told is then told to the next by the sweep.
    """
    if session.scalar(_ANY):
        session.execute(_CANCEL)
