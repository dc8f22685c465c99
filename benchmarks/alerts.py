"""A safety alert from the request to the mail server's hand, with the server healthy and after a minute of outage.

The API runs in a process of its own, a scheduler beside it, and a mail server that notes when it took which message.
An alert is handed over when the last of those who are told has their message with the server: the clock starts when the
request is sent. During the outage nothing listens on the mail server's port; what is measured then is how long an
answer takes meanwhile, and how long after its return the last message was handed over.
"""

import math
import multiprocessing
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.api_servers import TOKEN
from benchmarks.databases import database
from benchmarks.outbox import _free_port as free_port
from clock import Clock
from db.session import make_engine, make_sessions
from logs import write_logs
from rules.policy.load import load_edition
from scheduler import main as scheduler
from settings import Settings
from tests.usecases.council import found

ALERTS = 200
OUTAGE_SECONDS = 60.0
DURING_OUTAGE = 20
STAFF = 300
_TOLD = 3  # the team manager and the two of the audit team; the raiser here is nobody with an address
_LONGEST_WAIT = 180.0
_OTHER_STAFF = "INSERT INTO people (reference, name) SELECT 'X' || n, 'X' FROM generate_series(1, :count) n"
_NO_PROVIDER = "https://login.benchmark.invalid"


class Taking:
    """The mail server's end: takes everything, and notes when."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.came = threading.Condition()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        now = time.perf_counter()
        subject = str(message_from_bytes(envelope.original_content)["Subject"])
        reference = next(word.rstrip(":") for word in subject.split() if word.startswith("SA-"))
        with self.came:
            self.taken[reference].append(now)
            self.came.notify_all()
        return "250 OK"

    def handed_over_at(self, reference: str) -> float:
        """When the last of the alert's messages was taken."""
        with self.came:
            is_there = self.came.wait_for(lambda: len(self.taken[reference]) >= _TOLD, _LONGEST_WAIT)
            assert is_there, f"{reference}: {len(self.taken[reference])} of {_TOLD} messages were handed over"
            return max(self.taken[reference])


def main() -> None:
    """Prints median and 99th percentile, and what became of alerts during the outage."""
    port = free_port()
    with database() as engine, service(engine, port) as client:
        _while_healthy(client, port)
        _after_an_outage(client, port)


def _while_healthy(client: httpx.Client, port: int) -> None:
    with mail_server(port) as taking:
        _raised_and_handed_over(client, taking)  # the first of a process, which does not count
        taken = [_raised_and_handed_over(client, taking) for _ in range(ALERTS)]
    print(f"{ALERTS} safety alerts, {_TOLD} messages each, mail server healthy")
    print(_line("request to answer", [answered for answered, _ in taken]))
    print(_line("request to SMTP hand-over", [handed_over for _, handed_over in taken]))


def _after_an_outage(client: httpx.Client, port: int) -> None:
    began, raised, answers = time.perf_counter(), [], []
    for number in range(DURING_OUTAGE):
        time.sleep(max(0.0, began + number * OUTAGE_SECONDS / DURING_OUTAGE - time.perf_counter()))
        sent_at = time.perf_counter()
        raised.append(raise_one(client))
        answers.append(time.perf_counter() - sent_at)
    time.sleep(max(0.0, began + OUTAGE_SECONDS - time.perf_counter()))
    with mail_server(port) as taking:
        back_at = time.perf_counter()
        waits = [taking.handed_over_at(reference) - back_at for reference in raised]
    print(f"{DURING_OUTAGE} safety alerts during an outage of {OUTAGE_SECONDS:.0f} s")
    print(_line("request to answer meanwhile", answers))
    print(_line("return of the server to SMTP hand-over", waits))


def _raised_and_handed_over(client: httpx.Client, taking: Taking) -> tuple[float, float]:
    sent_at = time.perf_counter()
    reference = raise_one(client)
    answered_at = time.perf_counter()
    return answered_at - sent_at, taking.handed_over_at(reference) - sent_at


def raise_one(client: httpx.Client) -> str:
    """Raises one; its reference."""
    asked = {"concern": "Alone, and no heating.", "case_reference": "C-1", "team": "T1"}
    answer = client.post("/v1/safety-alerts", json=asked)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["reference"])


def _line(what: str, seconds: list[float]) -> str:
    p99 = sorted(seconds)[math.ceil(len(seconds) * 0.99) - 1]
    figures = {"median": statistics.median(seconds), "p99": p99, "most": max(seconds)}
    return f"  {what:<40}" + "".join(f" {name} {figure * 1000:8,.0f} ms  " for name, figure in figures.items())


@contextmanager
def mail_server(port: int) -> Iterator[Taking]:
    """A mail server on that port of loopback."""
    taking = Taking()
    controller = Controller(taking, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield taking
    finally:
        controller.stop()


def tick(url: str, mail_port: int) -> None:
    """The scheduler, until its process is ended."""
    write_logs("json", "critical")
    settings = Settings(local_mode=True, mail="smtp", smtp_host="127.0.0.1", smtp_port=mail_port, smtp_starttls=False)
    scheduler.start(settings, Clock(), make_sessions(make_engine(url, name="benchmark")), load_edition())
    threading.Event().wait()


@contextmanager
def service(engine: Engine, mail_port: int) -> Iterator[httpx.Client]:
    """A council's API in a process of its own, and its scheduler, which both send to that port."""
    with Session(engine) as session, session.begin():
        found(session)
        session.execute(
            text("INSERT INTO people (reference, name) SELECT 'X' || n, 'X' FROM generate_series(1, :n) n"),
            {"n": STAFF},
        )
    mail = {
        "AUDIT_MAIL": "smtp",
        "AUDIT_SMTP_HOST": "127.0.0.1",
        "AUDIT_SMTP_PORT": str(mail_port),
        "AUDIT_SMTP_STARTTLS": "false",
    }
    port, url = free_port(), engine.url.render_as_string(hide_password=False)
    words = [sys.executable, "-m", "benchmarks.api_servers", "ours", str(port), url, _NO_PROVIDER]
    process = subprocess.Popen(words, env={**os.environ, **mail}, stderr=subprocess.DEVNULL)
    ticking = multiprocessing.get_context("spawn").Process(target=tick, args=(url, mail_port), daemon=True)
    ticking.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            _wait_until_it_answers(client)
            yield client
    finally:
        ticking.terminate()
        ticking.join(20)
        process.terminate()
        process.wait(20)


def _wait_until_it_answers(client: httpx.Client) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            client.get("/healthz")
            return
        time.sleep(0.05)
    raise TimeoutError("the API does not answer")


if __name__ == "__main__":
    main()
