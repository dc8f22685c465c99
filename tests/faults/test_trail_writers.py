"""Many write to the same chains at once, and some are killed: no gap, no fork, nothing half (C4; DESIGN §5)."""

import random
import time
from collections import Counter
from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from db.session import make_engine, make_sessions
from db.tables.trail import TrailEntry, TrailHead
from tests.faults.told_processes import start, tell
from tests.small_council import work_on
from usecases.trail import Entry, record
from usecases.trail_checks import check_trail

DAY = date(2026, 10, 1)
SUBJECTS = [("audit", f"A{number}") for number in range(6)]
WRITERS = 4
Sessions = sessionmaker[Session]


def entries(subjects: list[tuple[str, str]]) -> list[Entry]:
    return [Entry(subject, "read", texts={"reason": "Ann asked."}) for subject in subjects]


def numbers(sessions: Sessions) -> Counter[tuple[str, str]]:
    with sessions() as session:
        counted = select(TrailEntry.subject_kind, TrailEntry.subject_id, func.count()).group_by(
            TrailEntry.subject_kind, TrailEntry.subject_id
        )
        return Counter({(kind, id_): count for kind, id_, count in session.execute(counted)})


def assert_whole(sessions: Sessions) -> None:
    with sessions() as session:
        assert list(check_trail(session)) == []


@pytest.mark.parametrize("rounds", [25, pytest.param(500, marks=pytest.mark.slow)])
def test_writers_of_the_same_subjects_take_turns(rounds: int, sessions: Sessions, database_url: str) -> None:
    written: Counter[tuple[str, str]] = Counter()
    engine = make_engine(database_url, name="writers", pool_size=WRITERS)
    own = make_sessions(engine)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(rounds):
            chosen = chance.choices(SUBJECTS, k=4)  # in any order, some twice
            with own.begin() as session:
                record(work_on(session, DAY), *entries(chosen))
            written.update(chosen)

    threads = [Thread(target=write, args=(seed,)) for seed in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()

    assert written.total() == WRITERS * rounds * 4
    assert numbers(sessions) == written
    assert_whole(sessions)


def test_two_who_begin_a_chain_at_once_make_one_chain(sessions: Sessions, database_url: str) -> None:
    together = Barrier(2)
    engine = make_engine(database_url, name="writers", pool_size=2)
    own = make_sessions(engine)

    def begin() -> None:
        for subject in SUBJECTS:
            with own.begin() as session:
                session.connection()
                together.wait()
                record(work_on(session, DAY), *entries([subject]))

    threads = [Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert set(numbers(sessions).values()) == {2}
    assert_whole(sessions)


def test_what_is_rolled_back_leaves_no_gap(sessions: Sessions) -> None:
    with sessions.begin() as session:
        record(work_on(session, DAY), *entries(SUBJECTS))
    with sessions() as session:
        record(work_on(session, DAY), *entries(SUBJECTS))
        session.rollback()
    with sessions.begin() as session:
        record(work_on(session, DAY), *entries(SUBJECTS))
    assert set(numbers(sessions).values()) == {2}
    assert_whole(sessions)


@pytest.mark.parametrize("kills", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_whoever_is_killed_while_writing_leaves_all_or_nothing(
    kills: int, sessions: Sessions, database_url: str
) -> None:
    chance = random.Random(kills)
    for _ in range(kills):
        with start("tests.faults.record_until_killed", database_url) as process:
            tell(process)
            time.sleep(chance.uniform(0.02, 0.4))
            process.kill()
    found = numbers(sessions)
    assert len(set(found.values())) == 1, "each transaction wrote two entries to every chain"
    assert next(iter(found.values())) % 2 == 0
    with sessions() as session:
        heads = {(head.subject_kind, head.subject_id): head.number for head in session.scalars(select(TrailHead))}
    assert heads == found
    assert_whole(sessions)
    print(f"{kills} kills: {found.total()} entries, none half, no gap")
