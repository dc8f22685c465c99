"""Sweeping 10,000 due deadlines among a million that run, beside one SQL statement a batch and loops of ORM objects.

All contestants do the same: each due deadline gets a crossing, one notice to whoever owes it, and the day of its next
look, and is taken with SKIP LOCKED and committed. The SQL statement knows all beforehand: whom, when and what. The
product asks the rules of each, resolves who is told on the day, and skips what was said before.
The target is at most 1.5 times the statement, flat in the number of deadlines that run, and none twice by two sweepers.
"""

import statistics
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.databases import database
from benchmarks.outbox import alternated
from benchmarks.side_by_side import table
from db.session import make_sessions
from db.tables.deadlines import Deadline, DeadlineCrossing
from db.tables.notices import Notice
from db.tables.organisation import Person
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from usecases.sweep import sweep_due

DUE = 10_000
SIZES = (10_000, 1_000_000)  # how many run
FEW = 300  # of the due, for the slow peers
POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
TODAY, DUE_ON, NEXT = date(2026, 10, 26), date(2026, 10, 29), date(2026, 10, 28)
NOW = datetime(2026, 10, 26, 9, tzinfo=UTC)
ALONE = "one SQL statement a batch"
BATCH, SMALL_BATCH = 1_000, 100
OF_ONE_AUDIT, PEOPLE = 10, 2_000

# Whatever the number: ten clocks an audit, two thousand people, each audited in many months.
MAKE = """
INSERT INTO services (id, name) VALUES ('home_first', 'Home First');
INSERT INTO teams (reference, name, service_id) VALUES ('T1', 'CART', 'home_first');
INSERT INTO people (reference, name, email)
SELECT 'W' || n, 'Person ' || n, 'person' || n || '@council.example' FROM generate_series(1, {people}) n;
INSERT INTO audits (reference, origin, kind, state, month, case_reference, practitioner_id, team_id, service_id,
    auditor_id, allocated_on, window_from, window_to, report_due_on, sequence, reasons)
SELECT 'PA-' || n, 'drawn', 'ordinary', 'allocated', (date '1900-01-01' + make_interval(months => n / {people}))::date,
    'C' || n, worker.id, (SELECT id FROM teams), 'home_first', auditor.id, '2026-10-01', '2026-04-01', '2026-09-30',
    '2026-10-29', 0, '[]'
FROM generate_series(0, ({size} - 1) / {of_one}) n
JOIN people worker ON worker.reference = 'W' || (1 + n % {people})
JOIN people auditor ON auditor.reference = 'W' || (1 + (n + 1) % {people});
INSERT INTO deadlines (time_limit, audit_id, owed_by_id, started_on, due_on, rule, clause, sentence, edition_id, state,
    next_look_on)
SELECT 'limit_' || n, audits.id, audits.auditor_id, '2026-10-01', date '2027-01-04' + (n * 37 + audits.nth % 11)::int,
    'L5', '3.7', 'The report is completed in time.', 'invented', 'running', date '2026-12-24' + (audits.nth % 200)::int
FROM (SELECT id, auditor_id, row_number() OVER () AS nth FROM audits) AS audits
CROSS JOIN generate_series(1, {of_one}) n LIMIT {size};
CREATE TABLE due_now AS
SELECT id FROM (SELECT id, row_number() OVER (ORDER BY md5(id::text)) AS place FROM deadlines) AS each
WHERE place <= {due};
CREATE INDEX ON due_now (id);
"""
OWE_AGAIN = (
    "DELETE FROM notices",
    "DELETE FROM deadline_crossings",
    """UPDATE deadlines SET due_on = '2026-10-29', next_look_on = '2026-10-26', state = 'running'
    WHERE id IN (SELECT id FROM due_now)""",
)
# All that the product works out is known here: the crossing, its day, whom it goes to, and what it says.
STATEMENT = text(
    """
WITH taken AS (
    SELECT d.id, d.rule, d.due_on, d.owed_by_id, a.id AS audit_id, a.reference, a.month, a.cycle_id
    FROM deadlines d JOIN audits a ON a.id = d.audit_id
    WHERE d.state IN ('running', 'overdue') AND d.next_look_on <= :today
    ORDER BY d.next_look_on, d.id LIMIT :batch FOR UPDATE OF d SKIP LOCKED
), moved AS (
    UPDATE deadlines d SET next_look_on = :next FROM taken WHERE d.id = taken.id
), crossed AS (
    INSERT INTO deadline_crossings (deadline_id, kind, due_on, crossed_on, crossed_at, rule, clause)
    SELECT id, 'reminder_3', due_on, :today, :now, 'L13', '—' FROM taken
    ON CONFLICT (deadline_id, kind, due_on) DO NOTHING RETURNING id, deadline_id
), told AS (
    INSERT INTO notices (idempotency_key, event, send_window, recipient_id, address, cycle_id, deadline_id, content,
        state, created_at, next_attempt_at)
    SELECT concat('reminder_3:', crossed.id, ':', p.id), 'reminder', 'daily_digest', p.id, p.email, taken.cycle_id,
        taken.id, jsonb_build_object('letter', 'reminder', 'event', 'reminder', 'kind', 'reminder_3',
            'rule', taken.rule, 'due_on', taken.due_on, 'audit_id', taken.audit_id, 'audit', taken.reference,
            'month', taken.month, 'as', 'auditor', 'is_owed', true, 'owed_by_id', taken.owed_by_id,
            'standing_in', '[]'::jsonb, 'passed_on_by', NULL),
        'pending', :now, :now
    FROM crossed JOIN taken ON taken.id = crossed.deadline_id JOIN people p ON p.id = taken.owed_by_id
)
SELECT count(*) FROM taken
"""
)


class HeldClock:
    """Shows one moment."""

    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True, slots=True)
class Means:
    """What sweeping works with."""

    sessions: sessionmaker[Session]
    clock: HeldClock
    policy: Policy = POLICY
    calendar: WorkingDayCalendar = CALENDAR


def main() -> None:
    """Prints one table a size, and what two sweepers at once came to."""
    for size in SIZES:
        with database() as engine:
            make(engine, size)
            found, told = measured(engine)
            print(table(f"Sweep {DUE:,} due of {size:,} that run; one of them", found, ALONE, {"sweep": told}))


def make(engine: Engine, size: int) -> None:
    """A database with so many running deadlines."""
    given = {"people": PEOPLE, "size": size, "of_one": OF_ONE_AUDIT, "due": DUE}
    with engine.begin() as connection:
        for statement in MAKE.format(**given).split(";\n"):
            if statement.strip():
                connection.execute(text(statement.replace("::", "\\:\\:")))


def measured(engine: Engine) -> tuple[dict[str, float], str]:
    """Seconds for one deadline, the median of each contestant; and what two sweepers at once told."""
    sessions = make_sessions(engine)
    means = Means(sessions, HeldClock())
    contestants: dict[str, tuple[Callable[[], None], int]] = {
        ALONE: (lambda: _by_statement(engine), DUE),
        "sweep": (lambda: _by_sweep(means), DUE),
        "ORM, 100 at a time": (lambda: _by_objects(sessions, SMALL_BATCH, FEW), FEW),
        "ORM, one at a time": (lambda: _by_objects(sessions, 1, FEW), FEW),
    }
    taken = alternated({name: run for name, (run, _) in contestants.items()}, before_each=lambda: _owe_again(engine))
    found = {name: statistics.median(seconds) / contestants[name][1] for name, seconds in taken.items()}
    return found, _two_at_once(engine, means)


def _two_at_once(engine: Engine, means: Means) -> str:
    _owe_again(engine)
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(sweep_due, (means, means))
    with engine.connect() as connection:
        notices, duties = connection.execute(text("SELECT count(*), count(DISTINCT deadline_id) FROM notices")).one()
    return f"two at once: {first.reminded:,} + {second.reminded:,}; {notices - duties} twice, {DUE - duties} lost"


def _by_statement(engine: Engine) -> None:
    given = {"today": TODAY, "now": NOW, "next": NEXT, "batch": BATCH}
    taken = BATCH
    while taken == BATCH:
        with engine.begin() as connection:
            taken = connection.scalar(STATEMENT, given) or 0


def _by_sweep(means: Means) -> None:
    swept = sweep_due(means)
    assert swept.reminded == DUE, swept


def _by_objects(sessions: sessionmaker[Session], batch: int, most: int) -> None:
    """As it is usually written: take some, change each, add what follows from it, commit."""
    due = (
        select(Deadline)
        .where(Deadline.state.in_(("running", "overdue")), Deadline.next_look_on <= TODAY)
        .order_by(Deadline.next_look_on, Deadline.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    done = 0
    while done < most:
        with sessions.begin() as session:
            taken = session.scalars(due).all()
            for deadline in taken:
                _tell(session, deadline)
        done += len(taken)


def _tell(session: Session, deadline: Deadline) -> None:
    person = session.get_one(Person, deadline.owed_by_id)
    deadline.next_look_on = NEXT
    session.add(
        DeadlineCrossing(
            deadline_id=deadline.id,
            kind="reminder_3",
            due_on=deadline.due_on,
            crossed_on=TODAY,
            crossed_at=NOW,
            rule="L13",
            clause="—",
        )
    )
    session.add(
        Notice(
            idempotency_key=f"reminder_3:{deadline.id}:{person.id}",
            event="reminder",
            send_window="daily_digest",
            recipient_id=person.id,
            address=person.email,
            deadline_id=deadline.id,
            content={"letter": "reminder", "due_on": str(deadline.due_on), "audit_id": str(deadline.audit_id)},
            state="pending",
            created_at=NOW,
            next_attempt_at=NOW,
        )
    )


def _owe_again(engine: Engine) -> None:
    with engine.begin() as connection:
        for statement in OWE_AGAIN:
            connection.execute(text(statement))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE deadlines, deadline_crossings, notices"))


if __name__ == "__main__":
    main()
