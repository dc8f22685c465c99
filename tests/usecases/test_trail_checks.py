"""Whoever meddles with the trail is found out: every chain, text, head and nightly root is checked (C4)."""

import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from db.queries import trail_chains
from tests import guards
from tests.small_council import work_on
from usecases.ports import ExportedRoot
from usecases.trail import Entry, record
from usecases.trail_checks import check_trail, compare_with_exported, hash_of_row
from usecases.trail_nights import make_root

DAY = date(2026, 10, 1)
NIGHT = datetime(2026, 10, 2, 0, 10, tzinfo=UTC)


@pytest.fixture
def written(session: Session) -> Session:
    """Three chains, of four, two and one entries, one entry with two texts; the guards are off, as for a superuser."""
    work = work_on(session, DAY)
    record(work, *(Entry(("audit", "A1"), f"step_{number}", rule="S5", details={"n": number}) for number in range(4)))
    record(work, Entry(("audit", "A2"), "read", texts={"reason": "Ann asked.", "note": "Twice."}))
    record(work, Entry(("audit", "A2"), "read_again"), Entry(("cycle", "2026-10"), "opened", details={"audits": 2}))
    guards.take_off(session.connection())
    return session


def faults(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    return [(fault.code, fault.sentence) for fault in check_trail(session)]


def codes(session: Session) -> set[str]:
    return {code for code, _ in faults(session)}


def test_a_trail_as_it_was_written_has_no_fault(written: Session) -> None:
    make_root(written, NIGHT)
    assert faults(written) == []


TAMPERED = {
    "id": "id = uuidv7()",
    "subject_kind": "subject_kind = 'other'",
    "subject_id": "subject_id = 'A9'",
    "number": "number = 17",
    "at": "at = at + interval '1 microsecond'",
    "actor": "actor = 'somebody else'",
    "correlation_id": "correlation_id = 'x'",
    "action": "action = 'other'",
    "rule": "rule = 'S6'",
    "clause": "clause = NULL",
    "details": "details = '{\"n\": 2.0}'",
    "text_hashes": 'text_hashes = \'{"reason": "0"}\'',
    "previous_hash": "previous_hash = repeat('1', 64)",
    "hash": "hash = repeat('1', 64)",
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_change_of_any_column_of_an_entry_is_found(written: Session, change: str) -> None:
    written.execute(text(f"UPDATE trail_entries SET {change} WHERE subject_id = 'A1' AND number = 3"))
    assert any("A1" in sentence for _, sentence in faults(written))


def test_every_column_is_tampered_with_in_these_tests(written: Session) -> None:
    columns = written.scalars(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = 'trail_entries'")
    )
    assert set(columns) == set(TAMPERED)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM trail_entries WHERE subject_id = 'A1' AND number = 1", "entry_missing"),
        ("DELETE FROM trail_entries WHERE subject_id = 'A1' AND number = 2", "entry_missing"),
        ("DELETE FROM trail_entries WHERE subject_id = 'A1' AND number >= 3", "chain_cut"),
        ("DELETE FROM trail_entries WHERE subject_id = 'A1'", "chain_gone"),
        ("UPDATE trail_heads SET number = 3 WHERE subject_id = 'A1'", "head_differs"),
        ("UPDATE trail_heads SET hash = repeat('1', 64) WHERE subject_id = 'A1'", "head_differs"),
        ("UPDATE trail_heads SET entry_hash = repeat('1', 64) WHERE subject_id = 'A1'", "head_differs"),
        ("DELETE FROM trail_heads WHERE subject_id = 'A1'", "head_missing"),
        ("UPDATE trail_texts SET text = 'Bob asked.' WHERE name = 'reason'", "text_changed"),
        ("UPDATE trail_texts SET salt = 'x' WHERE name = 'reason'", "text_changed"),
        ("UPDATE trail_texts SET name = 'other' WHERE name = 'reason'", "text_changed"),
        (
            "UPDATE trail_texts SET entry_id = (SELECT id FROM trail_entries WHERE subject_id = 'A1' LIMIT 1)",
            "text_changed",
        ),
    ],
)
def test_what_is_missing_cut_or_forged_is_told_by_its_name(written: Session, statement: str, code: str) -> None:
    written.execute(text(statement))
    assert code in codes(written)


def test_two_entries_that_changed_places_are_found(written: Session) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        written.execute(
            text("UPDATE trail_entries SET number = :new WHERE subject_id = 'A1' AND number = :old"),
            {"old": old, "new": new},
        )
    assert codes(written) == {"entry_changed", "order_broken"}


def test_a_text_that_was_cleared_is_no_fault(written: Session) -> None:
    written.execute(text("DELETE FROM trail_texts WHERE name = 'reason'"))
    assert faults(written) == []


def cut(session: Session) -> None:
    """The last entry is taken off, and the head is made to fit: within the chain nothing is to be seen."""
    session.execute(text("DELETE FROM trail_entries WHERE subject_id = 'A2' AND number = 2"))
    session.execute(
        text(
            "UPDATE trail_heads SET number = 1, hash = entries.hash, entry_hash = :entry_hash "
            "FROM trail_entries entries WHERE entries.subject_id = 'A2' AND trail_heads.subject_id = 'A2'"
        ),
        {"entry_hash": _entry_hash(session)},
    )


def _entry_hash(session: Session) -> str:
    row = session.execute(text("SELECT * FROM trail_entries WHERE subject_id = 'A2' AND number = 1")).one()
    return hash_of_row(row)


def test_a_chain_that_was_cut_with_its_head_shows_by_the_root_of_the_night(written: Session) -> None:
    make_root(written, NIGHT)
    cut(written)
    assert codes(written) == {"rooted_entry_missing"}


def exported(session: Session) -> Iterator[ExportedRoot]:
    for row in session.execute(text("SELECT * FROM trail_roots")):
        yield ExportedRoot("a file", row.made_on, row.made_at, row.heads, row.previous_hash, row.hash)


def test_a_chain_that_was_cut_with_head_and_roots_shows_by_what_was_exported(written: Session) -> None:
    make_root(written, NIGHT)
    copies = list(exported(written))
    cut(written)
    written.execute(text("DELETE FROM trail_root_heads"))
    written.execute(text("DELETE FROM trail_roots"))
    assert faults(written) == []
    assert [fault.code for fault in compare_with_exported(written, iter(copies))] == ["root_gone"]
    make_root(written, NIGHT)
    assert faults(written) == []
    assert [fault.code for fault in compare_with_exported(written, iter(copies))] == ["root_differs"]


@pytest.mark.parametrize(
    "changed", [{"heads": 9}, {"hash": "0"}, {"previous_hash": "1"}, {"made_at": NIGHT.replace(year=2025)}]
)
def test_a_root_that_differs_from_its_copy_is_told(written: Session, changed: dict[str, object]) -> None:
    make_root(written, NIGHT)
    (copy,) = exported(written)
    assert list(compare_with_exported(written, iter([copy]))) == []
    forged = replace(copy, **changed)  # type: ignore[arg-type]
    assert [fault.code for fault in compare_with_exported(written, iter([forged]))] == ["root_differs"]


def test_a_root_covers_what_has_moved_since_the_one_before(written: Session) -> None:
    first = make_root(written, NIGHT)
    record(work_on(written, DAY), Entry(("audit", "A2"), "read"), Entry(("audit", "A3"), "read"))
    second = make_root(written, NIGHT + timedelta(days=3))
    assert first is not None
    assert second is not None
    assert (first.heads, second.heads) == (3, 2)
    assert second.previous_hash == first.hash
    assert faults(written) == []


def test_a_day_has_one_root_however_often_it_is_asked_for(written: Session) -> None:
    assert make_root(written, NIGHT) is not None
    assert make_root(written, NIGHT + timedelta(hours=9)) is None
    assert make_root(written, NIGHT - timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE trail_roots SET hash = repeat('1', 64)", "root_changed"),
        ("UPDATE trail_roots SET heads = 4", "root_changed"),
        ("UPDATE trail_roots SET made_at = made_at + interval '1 second'", "root_changed"),
        ("UPDATE trail_roots SET previous_hash = repeat('1', 64)", "root_order_broken"),
        ("DELETE FROM trail_root_heads WHERE subject_id = 'A1'", "root_changed"),
    ],
)
def test_a_root_that_was_forged_is_found(written: Session, statement: str, code: str) -> None:
    make_root(written, NIGHT)
    written.execute(text(statement))
    assert code in codes(written)


def test_progress_is_told_to_the_end(written: Session) -> None:
    told: list[int] = []
    list(check_trail(written, on_progress=told.append))
    assert told[-1] == 7


def test_memory_does_not_grow_with_the_trail(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times the entries of one batch are read; the rows held at once stay those of a batch."""
    monkeypatch.setitem(trail_chains._STREAM, "yield_per", 400)  # all 4,000 at once take 5 MB, a batch less than one
    with Session(engine) as session:
        record(work_on(session, DAY), *(Entry(("audit", f"A{n}"), "read") for n in range(4_000)))
        session.commit()
    with Session(engine) as session:
        list(check_trail(session))  # what is kept for ever is made before anything is counted
        tracemalloc.start()
        assert list(check_trail(session)) == []
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 2_500_000
