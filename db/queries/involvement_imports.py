"""Judging and merging the rows of an involvements extract, as sets (C1, S4, S6, S9, S10).

Each row that waits in `staged` gets a verdict in `judged`: none for a row that is loaded, the code of a fault, or the
code of a reason to pass it over. Later verdicts look only at rows that have none yet.
"""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.extract_staging import Loading, RowsOfAKind, Tally, rows_touched


def _judge(session: Session, extracted_on: date) -> None:
    """Fill `judged`: first what a row says by itself, then what rows say together."""
    session.execute(text(_ROW_BY_ROW), {"on": extracted_on})
    for statement in (_TWO_TEAMS, _REPEATED, _TWO_WORKERS, _HELD_ALREADY):
        session.execute(text(statement))


def _save(session: Session, loading: Loading) -> dict[str, int]:
    """Save the good rows and the ends of known involvements. Answers how many began, changed and ended.

    An involvement of the previous extract that this one has not counts as ended, though its end is not known.
    """
    known = {"import_id": loading.import_id, "previous": loading.previous, "on": loading.extracted_on}
    begun, changed = session.execute(text(_MERGE), known).one()
    closed = rows_touched(session, _CLOSE_KNOWN)
    gone = session.execute(text(_COUNT_GONE), known).scalar_one()
    return {"begun": begun, "changed": changed, "ended": closed + gone}


def _notes(_: Session) -> list[Tally]:
    """Of involvements there is nothing to notice that is no fault."""
    return []


_ROW_BY_ROW = """
    CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
    SELECT staged.*, person.id AS person_id, team.id AS team_id,
      CASE
        WHEN staged.ended_on = staged.allocated_on THEN 'zero_length'
        WHEN staged.ended_on <= :on THEN 'ended'
        WHEN staged.worker IS NULL THEN 'team_only'
        WHEN staged.allocated_on > :on THEN 'begins_after_extract'
        WHEN person.id IS NULL THEN 'unknown_worker'
        WHEN person.left_on <= :on THEN 'leaver'
        WHEN team.id IS NULL THEN 'unknown_team'
        WHEN team.ended_on <= :on THEN 'closed_team'
        WHEN own_team.id <> team.id THEN 'other_team'
      END AS verdict,
      CASE
        WHEN person.left_on <= :on THEN to_char(person.left_on, 'FMDD FMMonth YYYY')
        WHEN own_team.id <> team.id THEN own_team.reference
      END AS detail
    FROM staged
    LEFT JOIN people AS person ON person.reference = staged.worker
    LEFT JOIN teams AS team ON team.reference = staged.team
    LEFT JOIN (
      SELECT DISTINCT ON (person_id) person_id, team_id FROM team_memberships
      WHERE coalesce(began_on, '-infinity') <= :on AND coalesce(ended_on, 'infinity') >= :on
      ORDER BY person_id, began_on DESC NULLS LAST, id
    ) AS membership ON membership.person_id = person.id
    LEFT JOIN teams AS own_team ON own_team.id = membership.team_id
"""

_TWO_TEAMS = """
    UPDATE judged SET verdict = 'two_teams', detail = split.teams
    FROM (
      SELECT worker, string_agg(DISTINCT team, ', ' ORDER BY team) AS teams
      FROM judged JOIN (
        SELECT worker FROM judged WHERE verdict IS NULL GROUP BY worker HAVING min(team) <> max(team)
      ) AS doubtful USING (worker)
      WHERE verdict IS NULL GROUP BY worker
    ) AS split
    WHERE judged.worker = split.worker AND judged.verdict IS NULL
"""

# Few cases stand in more than one row; only their rows are compared with each other.
_ROWS_OF_SHARED_CASES = """
    SELECT judged.* FROM judged JOIN (
      SELECT case_reference FROM judged WHERE verdict IS NULL GROUP BY case_reference HAVING count(*) > 1
    ) AS shared USING (case_reference)
    WHERE verdict IS NULL
"""

_REPEATED = f"""
    UPDATE judged
    SET verdict = CASE WHEN repeated.versions > 1 THEN 'contradictory_rows' ELSE 'duplicate' END,
        detail = repeated.lines
    FROM (
      SELECT case_reference, person_id, allocated_on, min(line) AS first_line,
        count(DISTINCT (team, ended_on, case_began_on, is_restricted)) AS versions,
        string_agg(CAST(line AS text), ', ' ORDER BY line) AS lines
      FROM ({_ROWS_OF_SHARED_CASES}) AS candidate
      GROUP BY case_reference, person_id, allocated_on HAVING count(*) > 1
    ) AS repeated
    WHERE judged.case_reference = repeated.case_reference AND judged.person_id = repeated.person_id
      AND judged.allocated_on = repeated.allocated_on AND judged.verdict IS NULL
      AND (repeated.versions > 1 OR judged.line > repeated.first_line)
"""

_TWO_WORKERS = f"""
    UPDATE judged SET verdict = 'two_workers', detail = held.workers
    FROM (
      SELECT case_reference, string_agg(DISTINCT worker, ', ' ORDER BY worker) AS workers
      FROM ({_ROWS_OF_SHARED_CASES}) AS candidate
      GROUP BY case_reference HAVING min(worker) <> max(worker)
    ) AS held
    WHERE judged.case_reference = held.case_reference AND judged.verdict IS NULL
"""

_HELD_ALREADY = f"""
    UPDATE judged SET verdict = 'held_already'
    FROM (
      SELECT line, row_number() OVER (PARTITION BY case_reference ORDER BY allocated_on, line) AS place
      FROM ({_ROWS_OF_SHARED_CASES}) AS candidate
    ) AS again
    WHERE judged.line = again.line AND again.place > 1
"""

# A case began with its earliest open row, whoever held it and if nobody did; one restricted row restricts the case.
_MERGE = """
    WITH open_case AS (
      SELECT case_reference, min(least(allocated_on, case_began_on)) AS began_on,
        bool_or(is_restricted) AS is_restricted
      FROM judged
      WHERE allocated_on <= :on AND (verdict IS NULL OR verdict IN ('team_only', 'held_already', 'duplicate'))
      GROUP BY case_reference
    ), merged AS (
      INSERT INTO involvements AS known (case_reference, person_id, team_id, allocated_on, involvement_began_on,
        ended_on, is_restricted, last_import_id)
      SELECT judged.case_reference, judged.person_id, judged.team_id, judged.allocated_on, open_case.began_on,
        judged.ended_on, open_case.is_restricted, :import_id
      FROM judged JOIN open_case USING (case_reference)
      WHERE judged.verdict IS NULL
      ON CONFLICT (case_reference, person_id, allocated_on) DO UPDATE
      SET team_id = excluded.team_id, involvement_began_on = excluded.involvement_began_on,
        ended_on = excluded.ended_on, is_restricted = excluded.is_restricted, last_import_id = excluded.last_import_id
      RETURNING old.id IS NULL AS is_new,
        (old.team_id, old.involvement_began_on, old.ended_on, old.is_restricted, old.last_import_id)
        IS DISTINCT FROM
        (new.team_id, new.involvement_began_on, new.ended_on, new.is_restricted, CAST(:previous AS uuid)) AS is_changed
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new) FROM merged
"""

_CLOSE_KNOWN = """
    UPDATE involvements AS known SET ended_on = judged.ended_on
    FROM judged
    WHERE judged.verdict = 'ended' AND known.case_reference = judged.case_reference
      AND known.person_id = judged.person_id AND known.allocated_on = judged.allocated_on
      AND known.ended_on IS DISTINCT FROM judged.ended_on
"""

_COUNT_GONE = """
    SELECT count(*) FROM involvements
    WHERE last_import_id = :previous AND last_import_id <> :import_id AND (ended_on IS NULL OR ended_on > :on)
"""

INVOLVEMENTS = RowsOfAKind(
    faults={
        "begins_after_extract": "start_date=allocated_on",
        "unknown_worker": "worker_id=worker",
        "leaver": "worker_id=worker",
        "unknown_team": "team_id=team",
        "closed_team": "team_id=team",
        "other_team": "team_id=team",
        "two_teams": "team_id=team",
        "contradictory_rows": "start_date=allocated_on",
        "two_workers": "worker_id=worker",
    },
    passed_over=("zero_length", "ended", "team_only", "duplicate", "held_already"),
    judge=_judge,
    save=_save,
    notes=_notes,
)
