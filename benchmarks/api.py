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
from dataclasses import dataclass
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
from tests.integrations.pretend_provider import TENANT, PretendProvider, pretend_provider, signed

ROOT = Path(__file__).parents[1]
COUNCILS = 10
REQUESTS = 1_000
AT_ONCE = 8
SINGLE = 200
PLAIN = "the same SQL through psycopg alone"
AUDITOR = "the-auditor"
MAKE_ACCOUNT = """
INSERT INTO accounts (issuer, subject, kind, person_id, linked_at, linked_by)
SELECT :issuer, :subject, 'person', auditor_id, now(), 'benchmark' FROM audits WHERE origin = 'drawn'
GROUP BY auditor_id ORDER BY count(*) DESC, auditor_id LIMIT 1
"""


def main() -> None:
    """Prints the list's table, then the times of single answers beside their SQL."""
    with database() as engine, pretend_provider() as provider:
        _make_council(engine, COUNCILS)
        _open(engine)
        site = Site(engine, engine.url.render_as_string(hide_password=False), provider.issuer)
        _lists(site)
        auditor = _token_of_an_auditor(engine, provider)
        with _serving(site, "ours") as port:
            _single(site, port, "/v1/audits/{id}", TOKEN)
            _single(site, port, "/v1/me", auditor)


@dataclass(frozen=True, slots=True)
class Site:
    """What the servers are told of: the database, and who vouches for people."""

    engine: Engine
    url: str
    issuer: str


def _token_of_an_auditor(engine: Engine, provider: PretendProvider) -> str:
    """Of the one who has most to do."""
    with engine.begin() as connection:
        connection.execute(text(MAKE_ACCOUNT), {"issuer": provider.issuer, "subject": f"{TENANT}/{AUDITOR}"})
    return signed(provider.claims(time.time(), oid=AUDITOR, roles=["Audit.Auditor"]))


def _lists(site: Site) -> None:
    servers = ("bare", "usual", "ours")
    found: dict[str, list[Answered]] = {name: [] for name in servers}
    with _serving(site, "bare") as bare, _serving(site, "usual") as usual, _serving(site, "ours") as product:
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
def _serving(site: Site, name: str) -> Iterator[int]:
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.api_servers", name, str(port), site.url, site.issuer]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.1)
        else:
            return


def _single(site: Site, port: int, path: str, token: str) -> None:
    """One answer after the other over HTTP, beside its statements sent by the driver in this process."""
    with site.engine.connect() as connection:
        audit_id = connection.execute(text("SELECT id FROM audits WHERE origin = 'drawn' LIMIT 1")).scalar_one()
    asked = path.format(id=audit_id)
    statements = _statements(site, asked, token)
    request = get(asked, token)
    with psycopg_connection(site.engine) as connection:
        contestants = [
            Contestant(PLAIN, partial(_replay, connection, statements), amount=SINGLE),
            Contestant(f"GET {path}", partial(_ask_one_by_one, port, request), amount=SINGLE),
        ]
        found = medians(contestants)
    print(table(f"GET {path}: {len(statements)} statements", found, PLAIN))


def _ask_one_by_one(port: int, request: bytes) -> None:
    asyncio.run(ask(port, request, times=SINGLE, connections=1))


def _statements(site: Site, path: str, token: str) -> Sequence[tuple[str, Any]]:
    """What the request sends to the database, asked a second time so that nothing of a first one is in it."""
    application = ours(site.url, site.issuer)
    engine = application.state.installation.sessions.kw["bind"]
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        sent.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    bearer = {"Authorization": f"Bearer {token}"}
    with TestClient(application, base_url="http://127.0.0.1:8000", headers=bearer) as client:
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
