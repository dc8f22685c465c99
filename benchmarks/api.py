"""Requests a second and their times: a list of 50 audits, one audit, and what is mine, beside barer ways of answering.

Each server is one process, with four connections to one PostgreSQL, and is asked over loopback from this one. Two
workers beside one can't be told on two cores, where database and client need one of them; that target is not measured.
"""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, text
from starlette.testclient import TestClient

from benchmarks.api_servers import TOKEN, ours
from benchmarks.databases import database, psycopg_connection
from benchmarks.load import Answered, ask, get
from benchmarks.opening import _make_council, _open
from benchmarks.side_by_side import LEAST_ROUNDS, Contestant, medians, table

ROOT = Path(__file__).parents[1]
COUNCILS = 10
REQUESTS = 1_000
AT_ONCE = 8
SINGLE = 200
PLAIN = "the same SQL through psycopg alone"


def main() -> None:
    """Prints the list's table, then the times of single answers beside their SQL."""
    with database() as engine:
        _make_council(engine, COUNCILS)
        _open(engine)
        url = engine.url.render_as_string(hide_password=False)
        _lists(url)
        with _serving(url, "ours") as port:
            for path in ("/v1/audits/{id}", "/v1/me"):
                _single(engine, url, port, path)


def _lists(url: str) -> None:
    servers = ("bare", "usual", "ours")
    found: dict[str, list[Answered]] = {name: [] for name in servers}
    with _serving(url, "bare") as bare, _serving(url, "usual") as usual, _serving(url, "ours") as product:
        ports = dict(zip(servers, (bare, usual, product), strict=True))
        for number in range(LEAST_ROUNDS + 1):
            for name, port in ports.items():
                request = get("/v1/audits?limit=50" if name == "ours" else "/v1/audits", TOKEN)
                answered = asyncio.run(ask(port, request, times=REQUESTS, connections=AT_ONCE))
                if number:
                    found[name].append(answered)
    print(f"List of 50 audits, {AT_ONCE} at once (medians of {LEAST_ROUNDS} rounds of {REQUESTS})")
    middle = {name: sorted(rounds, key=lambda one: one.per_second)[len(rounds) // 2] for name, rounds in found.items()}
    for name, one in middle.items():
        print(
            f"  {name:<6} {one.per_second:8.0f} a second   p50 {one.p50 * 1e3:6.1f} ms   p99 {one.p99 * 1e3:6.1f} ms "
            f"({one.p99 / one.p50:.1f} x)"
        )
    rate = {name: one.per_second for name, one in middle.items()}
    beside = f"{rate['ours'] / rate['usual']:.2f} x the usual stack, {rate['ours'] / rate['bare']:.2f} x the bare one"
    print(f"  ours: {beside}")


@contextmanager
def _serving(url: str, name: str) -> Iterator[int]:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.api_servers", name, str(port), url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        else:
            return


def _single(engine: Engine, url: str, port: int, path: str) -> None:
    """One answer after the other over HTTP, beside its statements sent by the driver in this process."""
    with engine.connect() as connection:
        audit_id = connection.execute(text("SELECT id FROM audits WHERE origin = 'drawn' LIMIT 1")).scalar_one()
    asked = path.format(id=audit_id)
    statements = _statements(url, asked)
    request = get(asked, TOKEN)
    with psycopg_connection(engine) as connection:
        contestants = [
            Contestant(PLAIN, partial(_replay, connection, statements), amount=SINGLE),
            Contestant(f"GET {path}", partial(_ask_one_by_one, port, request), amount=SINGLE),
        ]
        found = medians(contestants)
    print(table(f"GET {path}: {len(statements)} statements", found, PLAIN))


def _ask_one_by_one(port: int, request: bytes) -> None:
    asyncio.run(ask(port, request, times=SINGLE, connections=1))


_AS_ADMINISTRATOR = {"Authorization": f"Bearer {TOKEN}"}


def _statements(url: str, path: str) -> Sequence[tuple[str, Any]]:
    """What the request sends to the database, asked a second time so that nothing of a first one is in it."""
    application = ours(url)
    engine = application.state.installation.sessions.kw["bind"]
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    with TestClient(application, base_url="http://127.0.0.1:8000", headers=_AS_ADMINISTRATOR) as client:
        for _ in range(2):
            sent.clear()
            assert client.get(path).status_code == 200
    engine.dispose()
    return sent


def _replay(connection: Any, statements: Sequence[tuple[str, Any]]) -> None:
    for _ in range(SINGLE):
        for statement, parameters in statements:
            cursor = connection.execute(statement, parameters)
            if cursor.description is not None:
                cursor.fetchall()
        connection.commit()


if __name__ == "__main__":
    main()
