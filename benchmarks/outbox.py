"""Delivering 10,000 notices to a mail server on this machine, beside a bare smtplib loop on one connection.

The bare loop sends finished bytes and keeps no record of it. The product puts each notice into a message, leases it,
writes its letter in plain text and HTML with a calendar entry, sends it, and saves that it was sent, with the trail.
The target is at most 1.5 times the loop. Two connections share the work, so that letters are written while the server
answers: on a machine whose cores are busy with other things the ratio is worse.
Each round delivers a fifth of the notices, so that the two can be alternated often enough.
"""

import multiprocessing
import smtplib
import socket
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

from aiosmtpd.controller import Controller
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.databases import database
from benchmarks.side_by_side import LEAST_ROUNDS, table
from clock import Clock
from db.queries import outbox
from db.session import make_sessions
from integrations.mail.messages import message_of
from integrations.mail.smtp import SmtpMail, SmtpServer
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.delivery_results import Pace
from usecases.letters import Letterhead, letter_for
from usecases.message_forming import form_due
from usecases.outbox import deliver_due
from usecases.sending_hours import SendingHours

NOTICES = 2_000
SENDER = "practice.audit@council.example"
LETTERHEAD = Letterhead(SENDER, "https://audit.council.example")
POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)

# Every person is the practitioner of one audit, and every tenth an auditor of another one as well.
MAKE_NOTICES = """
INSERT INTO audit_cycles
    (month, kind, state, edition_id, edition_version, opens_on, report_due_on, closes_on, shortfalls, warnings)
VALUES
    ('2026-10', 'ordinary', 'open', 'invented', '1', '2026-10-01', '2026-10-29', '2026-10-30', '[]', '[]');
INSERT INTO people (reference, name, email)
SELECT 'W' || n, 'Person ' || n, 'person' || n || '@council.example' FROM generate_series(1, {count}) n;
INSERT INTO notices
    (idempotency_key, event, recipient_id, address, cycle_id, state, created_at, next_attempt_at, content)
SELECT 'allocation:2026-10:' || id, 'allocation', id, email, (SELECT id FROM audit_cycles), 'pending', now(), now(),
    jsonb_build_object(
        'cycle', '2026-10', 'meeting_due_on', '2026-10-29', 'report_due_on', '2026-10-29', 'closes_on', '2026-10-30',
        'standing_in', '[]'::jsonb, 'vacancies', '[]'::jsonb, 'passed_on_by', NULL,
        'documents', jsonb_build_array(
            jsonb_build_object('title', 'Audit tool', 'name', 'audit-tool'),
            jsonb_build_object('title', 'Grading criteria', 'name', 'grading-criteria'),
            jsonb_build_object('title', 'Guidance', 'name', 'guidance')),
        'sections', jsonb_build_array(jsonb_build_object(
            'as', CASE WHEN right(reference, 1) = '0' THEN 'auditor' ELSE 'practitioner' END, 'stands_in', false,
            'teams', '[]'::jsonb,
            'audits', jsonb_build_array(
                jsonb_build_object('id', id, 'reference', 'PA-2026-' || substr(reference, 2), 'team', 'CART')))))
FROM people
"""
OWE_AGAIN = (
    "UPDATE notices SET state = 'pending', in_message = NULL, next_attempt_at = now() - interval '1 s'",
    "DELETE FROM messages",
)


@dataclass(frozen=True, slots=True)
class Means:
    """What sending works with."""

    sessions: sessionmaker[Session]
    clock: Clock
    mail: SmtpMail
    letterhead: Letterhead = LETTERHEAD
    policy: Policy = POLICY
    calendar: WorkingDayCalendar = CALENDAR


class Counting:
    """The mail server's end: takes everything."""

    async def handle_DATA(self, *_: object) -> str:  # noqa: N802  (aiosmtpd finds it by this name)
        return "250 OK"


def serve(ready: Connection) -> None:
    """Runs the sink until the other end of the pipe is closed."""
    controller = Controller(Counting(), hostname="127.0.0.1", port=0)
    controller.port = _free_port()
    controller.start()
    ready.send(controller.port)
    try:
        ready.recv()
    except EOFError:
        controller.stop()


@contextmanager
def sink() -> Iterator[int]:
    """A mail server in a process of its own, as in life; answers its port."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    theirs.close()
    try:
        yield ours.recv()
    finally:
        ours.close()
        process.join(5)


@contextmanager
def owed(count: int) -> Iterator[Engine]:
    """A database, durable as in production, with so many notices to send."""
    with database() as engine:
        with engine.begin() as connection:
            for statement in MAKE_NOTICES.format(count=count).split(";\n"):
                connection.execute(text(statement))
        yield engine


def finished_messages(sessions: sessionmaker[Session], count: int) -> list[tuple[str, bytes]]:
    """What the product would send, as address and bytes."""
    now = Clock().now()
    form_due(sessions, SendingHours.of_policy(POLICY, CALENDAR), now)
    with sessions() as session:
        due = outbox.lease_due(session, now, now, count)
        return [(message.address, message_of(letter_for(message, LETTERHEAD, now))) for message in due]


def main() -> None:
    """Prints the medians and their ratio."""
    count = NOTICES
    with owed(count) as engine, sink() as port:
        sessions = make_sessions(engine)
        messages = finished_messages(sessions, count)
        assert len(messages) == count
        server = SmtpServer("127.0.0.1", port, starttls=False)
        means = Means(sessions, Clock(), SmtpMail(server))

        def loop() -> None:
            with smtplib.SMTP("127.0.0.1", port) as connection:
                for address, content in messages:
                    connection.sendmail(SENDER, [address], content)

        def deliver() -> None:
            done = deliver_due(means, Pace(at_most=Pace().lease))
            assert done.sent == count, done

        def owe_again() -> None:
            with engine.begin() as connection:
                for statement in OWE_AGAIN:
                    connection.execute(text(statement))
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE notices, messages"))

        taken = alternated({"bare smtplib loop": loop, "outbox": deliver}, before_each=owe_again)
    found = {name: statistics.median(seconds) / count for name, seconds in taken.items()}
    print(table(f"Delivering {count:,} notices over SMTP, one each", found, beside="bare smtplib loop"))


def alternated(
    contestants: dict[str, Callable[[], None]], before_each: Callable[[], None], rounds: int = LEAST_ROUNDS
) -> dict[str, list[float]]:
    """Seconds of each round, after one that does not count; what is done before each is not timed."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, run in contestants.items():
            before_each()
            started = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - started)
    return taken


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
