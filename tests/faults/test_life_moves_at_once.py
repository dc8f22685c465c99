"""Two moves of an audit's life at the same moment, from meeting to report: one wins, the other hears what changed.

Fault 9 for what happens between allocation and close; withdrawal and change of auditor are in test_moves_at_once.py.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from db.queries.invariants import violations
from db.session import make_engine, make_sessions
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from rules.lifecycles import Asked, Event
from tests.moved_audits import write_gradings
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_life import Move, move
from usecases.errors import AlreadyDifferent, NotAllowedNow

SHORT, LONG = 10, 200
FIRST, TODAY = date(2026, 10, 1), date(2026, 10, 12)
MEETS = Asked(on_day=date(2026, 10, 20))
HELD = Move(event=Event.DISCUSSION_HELD, asked=Asked(on_day=TODAY))
NOT_HELD = Move(event=Event.DISCUSSION_NOT_HELD, asked=Asked(reason="She was away.", has_text=True))
SUBMITTED, AMENDED = Move(event=Event.REPORT_SUBMITTED), Move(event=Event.REPORT_AMENDED)
ACCEPTED = Move(event=Event.REPORT_ACCEPTED)
RETURNED = Move(event=Event.REPORT_RETURNED, asked=Asked(points=1, has_text=True))
ISSUED = Move(event=Event.AUDIT_ISSUED)
CORRECTED = Move(event=Event.REPORT_CORRECTED, asked=Asked(reason="Mistyped.", has_text=True, grade="good"))
COMMENTED = Move(event=Event.REPORT_COMMENTED, asked=Asked(has_text=True), written={"comment": "Fair."})
# What two people want of one audit at once, by its state.
CONFLICTS = {
    "allocated": (
        (Move(event=Event.MEETING_ARRANGED, asked=MEETS), Move(event=Event.MEETING_ARRANGED, asked=MEETS)),
        (HELD, Move(event=Event.MEETING_ARRANGED, asked=MEETS)),
    ),
    "under_way": ((HELD, NOT_HELD), (NOT_HELD, NOT_HELD)),
    "discussed": ((SUBMITTED, SUBMITTED),),
    "submitted": ((ACCEPTED, RETURNED), (ACCEPTED, ACCEPTED), (RETURNED, RETURNED)),
    "returned": ((AMENDED, AMENDED),),
    "accepted": ((ISSUED, CORRECTED), (ISSUED, ISSUED)),
    "issued": ((COMMENTED, COMMENTED), (COMMENTED, CORRECTED)),
}


@pytest.fixture
def engines(database_url: str) -> Iterator[list[Engine]]:
    """Two processes' worth of connections."""
    engines = [make_engine(database_url, name=f"mover {number}") for number in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.mark.proves("L3", "L6", "L7", "L14", "L15")
@pytest.mark.parametrize("pairs", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_of_each_pair_one_wins_and_the_other_hears_what_changed(
    pairs: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    with sessions.begin() as session:
        found_council(session, date(2026, 9, 28))
    with sessions.begin() as session:
        open_cycle(work_on(session, FIRST), "2026-10")
    dice, outcomes, told = random.Random(1), Counter[str](), Counter[str]()
    for number in range(pairs):
        audit = next_audit(sessions, number)
        two = dice.choice(CONFLICTS[audit.state])
        told[audit.state] += 1
        outcomes.update(_at_once(engines, audit, two))
    assert outcomes == {"won": pairs, "told": pairs}, outcomes
    with sessions() as session:
        refuse_half_done(session, pairs)
    print(f"{pairs} pairs of moves at once, by state {dict(told)}: each time one won, and the other was told")


def next_audit(sessions: sessionmaker[Session], number: int) -> Audit:
    """One audit goes on until its report is issued; then the next, and issued ones in turn."""
    with sessions.begin() as session:
        under_way = select(Audit).where(Audit.state != "issued").order_by(Audit.version.desc(), Audit.id)
        found = session.scalars(under_way.limit(1)).first() if number % 10 != 9 else None
        found = found or session.scalars(select(Audit).order_by(Audit.version.desc()).limit(1)).one()
        if found.version == 1:
            write_gradings(session, found, FIRST)
        session.flush()
        session.expunge(found)
        return found


def _at_once(engines: list[Engine], audit: Audit, two: tuple[Move, Move]) -> list[str]:
    together, outcomes = threading.Barrier(2), dict[int, str]()

    def mover(number: int) -> None:
        wanted = two[number]
        asked = Move(event=wanted.event, asked=wanted.asked, written=wanted.written, version=audit.version)
        together.wait()
        try:
            with make_sessions(engines[number]).begin() as session:
                move(work_on(session, TODAY), audit.id, asked)
            outcomes[number] = "won"
        except (AlreadyDifferent, NotAllowedNow) as refused:
            outcomes[number] = "told" if f"at version {audit.version + 1}" in refused.sentence else refused.sentence

    threads = [threading.Thread(target=mover, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes.get(number, "broken") for number in range(2)]


def refuse_half_done(session: Session, moves: int) -> None:
    """A step for each move that won and no other; a clock of a kind once at a time, a message once a person."""
    assert session.scalar(select(func.count()).select_from(AuditStep)) == moves
    versions = {row.id: row.version for row in session.scalars(select(Audit))}
    made = Counter(session.scalars(select(AuditStep.audit_id)))
    assert {audit: version - 1 for audit, version in versions.items() if version > 1} == made
    running = (
        select(Deadline.audit_id, Deadline.time_limit, Deadline.owed_by_role)
        .where(Deadline.state == "running")
        .group_by(Deadline.audit_id, Deadline.time_limit, Deadline.owed_by_role)
        .having(func.count() > 1)
    )
    assert session.execute(running).all() == []
    keys = session.scalars(select(Notice.idempotency_key)).all()
    assert len(keys) == len(set(keys))
    assert violations(session) == []
