"""Whatever is done to a trail by chance, it is found: a column changed, an entry taken away, a suffix cut (C4)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests import guards
from tests.small_council import work_on
from usecases.trail import Entry, record
from usecases.trail_checks import check_trail

DAY = date(2026, 10, 1)
BY_CHANCE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

codes = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}[A-Za-z0-9]", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | codes, lambda it: st.lists(it, max_size=3)
)
details = st.dictionaries(st.sampled_from(["draw", "audits", "because", "cases"]), values, max_size=3)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    """Some entries of two or three subjects, some with texts in any script."""
    subjects = draw(st.lists(st.tuples(st.sampled_from(["audit", "cycle"]), codes), min_size=1, max_size=3))
    return [
        Entry(
            draw(st.sampled_from(subjects)),
            draw(st.sampled_from(["read", "opened", "closed"])),
            rule=draw(st.sampled_from([None, "S5", "A4"])),
            details=draw(details),
            texts={"reason": draw(st.none() | words)},
        )
        for _ in range(draw(st.integers(1, 8)))
    ]


@pytest.fixture
def unguarded(session: Session) -> Session:
    guards.take_off(session.connection())
    return session


def write(session: Session, written: list[Entry]) -> None:
    for table in ("trail_texts", "trail_entries", "trail_heads"):
        session.execute(text(f"DELETE FROM {table}"))
    record(work_on(session, DAY), *written)


def faults(session: Session) -> int:
    return len(list(check_trail(session)))


OTHER = {
    "id": "uuidv7()",
    "at": "at + interval '1 microsecond' * :salt",
    "number": "number + :salt",
    "details": "details || jsonb_build_object('more', :salt)",
    "text_hashes": "text_hashes || jsonb_build_object('more', :salt)",
    **{
        name: f"coalesce({name}, '') || CAST(:salt AS text)"
        for name in (
            *("subject_kind", "subject_id", "actor", "correlation_id", "action", "rule", "clause"),
            *("previous_hash", "hash"),
        )
    },
}


@BY_CHANCE
@given(written=entries())
def test_a_trail_as_it_was_written_has_no_fault(unguarded: Session, written: list[Entry]) -> None:
    write(unguarded, written)
    assert faults(unguarded) == 0


@BY_CHANCE
@given(written=entries(), column=st.sampled_from(sorted(OTHER)), which=st.integers(0, 7), salt=st.integers(1, 9))
def test_a_change_of_any_column_of_any_entry_is_found(
    unguarded: Session, written: list[Entry], column: str, which: int, salt: int
) -> None:
    write(unguarded, [Entry(it.subject, it.action, it.rule, it.details) for it in written])
    victim = f"(SELECT id FROM trail_entries ORDER BY id OFFSET {which % len(written)} LIMIT 1)"
    with unguarded.begin_nested():
        if column == "number":  # not onto another entry, which the database refuses
            salt += len(written)
        unguarded.execute(
            text(f"UPDATE trail_entries SET {column} = {OTHER[column]} WHERE id = {victim}"), {"salt": salt}
        )
    assert faults(unguarded) > 0


@BY_CHANCE
@given(written=entries(), which=st.integers(0, 7))
def test_taking_any_entry_away_is_found(unguarded: Session, written: list[Entry], which: int) -> None:
    write(unguarded, [Entry(it.subject, it.action) for it in written])
    unguarded.execute(
        text("DELETE FROM trail_entries WHERE id = (SELECT id FROM trail_entries ORDER BY id OFFSET :skip LIMIT 1)"),
        {"skip": which % len(written)},
    )
    assert faults(unguarded) > 0


@BY_CHANCE
@given(written=entries(), cut_from=st.integers(1, 4))
def test_cutting_any_suffix_of_a_chain_is_found(unguarded: Session, written: list[Entry], cut_from: int) -> None:
    write(unguarded, [Entry(it.subject, it.action) for it in written])
    cut = unguarded.execute(text("DELETE FROM trail_entries WHERE number >= :n RETURNING id"), {"n": cut_from}).all()
    assert (faults(unguarded) > 0) == bool(cut)


@dataclass(frozen=True)
class Outsider:
    """Somebody who has read docs/the-trail.md and nothing of our code."""

    row: Any

    def chain_hash(self) -> str:
        names = ["subject_kind", "subject_id", "actor", "correlation_id", "action", "rule", "clause"]
        content = {name: getattr(self.row, name) for name in [*names, "details", "text_hashes"]}
        content["at"] = f"{self.row.at:%Y-%m-%dT%H:%M:%S.%f}Z"
        told = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        alone = sha256(f"{self.row.id}\n{told}".encode()).hexdigest()
        return sha256(f"{self.row.number} {self.row.previous_hash} {alone}".encode()).hexdigest()


@BY_CHANCE
@given(written=entries())
def test_an_outsider_who_has_read_the_page_works_out_the_same_hashes(unguarded: Session, written: list[Entry]) -> None:
    write(unguarded, written)
    before: dict[tuple[str, str], str] = {}
    for row in _rows(unguarded):
        subject = (row.subject_kind, row.subject_id)
        assert row.previous_hash == before.get(subject, "0" * 64)
        assert row.hash == Outsider(row).chain_hash()
        before[subject] = row.hash
    for kept in unguarded.execute(
        text("SELECT e.text_hashes, t.* FROM trail_texts t JOIN trail_entries e ON e.id = entry_id")
    ):
        assert kept.text_hashes[kept.name] == sha256(f"{kept.salt}\n{kept.text}".encode()).hexdigest()


def _rows(session: Session) -> Iterator[Any]:
    session.execute(text("SET LOCAL timezone = 'UTC'"))
    return iter(session.execute(text("SELECT * FROM trail_entries ORDER BY subject_kind, subject_id, number")))
