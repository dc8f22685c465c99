"""Opening a cycle end to end, beside the SQL writes alone, for a council, ten of them and thirty.

Opening reads the caseload, freezes and hashes the frame, draws, assigns, explains every case, and commits audits,
deadlines and notices in one transaction. The writes alone are the same rows, finished beforehand, sent by COPY in one
transaction. The target is at most three times the writes, growing with the council and no faster.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import partial

import psycopg
from sqlalchemy import Engine, text

from benchmarks.databases import database, psycopg_connection
from benchmarks.side_by_side import Contestant, medians, table
from db.session import make_sessions
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.audit_cycles import open_cycle
from usecases.work import Work

SIZES = (1, 10, 30)
POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
ALONE = "the SQL writes alone"
OPENS_ON = date(2026, 10, 1)
# What an opening writes, in the order in which the rows refer to each other.
WRITTEN = (
    *("audit_reference_numbers", "audit_cycles", "sampling_frames", "draws", "draw_case_outcomes"),
    *("audits", "deadlines", "notices", "trail_heads", "trail_entries"),
)
# Records refuse to be emptied between two rounds while their guards are on.
GUARDED = ("sampling_frames", "draws", "draw_case_outcomes", "trail_heads", "trail_entries")

# One council: 10 teams in seven services, 150 practitioners, 2,500 cases, 70 auditors, a year of past audits.
MAKE_COUNCIL = """
INSERT INTO services (id, name) SELECT unnest(ARRAY['mash', 'home_first', 'care_management', 'review', 'send', 'nelft',
    'community_learning_disability', 'quality_assurance', 'care_and_support']), 'Service';
INSERT INTO teams (reference, name, service_id)
SELECT 'T' || n, 'Team ' || n, (ARRAY['mash', 'home_first', 'care_management', 'review', 'send', 'nelft',
    'community_learning_disability'])[1 + n % 7] FROM generate_series(1, 10 * {times}) n;
INSERT INTO people (reference, name, email, started_on)
SELECT 'W' || n, 'Person ' || n, 'w' || n || '@council.example', date '2020-01-06' + n % 1500
FROM generate_series(1, 220 * {times}) n;
INSERT INTO team_memberships (person_id, team_id)
SELECT people.id, teams.id FROM people JOIN teams
ON teams.reference = 'T' || (1 + substr(people.reference, 2)::int % (10 * {times}))
WHERE substr(people.reference, 2)::int <= 150 * {times};
INSERT INTO auditor_appointments (person_id, service_id, roles, capacity)
SELECT id, (ARRAY['quality_assurance', 'home_first', 'care_and_support', 'review', 'send'])[1 + n % 5],
    CASE n % 3 WHEN 0 THEN ARRAY['manager'] WHEN 1 THEN ARRAY['senior_manager'] ELSE ARRAY[]::text[] END, 1
FROM (SELECT id, substr(reference, 2)::int AS n FROM people) AS person WHERE n > 150 * {times};
INSERT INTO posts (role, person_id, team_id)
SELECT 'team_manager', people.id, teams.id FROM teams JOIN people
ON people.reference = 'W' || (150 * {times} + substr(teams.reference, 2)::int);
INSERT INTO posts (role, person_id, service_id)
SELECT role, (SELECT id FROM people WHERE reference = 'W' || (150 * {times} + 11)), services.id
FROM services CROSS JOIN unnest(ARRAY['head_of_service', 'assistant_director']) AS role;
INSERT INTO posts (role, person_id)
SELECT role, (SELECT id FROM people WHERE reference = 'W' || (150 * {times} + 12))
FROM unnest(ARRAY['audit_team', 'audit_manager', 'director']) AS role;
INSERT INTO caseload_imports (kind, state, file_name, sha256, encoding, date_form, extracted_on, imported_at,
    imported_by, rows_read, rows_loaded, rows_refused, rows_passed_over, summary)
VALUES ('involvements', 'loaded', 'x.csv', '', 'utf-8', 'uk', '2026-09-30', '2026-09-30', 'x', 0, 0, 0, 0, '{{}}');
INSERT INTO involvements (case_reference, person_id, team_id, allocated_on, involvement_began_on, is_restricted,
    last_import_id)
SELECT 'C' || n, people.id, membership.team_id, date '2026-09-01' - n % 600, date '2026-08-01' - n % 600, n % 50 = 0,
    (SELECT id FROM caseload_imports)
FROM generate_series(1, 2500 * {times}) n
JOIN people ON people.reference = 'W' || (1 + n % (150 * {times}))
JOIN team_memberships AS membership ON membership.person_id = people.id;
INSERT INTO audits (reference, origin, kind, state, month, case_reference, practitioner_id, team_id, service_id,
    auditor_id, allocated_on, window_from, window_to, report_due_on, issued_on, overall_grade, sequence, reasons)
SELECT 'OLD-' || n, 'recorded', 'ordinary', CASE WHEN n % 12 = 0 THEN 'issued' ELSE 'closed' END, month,
    'C' || (n - 1), people.id, teams.id, teams.service_id, auditor.id, month, month, month, month, month + 27,
    CASE WHEN n % 12 = 0 THEN 'inadequate' ELSE 'good' END, 0, '[]'
FROM (SELECT n, (date '2026-08-01' - make_interval(months => 1 + n % 11))::date AS month
    FROM generate_series(1, 140 * {times}) n) AS past
JOIN people ON people.reference = 'W' || n
JOIN people AS auditor ON auditor.reference = 'W' || (150 * {times} + 1 + n % (70 * {times}))
JOIN team_memberships AS membership ON membership.person_id = people.id
JOIN teams ON teams.id = membership.team_id;
"""


def main() -> None:
    """Prints one table a size."""
    for times in SIZES:
        with database() as engine:
            _make_council(engine, times)
            counts = _open(engine)
            rows = _rows_written(engine)
            _empty(engine)
            found = medians(
                [
                    Contestant(ALONE, partial(_write, engine, rows)),
                    Contestant("-", partial(_empty, engine)),
                    Contestant("open a cycle", partial(_open, engine)),
                    Contestant("- again", partial(_empty, engine)),
                ]
            )
            shown = {name: seconds for name, seconds in found.items() if not name.startswith("-")}
            print(table(f"Open a cycle, council × {times}", shown, ALONE, {"open a cycle": counts}))


def _make_council(engine: Engine, times: int) -> None:
    with engine.begin() as connection:
        for name in GUARDED:
            connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        connection.execute(text(MAKE_COUNCIL.format(times=times).replace(":", "\\:")))
    _vacuum(engine)


def _open(engine: Engine) -> str:
    now = datetime(OPENS_ON.year, OPENS_ON.month, OPENS_ON.day, 9, tzinfo=UTC)
    with make_sessions(engine).begin() as session:
        work = Work(session, now, CALENDAR, POLICY, "benchmark")
        opened = open_cycle(work, "2026-10")
        return f"{opened.drawn.result['size_drawn']} new audits"


def _rows_written(engine: Engine) -> dict[str, bytes]:
    """The rows of each table, as COPY wants them."""
    with psycopg_connection(engine) as connection:
        return {name: b"".join(_copied(connection, name)) for name in WRITTEN}


def _copied(connection: psycopg.Connection, name: str) -> Iterator[bytes]:
    kept = " WHERE origin = 'drawn'" if name == "audits" else ""
    with connection.cursor() as cursor, cursor.copy(f"COPY (SELECT * FROM {name}{kept}) TO STDOUT") as stream:
        yield from map(bytes, stream)


def _write(engine: Engine, rows: dict[str, bytes]) -> None:
    with psycopg_connection(engine) as connection, connection.cursor() as cursor:
        for name, content in rows.items():
            with cursor.copy(f"COPY {name} FROM STDIN") as stream:
                stream.write(content)


def _empty(engine: Engine) -> None:
    """As before the opening, so that neither side finds what the other left."""
    with engine.begin() as connection:
        for name in reversed(WRITTEN):
            kept = " WHERE origin = 'drawn'" if name == "audits" else ""
            connection.execute(text(f"DELETE FROM {name}{kept}"))
    _vacuum(engine)


def _vacuum(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


if __name__ == "__main__":
    main()
