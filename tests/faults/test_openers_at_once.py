"""Two schedulers and an admin open the same cycle at once: one draw each time (TARGETS, fault 3)."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from db.session import make_engine, make_sessions
from scheduler.runner import run
from tests.faults.cycles_to_open import cycles, is_wholly_open, prepare_for, what_is_there
from tests.scheduling import job, means_on
from tests.small_council import found_council, work_on
from usecases.audit_cycles import open_cycle
from usecases.draws import preview_draw
from usecases.errors import NotAllowedNow

SHORT, LONG = 5, 100


@pytest.fixture
def engines(database_url: str) -> Iterator[list[Engine]]:
    """Four processes' worth of connections."""
    engines = [make_engine(database_url, name=f"opener {number}") for number in range(4)]
    yield engines
    for engine in engines:
        engine.dispose()


@pytest.mark.parametrize("rounds", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_two_schedulers_and_an_admin_make_one_draw(
    rounds: int, engines: list[Engine], sessions: sessionmaker[Session]
) -> None:
    following = cycles()
    with sessions.begin() as session:
        found_council(session, date(2026, 12, 31), practitioners_per_team=6)
    new: list[bool] = []
    for cycle, _ in zip(following, range(rounds), strict=False):
        prepare_for(sessions, cycle.opens_on)
        _at_once(engines, cycle.month, cycle.opens_on, new)
        with sessions() as session:
            found = what_is_there(session, cycle.month)
        assert is_wholly_open(found), found

    assert len(new) == rounds
    print(f"{rounds} rounds of two schedulers, an admin who opens and one who previews: one draw each time")


def _at_once(engines: list[Engine], month: str, on: date, new: list[bool]) -> None:
    together = threading.Barrier(len(engines))

    def scheduler(engine: Engine) -> None:
        together.wait()
        run(job("open_cycles"), means_on(on, make_sessions(engine)))

    def admin(engine: Engine) -> None:
        together.wait()
        with make_sessions(engine).begin() as session:
            new.append(open_cycle(work_on(session, on), month).is_new)

    def previewer(engine: Engine) -> None:
        together.wait()
        try:
            with make_sessions(engine).begin() as session:
                preview_draw(work_on(session, on), month)
        except NotAllowedNow:
            pass  # it was open already

    openers = (scheduler, scheduler, admin, previewer)
    threads = [threading.Thread(target=opener, args=(engine,)) for opener, engine in zip(openers, engines, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
