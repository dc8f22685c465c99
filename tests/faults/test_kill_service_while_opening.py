"""kill -9 of the whole service while a cycle opens over HTTP; the next start takes over what was left (fault 1)."""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from sqlalchemy.orm import Session, sessionmaker

from db.embedded import address_of_running
from db.session import make_engine, make_sessions
from rules.programme import AuditCycle
from tests.cli.running import RunningService, running
from tests.faults.cycles_to_open import Found, cycles, is_untouched, is_wholly_open, prepare_for, what_is_there
from tests.small_council import found_council

KILLS = 20
TODAY = ("--today", "2026-12-31")  # no cycle runs, so that the scheduler leaves the database alone
FORCED = {"force": True, "reason": "To see what a kill leaves."}


@pytest.mark.slow
def test_a_service_killed_while_it_opens_a_cycle_leaves_nothing_or_all_of_it(data: Path) -> None:
    chance = random.Random(KILLS)
    following = cycles()
    told: Counter[str] = Counter()
    longest = _found_and_time(data, next(following))
    for cycle in (next(following) for _ in range(KILLS)):
        with running(data, *TODAY) as service:
            with _database(data) as sessions:
                prepare_for(sessions, cycle.opens_on)
            _kill_while_opening(service, cycle, chance.uniform(0, 1.5 * longest))
        with running(data, *TODAY) as service:
            found = _found(data, cycle)
            told["untouched" if is_untouched(found) else "open" if is_wholly_open(found) else "half"] += 1
            assert _open(service, cycle).status_code == 200
            told["lost or doubled"] += not is_wholly_open(_found(data, cycle))

    print(f"{KILLS} kills of the service within {1.5 * longest:.2f} s: {dict(told)}")
    assert (told["half"], told["lost or doubled"]) == (0, 0)


def _found_and_time(data: Path, cycle: AuditCycle) -> float:
    with running(data, *TODAY) as service:
        with _database(data) as sessions, sessions.begin() as session:
            found_council(session, cycle.opens_on, practitioners_per_team=6)
        began = time.monotonic()
        assert _open(service, cycle).status_code == 200
        return time.monotonic() - began


def _kill_while_opening(service: RunningService, cycle: AuditCycle, after_seconds: float) -> None:
    opening = threading.Thread(target=_open_or_break_off, args=(service, cycle))
    opening.start()
    time.sleep(after_seconds)
    service.kill()
    opening.join()


def _open_or_break_off(service: RunningService, cycle: AuditCycle) -> None:
    with suppress(httpx2.TransportError):  # the service is gone
        _open(service, cycle)


def _open(service: RunningService, cycle: AuditCycle) -> httpx2.Response:
    token = (service.data / "token").read_text()
    return httpx2.post(
        f"{service.address}/v1/audit-cycles/{cycle.month}/open",
        json=FORCED,
        headers={"Authorization": f"Bearer {token}"},
        trust_env=False,
        timeout=30,
    )


@contextmanager
def _database(data: Path) -> Iterator[sessionmaker[Session]]:
    """The embedded database of a running service."""
    url = address_of_running(data)
    assert url is not None
    engine = make_engine(url, name="test")
    yield make_sessions(engine)
    engine.dispose()


def _found(data: Path, cycle: AuditCycle) -> Found:
    with _database(data) as sessions, sessions() as session:
        return what_is_there(session, cycle.month)
