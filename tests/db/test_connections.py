"""Connections that were lost are replaced before anybody is handed one, and the others are not asked each time."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from db.session import make_engine

pytestmark = pytest.mark.saves_nothing

_PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def own(database_url: str) -> Iterator[Engine]:
    engine = make_engine(database_url, name="a door", pool_size=2)
    yield engine
    engine.dispose()


@pytest.fixture
def pings(own: Engine, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []
    ping = own.dialect.do_ping

    def note_and_ping(connection: Any) -> bool:
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(own.dialect, "do_ping", note_and_ping)
    return asked


def _used(engine: Engine) -> int:
    with engine.connect() as connection:
        pid: int = connection.execute(_PID).scalar_one()
        return pid


def _end(engine: Engine, pid: int) -> None:
    """As a server does that is stopped: the process of the connection ends."""
    with engine.connect() as other:
        assert other.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid}).scalar_one()


def test_a_connection_that_is_there_is_handed_out_without_a_question(own: Engine, pings: list[object]) -> None:
    assert len({_used(own) for _ in range(3)}) == 1
    assert pings == []


def test_a_connection_that_the_server_closed_is_replaced_before_it_is_handed_out(own: Engine, engine: Engine) -> None:
    lost = _used(own)
    _end(engine, lost)

    assert _used(own) != lost


def test_the_first_that_is_found_lost_stands_for_all_that_are_as_old(
    own: Engine, engine: Engine, pings: list[object]
) -> None:
    with own.connect() as one, own.connect() as other:
        pids = {each.execute(_PID).scalar_one() for each in (one, other)}
    for pid in pids:
        _end(engine, pid)

    with own.connect() as one, own.connect() as other:
        assert pids.isdisjoint({each.execute(_PID).scalar_one() for each in (one, other)})
    assert len(pings) == 1
