"""Running clocks that count over a day off: which there are, and their later days (FRAMEWORK, Words)."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.tables.deadlines import LOOK_AT_ONCE, Deadline
from rules.lengthenings import RunningClock


class Later(NamedTuple):
    """What all clocks of some days become, and on which day that is."""

    due_on: date
    sentence: str
    today: date


def clocks_running_over(session: Session, first_on: date, last_on: date) -> Sequence[RunningClock]:
    """The days of open clocks that start before the last of some days off and are due on the first of them or later.

    Many clocks have the same days, and one row stands for them.
    """
    days = (Deadline.started_on, Deadline.due_on, Deadline.working_days)
    question = (
        select(*days)
        .where(Deadline.state.in_(("running", "overdue")), Deadline.due_on >= first_on, Deadline.started_on <= last_on)
        .group_by(*days)
        .order_by(Deadline.due_on, Deadline.started_on)
    )
    return [RunningClock(*row) for row in session.execute(question)]


# Audits before their clocks, as whoever moves an audit holds them; whatever is held by another has its turn next time.
# A clock without an audit is of a safety alert. The day on the row of a dispute or a moderation
# follows its clock.
_LENGTHEN = text(
    """
WITH held AS (
    SELECT d.id, d.audit_id, d.time_limit FROM audits a JOIN deadlines d ON d.audit_id = a.id
    WHERE d.state IN ('running', 'overdue') AND d.started_on = :started_on AND d.due_on = :due_on
        AND d.working_days IS NOT DISTINCT FROM CAST(:working_days AS integer)
    FOR UPDATE OF a, d SKIP LOCKED
), held_alone AS (
    SELECT d.id FROM deadlines d
    WHERE d.audit_id IS NULL AND d.state IN ('running', 'overdue') AND d.started_on = :started_on
        AND d.due_on = :due_on AND d.working_days IS NOT DISTINCT FROM CAST(:working_days AS integer)
    FOR UPDATE OF d SKIP LOCKED
), lengthened AS (
    UPDATE deadlines d SET due_on = :later_on, sentence = concat(d.sentence, ' ', CAST(:sentence AS text)),
        next_look_on = :at_once,
        state = CASE WHEN CAST(:later_on AS date) >= CAST(:today AS date) THEN 'running' ELSE d.state END
    WHERE d.id IN (SELECT id FROM held UNION ALL SELECT id FROM held_alone)
    RETURNING d.id, d.dispute_id, d.moderated_audit_id
), moderated AS (
    UPDATE moderated_audits SET due_on = :later_on
    WHERE id IN (SELECT moderated_audit_id FROM lengthened) AND state = 'allocated'
), disputed AS (
    UPDATE disputes SET due_on = :later_on, next_look_on = CAST(:later_on AS date) + 1
    WHERE id IN (SELECT dispute_id FROM lengthened) AND state = 'open' AND due_on = :due_on
), reported AS (
    UPDATE audits a SET report_due_on = :later_on FROM held
    WHERE a.id = held.audit_id AND held.time_limit = 'programme.report_due_before_close'
)
SELECT count(*) FROM lengthened
"""
)


def lengthen(session: Session, clock: RunningClock, later: Later) -> int:
    """Gives all open clocks of these days their later one; answers how many there were."""
    given = {
        "started_on": clock.started_on,
        "due_on": clock.due_on,
        "working_days": clock.working_days,
        "later_on": later.due_on,
        "sentence": later.sentence,
        "today": later.today,
        "at_once": LOOK_AT_ONCE,
    }
    return session.scalar(_LENGTHEN, given) or 0
