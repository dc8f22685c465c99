"""The temporary tables that an extract's rows wait in until they are judged, and the faults found on the way."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import psycopg
from sqlalchemy import CursorResult, text
from sqlalchemy.orm import Session

_STAGED = {
    "involvements": """
        line integer, case_reference text, worker text, team text, allocated_on date, ended_on date,
        case_began_on date, is_restricted boolean""",
    "workers": """
        line integer, worker text, email text, name text, job_title text, team text, is_primary boolean,
        began_on date, ended_on date, manager_email text""",
    "teams": """
        line integer, team text, name text, service text, employer text, contact_email text, manager_emails text,
        head_of_service_emails text""",
}
_FAULTS = 'line integer, "column" text, value text, code text, detail text'
_PATIENCE = "600s"  # an import of a million rows takes longer than a door's usual statement


class Tally(NamedTuple):
    """How many rows had this code, and the lines of the first few."""

    code: str
    rows: int
    lines: list[int]


class Loading(NamedTuple):
    """The import whose rows are saved, and the one of its kind that counted until now."""

    import_id: UUID
    previous: UUID | None
    extracted_on: date


@dataclass(frozen=True, slots=True)
class RowsOfAKind:
    """How the rows of one kind of extract are judged and saved.

    `judge` fills `judged` with a verdict for each row. `faults` names the verdicts that refuse one, each with the
    extract's column it is about and the field of `judged` that holds the value (`worker_id=worker`); `passed_over`
    those that leave one out. `save` saves the rest and answers what changed; `notes` what was noticed about it.
    """

    faults: Mapping[str, str]
    passed_over: Sequence[str]
    judge: Callable[[Session, date], None]
    save: Callable[[Session, Loading], dict[str, int]]
    notes: Callable[[Session], list[Tally]]


class FoundError(NamedTuple):
    line: int
    column: str | None
    value: str | None
    code: str
    sentence: str


def let_nobody_else_import(session: Session) -> None:
    """One import at a time, and none while a cycle is being drawn; the next one waits until this one is saved."""
    session.execute(text("LOCK TABLE caseload_imports IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(text(f"SET LOCAL statement_timeout = '{_PATIENCE}'"))


def make_staging(session: Session, kind: str) -> None:
    """Empty tables `staged` and `row_faults`, gone with the transaction at the latest."""
    clear_staging(session)
    session.execute(text(f"CREATE TEMPORARY TABLE staged ({_STAGED[kind]}) ON COMMIT DROP"))
    session.execute(text(f"CREATE TEMPORARY TABLE row_faults ({_FAULTS}) ON COMMIT DROP"))


def clear_staging(session: Session) -> None:
    session.execute(text("DROP TABLE IF EXISTS pg_temp.staged, pg_temp.row_faults, pg_temp.judged, pg_temp.facts"))


def stage_rows(session: Session, rows: Iterable[Sequence[object]]) -> None:
    """Stream rows into `staged`, in the order of its columns."""
    _copy(session, "COPY pg_temp.staged FROM STDIN", rows)


def stage_faults(session: Session, faults: Iterable[Sequence[object]]) -> None:
    """Stream faults into `row_faults`: line, column, value, code, detail."""
    _copy(session, "COPY pg_temp.row_faults FROM STDIN", faults)


def staging_is_complete(session: Session) -> None:
    """Let the planner know how many rows there are; nothing else looks at temporary tables."""
    session.execute(text("ANALYZE pg_temp.staged"))


def rows_touched(session: Session, statement: str, parameters: Mapping[str, object] | None = None) -> int:
    """Run a statement that changes rows; answers how many."""
    result = session.execute(text(statement), parameters or {})
    assert isinstance(result, CursorResult)
    return result.rowcount


def move_faults_out(session: Session, columns: Mapping[str, str]) -> None:
    """The rows of `judged` whose verdict is one of these faults become faults, with the column each is about."""
    session.execute(
        text(
            """
            INSERT INTO row_faults
            SELECT judged.line, fault."column", to_jsonb(judged) ->> fault.field, judged.verdict, judged.detail
            FROM judged JOIN unnest(CAST(:codes AS text[]), CAST(:columns AS text[]), CAST(:fields AS text[]))
              AS fault (code, "column", field) ON fault.code = judged.verdict
            """
        ),
        {
            "codes": list(columns),
            "columns": [column.partition("=")[0] for column in columns.values()],
            "fields": [column.partition("=")[2] for column in columns.values()],
        },
    )


def faults_by_code(session: Session) -> list[Tally]:
    """How many rows have which fault, most frequent first."""
    return _tallies(session, "SELECT code, line FROM row_faults")


def verdicts_by_code(session: Session, codes: Iterable[str]) -> list[Tally]:
    """How many rows have which of these verdicts."""
    return _tallies(session, "SELECT verdict, line FROM judged WHERE verdict = ANY (:codes)", codes=list(codes))


def first_errors(session: Session, sentences: Mapping[str, str], most: int) -> list[FoundError]:
    """The errors of the first lines, each with its sentence."""
    rows = session.execute(
        text(f"{_WITH_SENTENCES} ORDER BY line, code LIMIT :most"), {**_unnested(sentences), "most": most}
    )
    return [FoundError(*row) for row in rows]


def save_errors(session: Session, import_id: UUID, sentences: Mapping[str, str]) -> None:
    """Keep all faults as the import's row errors, in the order of the file, which their ids then keep."""
    session.execute(
        text(
            'INSERT INTO import_row_errors (import_id, line, "column", value, code, sentence) '
            f'SELECT :import_id, line, "column", value, code, sentence FROM ({_WITH_SENTENCES}) AS told '
            "ORDER BY line, code"
        ),
        {**_unnested(sentences), "import_id": import_id},
    )


_WITH_SENTENCES = """
    SELECT line, "column", value, code,
      replace(replace(replace(coalesce(told.sentence, code), '{column}', coalesce("column", 'row')),
        '{value}', coalesce(value, 'not shown')), '{detail}', coalesce(detail, '')) AS sentence
    FROM row_faults
    LEFT JOIN unnest(CAST(:codes AS text[]), CAST(:sentences AS text[])) AS told (code, sentence) USING (code)
"""


def _unnested(sentences: Mapping[str, str]) -> dict[str, object]:
    return {"codes": list(sentences), "sentences": list(sentences.values())}


def _tallies(session: Session, rows: str, **parameters: object) -> list[Tally]:
    query = f"""
        SELECT code, count(*), (array_agg(line ORDER BY line) FILTER (WHERE place <= 5))
        FROM (SELECT code, line, row_number() OVER (PARTITION BY code ORDER BY line) AS place
              FROM ({rows}) AS found (code, line)) AS placed
        GROUP BY code ORDER BY count(*) DESC, code
    """
    return [Tally(*row) for row in session.execute(text(query), parameters)]


def _copy(session: Session, statement: str, rows: Iterable[Sequence[object]]) -> None:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
