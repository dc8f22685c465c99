"""PostgreSQL is stopped in immediate mode under load, and comes again (TARGETS, fault 4)."""

import os
import signal
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest

from tests.cli.running import RunningService, running

SHORT, LONG = 2, 30
WRITERS, READERS = 3, 2
SECONDS_OF_LOAD = 0.7
PATIENCE = 60  # of the test, on a busy machine
SECONDS_BETWEEN_TRIES = 0.1  # of a client that was told to come back; it is asked for 2


@dataclass
class Load:
    """What the clients of a service asked for and heard."""

    statuses: Counter[int] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    broken_off: int = 0
    without_retry_after: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    answered_at: float = 0.0  # the last answer that needed the database

    def heard(self, answer: httpx2.Response) -> bool:
        self.statuses[answer.status_code] += 1
        if answer.is_success:
            self.answered_at = time.monotonic()
            return True
        self.codes[answer.json()["code"]] += 1
        self.without_retry_after += "retry-after" not in answer.headers
        return False


@pytest.fixture
def service(data: Path) -> Iterator[RunningService]:
    with running(data, "--today", "2026-12-31") as started:
        words = threading.Thread(target=started.process.stdout.read, daemon=True)  # type: ignore[union-attr]
        words.start()
        yield started


@pytest.mark.parametrize("stops", [SHORT, pytest.param(LONG, marks=pytest.mark.slow)])
def test_requests_hear_503_and_the_service_goes_on_by_itself_with_nothing_lost(
    stops: int, service: RunningService
) -> None:
    load, seconds = Load(), []
    with ThreadPoolExecutor(WRITERS + READERS) as clients:
        sent = [clients.submit(_write, service, load, number) for number in range(WRITERS)]
        sent += [clients.submit(_read, service, load) for _ in range(READERS)]
        try:
            for _ in range(stops):
                time.sleep(SECONDS_OF_LOAD)
                seconds.append(_stop_and_wait(service, load))
        finally:
            time.sleep(SECONDS_OF_LOAD)
            load.ended.set()
        for client in sent:
            client.result()

    there = Counter(_references(service))
    lost = set(load.acknowledged) - set(there)
    doubled = [reference for reference, times in there.items() if times > 1]
    print(
        f"{stops} stops: {load.statuses.total()} requests, answered {dict(load.statuses)} {dict(load.codes)}; "
        f"{len(load.acknowledged)} acknowledged, {len(lost)} lost, {len(doubled)} doubled, "
        f"{load.broken_off} broken off; again after {min(seconds):.1f} to {max(seconds):.1f} s"
    )
    assert set(load.statuses) == {200, 201, 503}
    assert set(load.codes) == {"database_away"}
    assert (len(lost), len(doubled), load.broken_off, load.without_retry_after) == (0, 0, 0, 0)
    assert set(there) == set(load.acknowledged)  # every client repeated what had failed until it was told
    assert service.get("/readyz").status_code == 200


def _stop_and_wait(service: RunningService, load: Load) -> float:
    """Seconds from the stop until a request that needs the database is answered again."""
    server = int((service.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    away = load.statuses[503]
    stopped_at = time.monotonic()
    os.kill(server, signal.SIGQUIT)  # what `pg_ctl stop --mode immediate` sends
    while load.statuses[503] == away or load.answered_at < stopped_at or _is_away(service):
        assert time.monotonic() < stopped_at + PATIENCE, f"not back after {PATIENCE} s"
        time.sleep(0.02)
    return time.monotonic() - stopped_at


def _is_away(service: RunningService) -> bool:
    return service.get("/v1/people?limit=1").status_code != 200


def _write(service: RunningService, load: Load, number: int) -> None:
    """Add people, one after the other; each is asked for with one key until it is acknowledged."""
    token = (service.data / "token").read_text()
    with httpx2.Client(base_url=service.address, trust_env=False, timeout=30) as client:
        added = 0
        while not load.ended.is_set():
            added += 1
            reference = f"w{number}-{added}"
            headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
            body = {"reference": reference, "name": "Made Up"}
            while not _sent(client, load, headers, body):
                time.sleep(SECONDS_BETWEEN_TRIES)
            load.acknowledged.append(reference)


def _sent(client: httpx2.Client, load: Load, headers: dict[str, str], body: dict[str, str]) -> bool:
    try:
        return load.heard(client.post("/v1/people", json=body, headers=headers))
    except httpx2.TransportError:
        load.broken_off += 1
        return False


def _read(service: RunningService, load: Load) -> None:
    while not load.ended.is_set():
        if not load.heard(service.get("/v1/people?limit=5")):
            time.sleep(SECONDS_BETWEEN_TRIES)


def _references(service: RunningService) -> Iterator[str]:
    path = "/v1/people?limit=200"
    while path:
        page = service.get(path).json()
        yield from (person["reference"] for person in page["items"])
        path = page["next"] and f"/v1/people?limit=200&cursor={page['next']}"
