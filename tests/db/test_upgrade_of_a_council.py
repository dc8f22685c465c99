"""A council that works with the first release is brought up to date: nothing is lost, and every day reads as before."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from db import schema
from db.queries.invariants import violations
from db.tables.audits import Audit
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.cycle_moves import cancel_cycle, withdraw_cycle
from usecases.team_changes import merge_team

COUNCIL = (Path(__file__).parent / "council_of_0001.sql").read_text()
FIRST = "0001"
FIRST_DAY = date(2026, 10, 1)
# What has another place since; everything else of every row stays as it was.
MOVED = {
    "people": {"line_manager_id"},
    "posts": {"deputy_id"},
    "notices": {"message_id", "attempts", "leased_until", "sent_at"},
}
Rows = Mapping[str, Sequence[str]]


@pytest.fixture
def council(new_database: Engine) -> Engine:
    """A database as the first release leaves it behind."""
    schema.downgrade(new_database, FIRST)
    with new_database.begin() as connection:
        connection.exec_driver_sql(COUNCIL.replace("%", "%%"))
    return new_database


def rows_of(engine: Engine) -> Rows:
    """Every row of every table."""
    with engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        return {
            table: sorted(json.dumps(row, sort_keys=True) for row in _all(connection.scalars, table))
            for table in tables
            if table != "alembic_version"
        }


def _all(ask: object, table: str) -> Sequence[object]:
    assert callable(ask)
    return list(ask(text(f"SELECT to_jsonb({table}) FROM {table}")))


def answers(engine: Engine, question: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def test_the_council_has_rows_in_every_table_that_lasts(council: Engine) -> None:
    empty = {table for table, rows in rows_of(council).items() if not rows}
    assert empty == {"sign_in_links", "sign_in_sessions"}


def test_every_row_stays_and_only_what_has_another_place_since_goes(council: Engine) -> None:
    before = rows_of(council)
    schema.upgrade(council)
    after = rows_of(council)
    assert schema.differences(council) == []
    for table, rows in before.items():
        gone = MOVED.get(table, set())
        stays = [{name: value for name, value in json.loads(row).items() if name not in gone} for row in rows]
        if table == "notices":  # the message is what somebody sends at this moment
            stays = [row | {"state": "pending"} if row["state"] == "leased" else row for row in stays]
        names = stays[0].keys() if stays else ()
        found = [{name: json.loads(row)[name] for name in names} for row in after[table]]
        assert sorted(map(str, found)) == sorted(map(str, stays)), table
    with Session(council) as session:
        assert violations(session) == []


def test_line_managers_deputies_and_messages_are_carried_over(council: Engine) -> None:
    schema.upgrade(council)
    assert answers(
        council,
        """SELECT p.reference, m.reference, began_on, ended_on FROM line_managements AS managed
        JOIN people p ON p.id = person_id JOIN people m ON m.id = manager_id ORDER BY 1""",
    ) == [("GONE", "M1", None, None), ("M1", "D1", None, None), ("W1", "M1", None, None), ("W2", "M1", None, None)]
    assert answers(
        council,
        """SELECT role, reference, deputy.began_on::text, deputy.ended_on::text FROM post_deputies AS deputy
        JOIN posts ON posts.id = post_id JOIN people ON people.id = deputy.person_id ORDER BY 1""",
    ) == [("director", "M1", "2020-01-01", "2025-12-31"), ("team_manager", "D1", "2024-01-01", None)]
    assert answers(
        council,
        """SELECT m.message_id, m.state, n.state, m.attempts, m.sent_at IS NOT NULL, m.last_error, m.address
        FROM notices n JOIN messages m ON m.id = n.in_message ORDER BY 1""",
    ) == [
        ("<leased@example.org>", "leased", "pending", 1, False, None, "one@example.org"),
        ("<pending@example.org>", "pending", "pending", 2, False, "greylisted", "one@example.org"),
        ("<refused@example.org>", "parked", "parked", 5, False, "refused for good", "three@example.org"),
        ("<sent@example.org>", "sent", "sent", 1, True, None, "one@example.org"),
    ]
    gone = "SELECT case_reference FROM involvements WHERE gone_import_id IS NOT NULL"
    assert answers(council, gone) == [("C3",)]  # the newest extract lacked it


def test_back_at_the_first_release_everything_is_as_it_was_and_up_again_too(council: Engine) -> None:
    before = rows_of(council)
    schema.upgrade(council)
    schema.downgrade(council, FIRST)
    back = rows_of(council)
    itself = '"reference": "D1"'  # nobody is their own line manager any more (Words)
    assert [row for row in back["people"] if itself not in row] == [
        row for row in before["people"] if itself not in row
    ]
    unaddressed = {"<parked@example.org>", "<cancelled@example.org>"}  # never sent, so nobody knows those Message-IDs
    for table in before.keys() - {"people"}:
        lost = [row for row in before[table] if row not in back[table]]
        assert {json.loads(row).get("message_id") for row in lost} <= unaddressed, table
        assert len(back[table]) == len(before[table])
    schema.upgrade(council)
    assert schema.differences(council) == []
    with Session(council) as session:
        assert violations(session) == []


def test_what_this_release_did_goes_back_and_up_again(new_database: Engine) -> None:
    with Session(new_database) as session:
        council = found_council(session, FIRST_DAY)
        open_cycle(work_on(session, FIRST_DAY), "2026-10")
        one, two = session.scalars(select(Audit.id).order_by(Audit.reference).limit(2))
        withdraw_audit(work_on(session, FIRST_DAY), one, "case_closed")
        replace_audit(work_on(session, FIRST_DAY), two, "case_closed")
        merge_team(work_on(session, FIRST_DAY), council.team_id("CART"), council.team_id("HART"), FIRST_DAY)
        withdraw_cycle(work_on(session, FIRST_DAY), "2026-10", "The extract was wrong.")
        open_cycle(work_on(session, FIRST_DAY), "2026-10")
        cancel_cycle(work_on(session, FIRST_DAY), "2026-11", "The office moves.")
        session.commit()
    counted = "SELECT state, count(*) FROM audits GROUP BY 1 ORDER BY 1"
    before = answers(new_database, counted)
    schema.downgrade(new_database, FIRST)
    schema.upgrade(new_database)
    assert answers(new_database, counted) == before
    assert answers(new_database, "SELECT state FROM audit_cycles ORDER BY month") == [("open",), ("planned",)]
    assert schema.differences(new_database) == []
    with Session(new_database) as session:
        assert violations(session) == []


@pytest.mark.proves("A5")
def test_a_message_keeps_its_message_id_back_at_the_first_release(council: Engine) -> None:
    """Where the first notice of a message was cancelled, the next one of it takes the Message-ID along."""
    schema.upgrade(council)
    with council.begin() as connection:
        sent = connection.scalar(text("SELECT id FROM messages WHERE message_id = '<sent@example.org>'"))
        connection.execute(
            text(
                "UPDATE notices SET in_message = :sent, state = 'cancelled'"
                " WHERE idempotency_key = 'allocation:pending'"
            ),
            {"sent": sent},
        )
    schema.downgrade(council, FIRST)
    kept = "SELECT idempotency_key FROM notices WHERE message_id = '<sent@example.org>'"
    assert answers(council, kept) == [("allocation:sent",)]


SHARED_DAYS = """
INSERT INTO team_memberships (person_id, team_id, began_on, ended_on) VALUES
    ('00000000-0000-0000-0002-000000000002', '00000000-0000-0000-0001-000000000002', '2024-05-01', '2024-06-30'),
    ('00000000-0000-0000-0002-000000000001', '00000000-0000-0000-0001-000000000002', '2024-03-15', '2024-04-01');
INSERT INTO auditor_appointments (person_id, service_id, roles, capacity, began_on, ended_on) VALUES
    ('00000000-0000-0000-0002-000000000003', 'review', '{}', 1, '2026-01-01', '2026-12-31');
INSERT INTO posts (role, person_id, team_id, deputy_id, began_on) VALUES
    ('team_manager', '00000000-0000-0000-0002-000000000004', '00000000-0000-0000-0001-000000000001',
     '00000000-0000-0000-0002-000000000005', '2024-01-01');
"""
OF_EACH_DAY = """
SELECT DISTINCT ON (person_id, day) reference, day::date::text, {what} FROM {table}
JOIN people ON people.id = person_id
JOIN generate_series(date '2023-12-01', date '2027-02-01', '1 day') AS day
    ON day BETWEEN coalesce(began_on, '-infinity') AND coalesce(ended_on, 'infinity')
ORDER BY person_id, day, began_on DESC NULLS LAST, {table}.id
"""


@pytest.mark.proves("P4", "S3")
def test_days_that_two_rows_shared_read_as_before(council: Engine) -> None:
    with council.begin() as connection:
        connection.execute(text(SHARED_DAYS))
    questions = [
        OF_EACH_DAY.format(table="team_memberships", what="team_id"),
        OF_EACH_DAY.format(table="auditor_appointments", what="service_id, capacity, roles"),
        "SELECT count(DISTINCT (role, person_id, team_id, service_id)) FROM posts",
        "SELECT count(*) FROM team_memberships WHERE ended_on IS NULL",
    ]
    before = [answers(council, question) for question in questions]
    schema.upgrade(council)
    assert [answers(council, question) for question in questions] == before
    assert answers(council, "SELECT count(*) FROM posts WHERE role = 'team_manager'") == [(1,)]
    deputies = "SELECT count(*) FROM post_deputies JOIN posts ON posts.id = post_id WHERE role = 'team_manager'"
    assert answers(council, deputies) == [(1,)]
    with Session(council) as session:
        assert violations(session) == []
