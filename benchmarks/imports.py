"""Importing 100,000 involvements, one in a hundred dirty, beside COPY of the same rows alone.

The import reads the file, judges every row against people, teams and each other, keeps the errors and merges the rest
into what is known. It is measured into an empty table; a week later, when one row in a hundred is another; and once
more when nothing is. COPY is measured into a bare table, and into one like `involvements` (the same keys, references
and indexes: what any loader must pay). The target is at most 6 times the COPY, with memory that does not grow with the
file: the last lines tell the peak of a process of its own.
"""

import io
import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from benchmarks.databases import database, psycopg_connection
from benchmarks.side_by_side import LEAST_ROUNDS, table
from db.session import make_engine
from integrations.case_system.csv_extracts import read_extract
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.caseload_imports import import_extract
from usecases.extract_ports import DateForm, ExtractKind
from usecases.import_reports import ImportReport
from usecases.work import Work

ROWS = 100_000
WORKERS, TEAMS = 4_000, 40
ONE_DIRTY_IN = 100
MANY_ROWS = 1_000_000
ONE_CHANGED_IN = 100
EXTRACTED_ON, A_WEEK_LATER = date(2026, 9, 30), date(2026, 10, 7)
NOW = datetime(2026, 10, 8, 8, tzinfo=UTC)
POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)

HEADER = (
    "person_id,worker_id,worker_email,worker_name,role_code,team_id,team_name,start_date,end_date,restricted,"
    "involvement_id,extracted_at\r\n"
)
DIRT: tuple[Callable[[list[str]], None], ...] = (
    lambda row: row.__setitem__(1, "999999"),  # a worker nobody knows
    lambda row: row.__setitem__(1, "-1"),  # no worker
    lambda row: row.__setitem__(7, "31/02/2026"),  # a day that does not exist
    lambda row: row.__setitem__(8, "01/01/2001"),  # ends before it begins
    lambda row: row.__setitem__(5, "NOWHERE"),  # a team nobody knows
    lambda row: row.__setitem__(0, ""),  # no case
    lambda row: row.__setitem__(0, "SYN-000000"),  # a case with two workers
)
MAKE_PEOPLE = f"""
INSERT INTO services (id, name) VALUES ('mash', 'MASH');
INSERT INTO teams (reference, name, service_id) SELECT 'SYN-T' || n, 'Team', 'mash' FROM generate_series(1, {TEAMS}) n;
INSERT INTO people (reference, name) SELECT (990000 + n)::text, 'Worker' FROM generate_series(1, {WORKERS}) n;
INSERT INTO team_memberships (person_id, team_id)
SELECT people.id, teams.id FROM people
JOIN teams ON teams.reference = 'SYN-T' || (people.reference::integer % {TEAMS} + 1);
ANALYZE;
"""
TWIN = "CREATE TABLE twin (LIKE involvements INCLUDING ALL); ALTER TABLE twin {references}"
REFERENCES = ", ".join(
    f"ADD FOREIGN KEY ({column}) REFERENCES {target}"
    for column, target in (("person_id", "people"), ("team_id", "teams"), ("gone_import_id", "caseload_imports"))
)
COLUMNS = (
    "case_reference, person_id, team_id, allocated_on, involvement_began_on, ended_on, is_restricted, last_import_id"
)


def main() -> None:
    """Print times and ratios, then what the import needs of memory for three sizes of file."""
    with database() as engine, tempfile.TemporaryDirectory() as folder:
        files = Files(*(Path(folder) / f"{name}.csv" for name in ("first", "same", "changed")))
        write_extract(files.first, ROWS, EXTRACTED_ON)
        write_extract(files.same, ROWS, A_WEEK_LATER)
        write_extract(files.changed, ROWS, A_WEEK_LATER, one_moved_in=ONE_CHANGED_IN)
        print(table(f"Import {ROWS:,} involvements, 1 % dirty", measured(engine, files), "COPY, bare table"))
        for rows in (ROWS, 3 * ROWS, MANY_ROWS):
            write_extract(files.first, rows, EXTRACTED_ON)
            megabytes, seconds = needs_of(engine, files.first)
            size = files.first.stat().st_size / 1_000_000
            print(f"  {rows:>9,} rows ({size:.0f} MB): at most {megabytes:.0f} MB of memory, {seconds:.1f} s")


@dataclass(frozen=True, slots=True)
class Files:
    """An extract, the same a week later, and one of that day in which one row in a hundred is another."""

    first: Path
    same: Path
    changed: Path


def measured(engine: Engine, files: Files) -> Mapping[str, float]:
    """The median seconds of each, alternated, each from the same state."""
    taken: dict[str, list[float]] = {}
    with engine.begin() as connection:
        connection.execute(text(MAKE_PEOPLE))
    finished = rows_as_saved(engine, files.first)
    for round_number in range(LEAST_ROUNDS + 1):
        for name, seconds in one_round(engine, files, finished):
            if round_number:
                taken.setdefault(name, []).append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def one_round(engine: Engine, files: Files, finished: bytes) -> Iterator[tuple[str, float]]:
    empty(engine)
    yield "COPY, bare table", seconds_of(lambda: copy(engine, "bare", finished))
    yield "COPY, same keys and indexes", seconds_of(lambda: copy(engine, "twin", finished))
    yield "import, all new", seconds_of(lambda: load(engine, files.first))
    yield "import a week later, 1 % changed", seconds_of(lambda: load(engine, files.changed))
    yield "import a week later, none changed", seconds_of(lambda: load(engine, files.changed, other_bytes=True))


def load(engine: Engine, extract: Path, *, other_bytes: bool = False) -> ImportReport:
    """Import the file; with a blank line more it is another file that says the same."""
    if other_bytes:
        with extract.open("ab") as more:
            more.write(b"\r\n")
    with extract.open("rb") as content, Session(engine) as session:
        report = import_extract(
            Work(session, NOW, CALENDAR, POLICY, "benchmark"),
            read_extract=read_extract,
            kind=ExtractKind.INVOLVEMENTS,
            file_name=extract.name,
            content=content,
            date_form=DateForm.UK,
        )
        session.commit()
    return report


def rows_as_saved(engine: Engine, extract: Path) -> bytes:
    """What the import saves of the file, as COPY writes it, and tables for COPY to fill with it."""
    report = load(engine, extract)
    print(f"  {report.sentence}")
    rows = io.BytesIO()
    with psycopg_connection(engine) as connection:
        connection.execute(TWIN.format(references=REFERENCES))
        connection.execute("CREATE TABLE bare AS SELECT * FROM involvements WITH NO DATA")
        with connection.cursor().copy(f"COPY (SELECT {COLUMNS} FROM involvements) TO STDOUT") as out:
            for piece in out:
                rows.write(piece)
    return rows.getvalue()


def copy(engine: Engine, target: str, rows: bytes) -> None:
    with (
        psycopg_connection(engine) as connection,
        connection.cursor().copy(f"COPY {target} ({COLUMNS}) FROM STDIN") as to,
    ):
        to.write(rows)


def empty(engine: Engine) -> None:
    """Every round begins without rows; the first import stays on record, because the rows to COPY refer to it."""
    with psycopg_connection(engine) as connection:
        connection.execute("TRUNCATE involvements, twin, bare, import_row_errors")
        connection.execute("UPDATE caseload_imports SET state = 'refused'")


def seconds_of(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def needs_of(engine: Engine, extract: Path) -> tuple[float, float]:
    """The most memory, in MB, that a process of its own ever held while it imported the file; and the seconds."""
    empty(engine)
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    url = engine.url.render_as_string(hide_password=False)
    process = context.Process(target=load_and_tell_needs, args=(url, extract, theirs))
    process.start()
    kibibytes, seconds = ours.recv()
    process.join()
    return kibibytes / 1024, seconds


def load_and_tell_needs(url: str, extract: Path, tell: Connection) -> None:
    """Runs in a process of its own, whose peak is nobody else's."""
    engine = make_engine(url, name="benchmark")
    seconds = seconds_of(lambda: load(engine, extract))
    engine.dispose()
    tell.send((peak_kibibytes(), seconds))


def peak_kibibytes() -> int:
    """Linux tells the peak of this program alone; what getrusage tells begins with that of whoever started it."""
    own = Path("/proc/self/status")
    if own.exists():
        line = next(line for line in own.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def write_extract(path: Path, rows: int, on: date, one_moved_in: int | None = None) -> None:
    """As a case system writes it, the same each time; one row in so many began on another day."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for number in range(rows):
            row = row_of(number, on)
            if one_moved_in and number % one_moved_in == 0:
                row[7] = "29/01/2025"
            if number % ONE_DIRTY_IN == 1:
                DIRT[number // ONE_DIRTY_IN % len(DIRT)](row)
            file.write(",".join(row) + "\r\n")


def row_of(number: int, on: date) -> list[str]:
    worker = 990_001 + number % WORKERS
    team = worker % TEAMS + 1
    start = f"{number % 28 + 1:02}/{number % 9 + 1:02}/2025"
    staff = [
        str(worker),
        f"worker.{worker}@council.example",
        f"Worker {worker}",
        "ALLWKR",
        f"SYN-T{team}",
        f"Team {team}",
    ]
    return [f"SYN-{number:06}", *staff, start, "", "N", f"SYN-I{number:06}", f"{on:%d/%m/%Y} 06:00:00"]


if __name__ == "__main__":
    main()
