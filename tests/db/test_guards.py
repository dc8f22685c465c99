"""Records stay as they were written, whatever code asks: the trail, frozen frames, draws (C4, S5; DESIGN §5, §8)."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.draws import preview_draw
from usecases.trail import Entry, record
from usecases.trail_nights import make_root

OPENS_ON = date(2026, 10, 1)
TABLES = (
    "trail_entries",
    "trail_heads",
    "trail_texts",
    "trail_roots",
    "trail_root_heads",
    "sampling_frames",
    "draws",
    "draw_case_outcomes",
)
ADDED_ONLY = ("trail_entries", "trail_root_heads", "sampling_frames", "draw_case_outcomes")


@pytest.fixture
def opened(session: Session) -> Session:
    """An open cycle with its issued draw, an entry with a text, and a nightly root."""
    found_council(session, OPENS_ON - timedelta(days=1))
    work = work_on(session, OPENS_ON)
    open_cycle(work, "2026-10")
    record(work, Entry(("audit", "A1"), "read", texts={"reason": "Ann asked."}))
    make_root(session, datetime(2026, 10, 2, 0, 10, tzinfo=UTC))
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # as after a commit
    return session


NEVER = {
    **{f"a change of {table}": (f"UPDATE {table} SET {column} = {column}", "only_added_to") for table, column in (
        ("trail_entries", "actor"), ("trail_root_heads", "number"), ("sampling_frames", "canonical"),
        ("draw_case_outcomes", "outcome"))},
    **{f"a deletion from {table}": (f"DELETE FROM {table}", "only_added_to") for table in ADDED_ONLY},
    **{f"emptying {table}": (f"TRUNCATE {table} CASCADE", "only_added_to never_deleted never_rewritten")
        for table in TABLES},
    "another text under an entry": ("UPDATE trail_texts SET text = 'Bob asked.'", "never_rewritten"),
    "a chain without a head": ("DELETE FROM trail_heads", "never_deleted"),
    "a head that goes back": ("UPDATE trail_heads SET number = number - 1", "moves_by_one"),
    "a head that stays and says something else": ("UPDATE trail_heads SET hash = 'other'", "moves_by_one"),
    "a head of another subject": ("UPDATE trail_heads SET number = number + 1, subject_id = 'B'", "moves_by_one"),
    "a night without its root": ("DELETE FROM trail_roots", "never_deleted"),
    "a root that says something else": ("UPDATE trail_roots SET hash = 'other'", "stays_as_made"),
    "a draw that is gone": ("DELETE FROM draws", "never_deleted"),
    "another seed": ("UPDATE draws SET seed = 'a better one'", "drawn_once"),
    "another frame": ("UPDATE draws SET frame_id = uuidv7()", "drawn_once"),
    "another result of an issued draw": ("UPDATE draws SET result = '{}'", "stays_as_issued"),
    "another day of issue": ("UPDATE draws SET issued_at = issued_at - interval '1 day'", "stays_as_issued"),
    "an issued draw that is a preview again": ("UPDATE draws SET state = 'preview'", "stays_issued"),
}  # fmt: skip


@pytest.mark.proves("S5")
@pytest.mark.parametrize(("statement", "guards"), NEVER.values(), ids=NEVER.keys())
def test_the_database_refuses(opened: Session, statement: str, guards: str) -> None:
    with pytest.raises(IntegrityError, match="is a record") as refused:
        opened.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.Error)
    assert refused.value.orig.diag.constraint_name in guards.split()


def test_the_same_statements_meet_rows_to_refuse(opened: Session) -> None:
    for table in TABLES:
        assert opened.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() > 0


def test_retention_may_clear_texts(opened: Session) -> None:
    opened.execute(text("DELETE FROM trail_texts"))
    assert opened.execute(text("SELECT count(*) FROM trail_texts")).scalar_one() == 0


@pytest.mark.proves("S9")
def test_an_issued_draw_may_be_withdrawn_and_then_stays_so(opened: Session) -> None:
    withdrawn = (
        "UPDATE draws SET state = 'withdrawn', withdrawn_at = now(), withdrawn_because = 'x', withdrawn_by = 'y'"
    )
    opened.execute(text(withdrawn))
    with pytest.raises(IntegrityError, match="is a record"):
        opened.execute(text("UPDATE draws SET state = 'issued', withdrawn_at = NULL, withdrawn_because = NULL"))


def test_a_preview_may_be_replaced_and_stand_again(session: Session) -> None:
    found_council(session, OPENS_ON - timedelta(days=1))
    preview_draw(work_on(session, OPENS_ON), "2026-10")
    for state in ("superseded", "preview"):
        session.execute(text("UPDATE draws SET state = :state, result = '{}'"), {"state": state})
