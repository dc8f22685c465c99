"""What must never be is refused by the database itself, whatever code asks (S2, S5, A2, A5; DESIGN §8)."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle

OPENS_ON = date(2026, 10, 1)


@pytest.fixture
def opened(session: Session) -> Session:
    """A database in which the cycle of October 2026 was opened."""
    found_council(session, OPENS_ON - timedelta(days=1))
    open_cycle(work_on(session, OPENS_ON), "2026-10")
    return session


COPY_OF_AN_AUDIT = """
INSERT INTO audits (reference, origin, kind, state, cycle_id, draw_id, month, case_reference, practitioner_id, team_id,
    service_id, auditor_id, allocated_on, window_from, window_to, report_due_on, sequence, reasons)
SELECT 'PA-2026-9999', origin, kind, state, cycle_id, draw_id, month {days}, 'another case', practitioner_id, team_id,
    service_id, auditor_id, allocated_on, window_from, window_to, report_due_on, sequence, reasons
FROM audits LIMIT 1
"""
NEVER = {
    "a second audit of a practitioner in a month": (COPY_OF_AN_AUDIT.format(days=""), "uq_audits_one_a_month"),
    "one that hides on another day of the month": (
        COPY_OF_AN_AUDIT.format(days="+ 1"), "ck_audits_month_is_its_first_day"),
    "an audit of one's own work": (
        "UPDATE audits SET auditor_id = practitioner_id", "ck_audits_auditor_is_somebody_else"),
    "a second issued draw of a cycle": (
        ("INSERT INTO sampling_frames (cycle_id, hash, canonical, caseload_import_id, frozen_at) "
        "SELECT cycle_id, 'other', canonical, caseload_import_id, frozen_at FROM sampling_frames; "
        "INSERT INTO draws (cycle_id, frame_id, state, seed, drawn_at, drawn_by, issued_at, result) "
        "SELECT cycle_id, (SELECT id FROM sampling_frames WHERE hash = 'other'), state, seed, drawn_at, drawn_by, "
        "issued_at, result FROM draws"), "uq_draws_one_issued"),
    "a second seed for a frame": (
        ("INSERT INTO draws (cycle_id, frame_id, state, seed, drawn_at, drawn_by, result) "
        "SELECT cycle_id, frame_id, 'superseded', 'a better one', drawn_at, drawn_by, result FROM draws"),
        "uq_draws_frame_id"),
    "a deadline without a reason": ("UPDATE deadlines SET sentence = ' '", "ck_deadlines_has_reason"),
    "a deadline that ends before it starts": ("UPDATE deadlines SET due_on = '2026-09-01'", "ck_deadlines_due_after"),
    "a notice to nobody": ("UPDATE notices SET recipient_id = NULL", "recipient_id"),
    "a notice on its way to no address": ("UPDATE notices SET state = 'pending', address = NULL", "has_address"),
    "a notice on its way to a blank address": ("UPDATE notices SET state = 'pending', address = ' '", "has_address"),
    "the same notice twice": ("UPDATE notices SET idempotency_key = 'the same'", "uq_notices_idempotency_key"),
}  # fmt: skip


@pytest.mark.proves("S2", "S5", "A2", "A5")
@pytest.mark.parametrize(("statement", "constraint"), NEVER.values(), ids=NEVER.keys())
def test_the_database_refuses(opened: Session, statement: str, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        opened.execute(text(statement))


def test_the_same_statements_meet_rows_to_refuse(opened: Session) -> None:
    for table in ("audits", "draws", "audit_cycles", "deadlines", "notices"):
        assert opened.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0


TWO_IDS = """
INSERT INTO people (reference, name) VALUES ('THE-SAME', 'The same');
INSERT INTO person_aliases (from_reference, to_reference, current_reference, from_person_id, current_person_id,
    since_on, reason, made_by, made_at)
SELECT {old}.reference, {present}.reference, {present}.reference, {old}.id, {present}.id, '2026-10-01', 'Two ids', 'x',
    '2026-10-01' FROM people first, people second
WHERE first.id = (SELECT practitioner_id FROM audits ORDER BY id LIMIT 1) AND second.reference = 'THE-SAME'
"""
AGAIN = """
INSERT INTO audits SELECT (jsonb_populate_record(audits, jsonb_build_object('id', uuidv7(), 'reference', 'PA-2026-9999',
    'practitioner_id', (SELECT id FROM people WHERE reference = 'THE-SAME')))).* FROM audits ORDER BY id LIMIT 1
"""
TO_ONESELF = """
UPDATE audits SET auditor_id = (SELECT id FROM people WHERE reference = 'THE-SAME')
WHERE id = (SELECT id FROM audits ORDER BY id LIMIT 1)
"""
UNDER_ANOTHER_ID = {
    "a second audit in a month": (AGAIN, "in this month under another id"),
    "an audit of one's own work": (TO_ONESELF, "are one person under two ids"),
}


@pytest.mark.proves("S2", "A2", "S10")
@pytest.mark.parametrize(("old", "present"), [("first", "second"), ("second", "first")])
@pytest.mark.parametrize(("statement", "why"), UNDER_ANOTHER_ID.values(), ids=UNDER_ANOTHER_ID.keys())
def test_the_database_refuses_it_under_another_id_too(
    opened: Session, old: str, present: str, statement: str, why: str
) -> None:
    for each in TWO_IDS.format(old=old, present=present).split(";"):
        opened.execute(text(each))
    with pytest.raises(IntegrityError, match=why), opened.begin_nested():
        opened.execute(text(statement))
    opened.execute(text("SET LOCAL practice_audit.restoring = 'yes'"))  # as a backup of before the merger comes back
    opened.execute(text(statement))
