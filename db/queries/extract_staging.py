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
        case_began_on date, is_restricted boolean, role_rank smallint, attributes text""",
    "workers": """
        line integer, worker text, email text, name text, job_title text, team text, is_primary boolean,
        began_on date, ended_on date, manager_email text""",
    "teams": """
        line integer, team text, name text, service text, employer text, contact_email text, manager_emails text,
        head_of_service_emails text""",
}
_FAULTS = 'line integer, "column" text, value text, code text, detail text, about text'
_PATIENCE = "600s"  # an import of a million rows takes longer than a door's usual statement


class Tally(NamedTuple):
    """How many rows had this code, and the lines of the first few."""

    code: str
    rows: int
    lines: list[int]


class Loading(NamedTuple):
    """The import whose rows are saved, and the day of its extract."""

    import_id: UUID
    extracted_on: date


class Judging(NamedTuple):
    """What rows are judged by: the day of the extract, and what the mapping chose.

    `takes_workers_team` when a row names another team than the worker's own; `takes_first_job` when a worker has jobs
    in two teams and not one primary one. Otherwise such rows are refused.
    """

    extracted_on: date
    takes_workers_team: bool
    takes_first_job: bool


@dataclass(frozen=True, slots=True)
class RowsOfAKind:
    """How the rows of one kind of extract are judged and saved.

    `judge` fills `judged` with a verdict for each row. `faults` names the verdicts that refuse one, each with the
    extract's column it is about and the field of `judged` that holds the value (`worker_id=worker`); `passed_over`
    those that leave one out; `about` the fields of a row that it is known by in the next extract. `save` saves the rest
    and answers what changed, `endings` is the change that says how much ended; `notes` what was noticed about it.
    """

    faults: Mapping[str, str]
    passed_over: Sequence[str]
    about: Sequence[str]
    endings: str
    judge: Callable[[Session, Judging], None]
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
    """Stream faults into `row_faults`: line, column, value, code, detail, what the row is about."""
    _copy(session, "COPY pg_temp.row_faults FROM STDIN", faults)


def staging_is_complete(session: Session) -> None:
    """Let the planner know how many rows there are; nothing else looks at temporary tables."""
    session.execute(text("ANALYZE pg_temp.staged"))


def resolve_aliases(session: Session, kind: str) -> list[Tally]:
    """Rows that name a merged or renumbered case or worker become rows of the present one; answers which (S10)."""
    found = (
        _tallies(session, statement.format(code=code)) for code, (kinds, statement) in _ALIASES.items() if kind in kinds
    )
    return [tally for tallies in found for tally in tallies]


_ALIASES = {
    "renamed_case": (
        ("involvements",),
        """
        UPDATE staged SET case_reference = alias.current_reference FROM case_aliases AS alias
        WHERE alias.undone_at IS NULL AND alias.from_reference = staged.case_reference RETURNING '{code}', line""",
    ),
    "renamed_worker": (
        ("involvements", "workers"),
        """
        UPDATE staged SET worker = alias.current_reference FROM person_aliases AS alias
        WHERE alias.undone_at IS NULL AND alias.from_reference = staged.worker RETURNING '{code}', line""",
    ),
}


def follow_merged_teams(session: Session, kind: str, on: date) -> list[Tally]:
    """Cases and workers of a team that was merged by that day are read as of the one that it is now part of (P4).

    A case system often keeps the old team for a while; a merge may be followed by another.
    """
    return _tallies(session, _MERGED_TEAMS, on=on) if kind in ("involvements", "workers") else []


_MERGED_TEAMS = """
    UPDATE staged SET team = present.reference
    FROM teams AS merged JOIN (
      WITH RECURSIVE went_into AS (
        SELECT id AS merged_id, merged_into_id AS into_id, 1 AS steps
        FROM teams WHERE merged_into_id IS NOT NULL AND ended_on <= :on
        UNION ALL
        SELECT merged_id, merged_into_id, steps + 1 FROM went_into JOIN teams ON teams.id = into_id
        WHERE merged_into_id IS NOT NULL AND ended_on <= :on AND steps < 50
      )
      SELECT DISTINCT ON (merged_id) merged_id, reference FROM went_into JOIN teams ON teams.id = into_id
      ORDER BY merged_id, steps DESC
    ) AS present ON present.merged_id = merged.id
    WHERE merged.reference = staged.team RETURNING 'merged_team', line"""


def rows_touched(session: Session, statement: str, parameters: Mapping[str, object] | None = None) -> int:
    """Run a statement that changes rows; answers how many."""
    result = session.execute(text(statement), parameters or {})
    assert isinstance(result, CursorResult)
    return result.rowcount


def move_faults_out(session: Session, columns: Mapping[str, str], about: Sequence[str]) -> None:
    """The rows of `judged` whose verdict is one of these faults become faults, with the column each is about."""
    known_by = " || '|' || ".join(f"coalesce(judged.{field}, '')" for field in about)
    session.execute(
        text(
            f"""
            INSERT INTO row_faults
            SELECT judged.line, fault."column", to_jsonb(judged) ->> fault.field, judged.verdict, judged.detail,
              {known_by}
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
        text(
            f'SELECT line, "column", value, code, sentence FROM ({_WITH_SENTENCES}) AS told '
            "ORDER BY line, code LIMIT :most"
        ),
        {**_unnested(sentences), "most": most},
    )
    return [FoundError(*row) for row in rows]


def save_errors(session: Session, import_id: UUID, kind: str, extracted_on: date, sentences: Mapping[str, str]) -> None:
    """Keep all faults as the import's row errors, in the order of the file, which their ids then keep.

    A row that was refused in the import before as well takes over since when, and is counted once more. The errors of
    earlier imports of this kind have done their service and go.
    """
    known = {"import_id": import_id, "kind": kind, "on": extracted_on}
    session.execute(text(_SAVE_ERRORS), {**_unnested(sentences), **known})
    session.execute(text(_CLEAR_ERRORS), known)


_WITH_SENTENCES = """
    SELECT line, "column", value, code, left(encode(sha256(convert_to(about, 'UTF8')), 'hex'), 32) AS row_key,
      replace(replace(replace(coalesce(told.sentence, code), '{column}', coalesce("column", 'row')),
        '{value}', coalesce(value, 'not shown')), '{detail}', coalesce(detail, '')) AS sentence
    FROM row_faults
    LEFT JOIN unnest(CAST(:codes AS text[]), CAST(:sentences AS text[])) AS told (code, sentence) USING (code)
"""


_OF_EARLIER_IMPORTS = "SELECT id FROM caseload_imports WHERE kind = :kind AND id <> :import_id"

_SAVE_ERRORS = f"""
    INSERT INTO import_row_errors (import_id, line, "column", value, code, sentence, row_key, refused_since,
      times_refused)
    SELECT :import_id, line, "column", value, code, sentence, row_key, coalesce(before.since, :on),
      coalesce(before.times, 0) + 1
    FROM ({_WITH_SENTENCES}) AS told
    LEFT JOIN (
      SELECT row_key, min(refused_since) AS since, max(times_refused) AS times
      FROM import_row_errors WHERE import_id IN ({_OF_EARLIER_IMPORTS}) AND row_key IS NOT NULL GROUP BY row_key
    ) AS before USING (row_key)
    ORDER BY line, code
"""

_CLEAR_ERRORS = f"DELETE FROM import_row_errors WHERE import_id IN ({_OF_EARLIER_IMPORTS})"


def _unnested(sentences: Mapping[str, str]) -> dict[str, object]:
    return {"codes": list(sentences), "sentences": list(sentences.values())}


def _tallies(session: Session, rows: str, **parameters: object) -> list[Tally]:
    query = f"""
        WITH found (code, line) AS ({rows})
        SELECT code, count(*), (array_agg(line ORDER BY line) FILTER (WHERE place <= 5))
        FROM (SELECT code, line, row_number() OVER (PARTITION BY code ORDER BY line) AS place FROM found) AS placed
        GROUP BY code ORDER BY count(*) DESC, code
    """
    return [Tally(*row) for row in session.execute(text(query), parameters)]


def _copy(session: Session, statement: str, rows: Iterable[Sequence[object]]) -> None:
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
