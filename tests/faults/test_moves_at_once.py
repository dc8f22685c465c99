"""Two moves of one audit at the same moment: one wins, the other hears what changed, nothing is half done (S9, A4)."""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from db.session import make_engine, make_sessions
from db.tables.audits import Audit, AuditorChange
from db.tables.deadlines import Deadline
from db.tables.notices import Notice
from db.tables.organisation import AuditorAppointment, Person
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.audit_moves import replace_audit, withdraw_audit
from usecases.auditor_changes import change_auditor, suggest_auditors
from usecases.cycle_moves import withdraw_cycle
from usecases.errors import AlreadyDifferent, NotAllowedNow

SHORT, LONG = 12, 200
FIRST = date(2026, 10, 1)
PER_TEAM = 6

Move = Callable[[Session], None]


@pytest.fixture
def engines(database_url: str) -> Iterator[list[Engine]]:
    """Two processes' worth of connections."""
    engines = [make_engine(database_url, name=f"mover {number}") for number in range(2)]
    yield engines
    for engine in engines:
        engine.dispose()


def prepare(sessions: sessionmaker[Session], pairs: int) -> None:
    """A council whose open cycle has an audit for each pair."""
    with sessions.begin() as session:
        council = found_council(session, date(2026, 9, 28), practitioners_per_team=max(PER_TEAM, pairs // 2))
        for number in range(pairs):  # a draw gives each of them one audit
            council.auditor(f"review-B{number}", "review")
    with sessions.begin() as session:
        open_cycle(work_on(session, FIRST), "2026-10")
        for appointment in session.scalars(select(AuditorAppointment)):
            appointment.capacity = 3


@pytest.mark.proves("S9", "A4")
@pytest.mark.parametrize("pairs", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_of_each_pair_one_wins_and_the_other_hears_what_changed(
    pairs: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    prepare(sessions, pairs)
    dice, outcomes = random.Random(1), Counter[str]()
    for _ in range(pairs):
        with sessions() as session:
            audit = session.scalars(select(Audit).where(Audit.state == "allocated").order_by(func.random())).first()
            assert audit is not None
            moves = [_move(dice.choice(("withdraw", "replace", "auditor")), session, audit) for _ in range(2)]
        outcomes.update(_at_once(engines, moves))
    assert outcomes["won"] == outcomes["told"] == pairs, outcomes
    with sessions() as session:
        refuse_half_done(session)
    print(f"{pairs} pairs of moves of one audit at once: each time one won and the other was told what changed")


@pytest.mark.proves("S9", "S2", "A3")
@pytest.mark.parametrize("pairs", [SHORT // 2, pytest.param(LONG // 4, marks=pytest.mark.slow)])
def test_two_audits_replaced_at_once_never_get_the_same_reserve(
    pairs: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    prepare(sessions, 2 * pairs)
    for _ in range(pairs):
        with sessions() as session:
            two = session.scalars(
                select(Audit).where(Audit.state == "allocated").order_by(func.random()).limit(2)
            ).all()
            moves = [_move("replace", session, audit) for audit in two]
        assert _at_once(engines, moves) == ["won", "won"]
    with sessions() as session:
        refuse_half_done(session)


@pytest.mark.proves("S9")
def test_a_cycle_withdrawn_while_one_of_its_audits_is_replaced_leaves_nothing_behind(
    engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    prepare(sessions, SHORT)
    with sessions() as session:
        audit = session.scalars(select(Audit).where(Audit.state == "allocated")).first()
        assert audit is not None
        replace = _move("replace", session, audit)
    outcomes = _at_once(engines, [replace, _withdraw_whole])

    assert outcomes[1] == "won"
    with sessions() as session:
        states = set(session.scalars(select(Audit.state)))
        assert states == {"withdrawn"}
        refuse_half_done(session)


def _withdraw_whole(session: Session) -> None:
    withdraw_cycle(work_on(session, FIRST), "2026-10", "The extract was wrong.")


def _move(kind: str, session: Session, audit: Audit) -> Move:
    """A move of this audit as it stands now; without a colleague to take over it is withdrawn."""
    audit_id, version = audit.id, audit.version
    if kind == "auditor":
        found = suggest_auditors(work_on(session, FIRST), audit_id).suggested
        if found:
            reference = found[0].candidate.auditor.id
            to = session.scalars(select(Person.id).where(Person.reference == reference)).one()
            return lambda session: _ignore(
                change_auditor(work_on(session, FIRST), audit_id, to, "sickness", version=version)
            )
    if kind == "replace":
        return lambda session: _ignore(replace_audit(work_on(session, FIRST), audit_id, "case_closed", version=version))
    return lambda session: _ignore(withdraw_audit(work_on(session, FIRST), audit_id, "case_closed", version=version))


def _ignore(_: Any) -> None:
    return None


def _at_once(engines: list[Engine], moves: list[Move]) -> list[str]:
    """What came of each move, in the order of the moves."""
    together, outcomes = threading.Barrier(len(moves)), dict[int, str]()

    def mover(number: int) -> None:
        together.wait()
        try:
            with make_sessions(engines[number]).begin() as session:
                moves[number](session)
            outcomes[number] = "won"
        except (AlreadyDifferent, NotAllowedNow) as refused:
            outcomes[number] = "told" if refused.sentence else "broken"

    threads = [threading.Thread(target=mover, args=(number,)) for number in range(len(moves))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [outcomes.get(number, "broken") for number in range(len(moves))]


def refuse_half_done(session: Session) -> None:
    """Every audit has its three clocks, in the state that goes with its own; one change and message of each move."""
    for audit in session.scalars(select(Audit)):
        clocks = session.scalars(select(Deadline).where(Deadline.audit_id == audit.id)).all()
        assert len(clocks) == 3, audit.reference
        assert {clock.state for clock in clocks} == {"withdrawn" if audit.state == "withdrawn" else "running"}
        assert audit.state == "withdrawn" or {clock.owed_by_id for clock in clocks} == {audit.auditor_id}
    changed = session.scalar(select(func.count()).select_from(AuditorChange))
    told_of = session.scalars(select(Notice.idempotency_key).where(Notice.event == "auditor_changed")).all()
    assert len({":".join(key.split(":")[:3]) for key in told_of}) == changed
    standing = session.execute(
        select(Audit.practitioner_id, func.count())
        .where(Audit.state != "withdrawn")
        .group_by(Audit.practitioner_id, Audit.month)
        .having(func.count() > 1)
    ).all()
    assert standing == []
