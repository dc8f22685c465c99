"""Who did what, when and by which rule stands in the trail, in the transaction of what was done (C4)."""

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.trail import TrailEntry, TrailHead, TrailText
from tests.small_council import work_on
from usecases.trail import Entry, record
from usecases.trail_chains import NO_HASH, NotForTheTrail, as_code, chained_hash, text_hash

DAY = date(2026, 10, 1)
CYCLE = ("audit_cycle", "2026-10")


def entries(session: Session) -> list[TrailEntry]:
    return list(session.scalars(select(TrailEntry).order_by(TrailEntry.subject_kind, TrailEntry.number)))


def test_an_entry_says_who_did_what_when_and_by_which_clause(session: Session) -> None:
    work = work_on(session, DAY)
    record(work, Entry(CYCLE, "cycle_opened", rule="P3", details={"draw": "D1", "audits": 58}))
    (entry,) = entries(session)
    assert (entry.subject_kind, entry.subject_id, entry.number) == (*CYCLE, 1)
    assert (entry.at, entry.actor, entry.action) == (work.now, "an administrator", "cycle_opened")
    assert (entry.rule, entry.clause) == ("P3", work.policy.clause_of("P3"))
    assert entry.details == {"draw": "D1", "audits": 58}
    assert entry.previous_hash == NO_HASH


def test_each_entry_of_a_subject_follows_the_one_before(session: Session) -> None:
    work = work_on(session, DAY)
    record(work, Entry(CYCLE, "cycle_opened"), Entry(("audit", "A1"), "audit_allocated"), Entry(CYCLE, "cycle_closed"))
    record(work, Entry(CYCLE, "cycle_looked_at"))
    _, *of_cycle = entries(session)
    assert [entry.number for entry in of_cycle] == [1, 2, 3]
    assert [entry.previous_hash for entry in of_cycle] == [NO_HASH, of_cycle[0].hash, of_cycle[1].hash]
    head = session.get_one(TrailHead, CYCLE)
    assert (head.number, head.hash) == (3, of_cycle[2].hash)
    assert head.hash == chained_hash(3, of_cycle[1].hash, head.entry_hash)


def test_what_somebody_wrote_stands_apart_and_the_entry_keeps_its_hash(session: Session) -> None:
    written = {"reason": "Mrs Smith is ill.", "note": None, "other": " "}
    record(work_on(session, DAY), Entry(CYCLE, "cycle_opened", texts=written))
    (entry,) = entries(session)
    kept = session.scalars(select(TrailText)).one()
    assert (kept.entry_id, kept.name, kept.text) == (entry.id, "reason", "Mrs Smith is ill.")
    assert entry.text_hashes == {"reason": text_hash(kept.salt, kept.text)}
    assert "Smith" not in str([entry.details, entry.text_hashes, entry.action])


@pytest.mark.parametrize(
    "details",
    [
        {"reason": "Mrs Smith is ill."},
        {"address": "a.smith@council.example"},
        {"people": ["W1", "Ann Smith"]},
        {"long": "x" * 201},
        {"Ann Smith": 1},
        {"share": 0.5},
        {"nested": {"reason": "Ann Smith"}},
    ],
)
def test_a_text_is_refused_among_the_details(session: Session, details: dict[str, object]) -> None:
    with pytest.raises(NotForTheTrail):
        record(work_on(session, DAY), Entry(CYCLE, "cycle_opened", details=details))
    assert entries(session) == []


@pytest.mark.parametrize("code", ["W1", "2026-10", "PA-2026-0412", "01a2b3", "3.7", "home_first", "A/1", "2026-10-01"])
def test_ids_codes_and_dates_are_taken(session: Session, code: str) -> None:
    record(work_on(session, DAY), Entry(CYCLE, "cycle_opened", details={"code": code}))
    assert entries(session)[0].details == {"code": code}


def test_a_reference_that_is_no_code_is_kept_by_its_hash(session: Session) -> None:
    """A council's case system may call things what it likes; the same reference always has the same hash."""
    assert (as_code("SYN-1"), as_code("Ann's case")) == ("SYN-1", "sha256:" + sha256(b"Ann's case").hexdigest())
    record(work_on(session, DAY), Entry(CYCLE, "cycle_opened", details={"case": as_code("Ann's case")}))
