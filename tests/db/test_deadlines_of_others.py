"""A clock runs for an audit itself, or for one dispute, alert or moderated audit (D1, W1, M3)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_CLOCK = """INSERT INTO deadlines (time_limit, audit_id, safety_alert_id, moderated_audit_id, owed_by_id, started_on,
    due_on, rule, clause, sentence, edition_id, state) VALUES ('ladders.safety_alert.W1', NULL, {alert}, {moderated},
    (SELECT id FROM people LIMIT 1), '2026-09-01', '2026-09-02', 'W1', 'App B', 'By then.', 'x', 'running')"""


@pytest.mark.parametrize(("alert", "moderated"), [("NULL", "NULL"), ("uuidv7()", "uuidv7()")])
def test_a_clock_of_nothing_or_of_two_things_is_refused(session: Session, alert: str, moderated: str) -> None:
    session.execute(text("INSERT INTO people (reference, name) VALUES ('x', 'X')"))
    with pytest.raises(IntegrityError, match=r"ck_deadlines_one_subject|foreign key"), session.begin_nested():
        session.execute(text(_CLOCK.format(alert=alert, moderated=moderated)))
