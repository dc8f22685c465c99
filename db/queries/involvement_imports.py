"""Judging and merging the rows of an involvements extract, as sets (C1, S4, S6, S9, S10).

Each row that waits in `staged` gets a verdict in `judged`: none for a row that is loaded, the code of a fault, or the
code of a reason to pass it over. Later verdicts look only at rows that have none yet. Of what is known already, only
what an extract says anew is written.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.extract_staging import Judging, Loading, RowsOfAKind, Tally, rows_touched


def _judge(session: Session, judging: Judging) -> None:
    """Fill `judged`: first what a row says by itself, then what rows say together."""
    session.execute(text(_ROW_BY_ROW), {"on": judging.extracted_on, "takes_own_team": judging.takes_workers_team})
    session.execute(text(_TWO_TEAMS))
    if session.scalar(text(_SHARED_CASES)):
        for statement in (_REPEATED, _CO_WORKERS, _TWO_WORKERS, _HELD_ALREADY):
            session.execute(text(statement))


def _save(session: Session, loading: Loading) -> dict[str, int]:
    """Save the good rows and the ends of known involvements. Answers how many began, changed and ended.

    An involvement of the previous extract that this one has not counts as ended, though its end is not known.
    """
    known = {"import_id": loading.import_id, "on": loading.extracted_on}
    session.execute(text(_FACTS), known)
    session.execute(text("ANALYZE pg_temp.facts"))
    closed = rows_touched(session, _CLOSE_KNOWN)
    changed = rows_touched(session, _CHANGE, known)
    begun = rows_touched(session, _BEGIN, known)
    gone = session.execute(text(_GONE), known).scalar_one()
    return {"begun": begun, "changed": changed, "ended": closed + gone}


def _notes(session: Session) -> list[Tally]:
    return [Tally(*row) for row in session.execute(text(_NOTES))]


# The team of the row may be stale in the case system, which takes it from the worker's role: the mapping says whether
# such a row is refused or the worker's own team counts.
_ROW_BY_ROW = """
    CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
    SELECT staged.*, person.id AS person_id, counted.id AS team_id, own_team.id IS NULL AS is_without_own_team,
      own_team.reference <> staged.team AS is_stale, false AS is_shared,
      CASE
        WHEN staged.ended_on = staged.allocated_on THEN 'zero_length'
        WHEN staged.ended_on <= :on THEN 'ended'
        WHEN staged.worker IS NULL THEN 'team_only'
        WHEN staged.allocated_on > :on THEN 'begins_after_extract'
        WHEN staged.role_rank = 1000 THEN 'co_worker'
        WHEN person.id IS NULL THEN 'unknown_worker'
        WHEN person.left_on <= :on THEN 'leaver'
        WHEN counted.id IS NULL THEN 'unknown_team'
        WHEN counted.ended_on <= :on THEN 'closed_team'
        WHEN own_team.id <> counted.id THEN 'other_team'
      END AS verdict,
      CASE
        WHEN person.left_on <= :on THEN to_char(person.left_on, 'FMDD FMMonth YYYY')
        WHEN own_team.id <> counted.id THEN own_team.reference
      END AS detail
    FROM staged
    LEFT JOIN people AS person ON person.reference = staged.worker
    LEFT JOIN (
      SELECT DISTINCT ON (person_id) person_id, team_id FROM team_memberships
      WHERE coalesce(began_on, '-infinity') <= :on AND coalesce(ended_on, 'infinity') >= :on
      ORDER BY person_id, began_on DESC NULLS LAST, id
    ) AS membership ON membership.person_id = person.id
    LEFT JOIN teams AS own_team ON own_team.id = membership.team_id
    LEFT JOIN teams AS counted ON counted.reference =
      CASE WHEN :takes_own_team THEN coalesce(own_team.reference, staged.team) ELSE staged.team END
"""

_TWO_TEAMS = """
    UPDATE judged SET verdict = 'two_teams', detail = split.teams
    FROM (
      SELECT worker, string_agg(DISTINCT team, ', ' ORDER BY team) AS teams
      FROM judged WHERE verdict IS NULL AND is_without_own_team GROUP BY worker HAVING min(team) <> max(team)
    ) AS split
    WHERE judged.worker = split.worker AND judged.verdict IS NULL
"""

# Only the rows of cases that stand in more than one are compared with each other.
_SHARED_CASES = """
    WITH shared AS (
      SELECT case_reference FROM judged GROUP BY case_reference HAVING count(*) > 1
    ), marked AS (
      UPDATE judged SET is_shared = true FROM shared WHERE judged.case_reference = shared.case_reference
      RETURNING 1
    )
    SELECT count(*) FROM marked
"""
_ROWS_OF_SHARED_CASES = "SELECT * FROM judged WHERE is_shared AND verdict IS NULL"

_REPEATED = f"""
    UPDATE judged
    SET verdict = CASE WHEN repeated.versions > 1 THEN 'contradictory_rows' ELSE 'duplicate' END,
        detail = repeated.lines
    FROM (
      SELECT case_reference, person_id, allocated_on, min(line) AS first_line,
        count(DISTINCT (team, ended_on, case_began_on, is_restricted, attributes)) AS versions,
        string_agg(CAST(line AS text), ', ' ORDER BY line) AS lines
      FROM ({_ROWS_OF_SHARED_CASES}) AS candidate
      GROUP BY case_reference, person_id, allocated_on HAVING count(*) > 1
    ) AS repeated
    WHERE judged.case_reference = repeated.case_reference AND judged.person_id = repeated.person_id
      AND judged.allocated_on = repeated.allocated_on AND judged.verdict IS NULL
      AND (repeated.versions > 1 OR judged.line > repeated.first_line)
"""

# Of workers who hold one case by different roles, the mapping's first role says who the practitioner is.
_CO_WORKERS = f"""
    UPDATE judged SET verdict = 'co_worker'
    FROM (
      SELECT case_reference, min(role_rank) AS best FROM ({_ROWS_OF_SHARED_CASES}) AS candidate GROUP BY case_reference
    ) AS held
    WHERE judged.case_reference = held.case_reference AND judged.is_shared AND judged.verdict IS NULL
      AND judged.role_rank > held.best
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
_FACTS = """
    CREATE TEMPORARY TABLE facts ON COMMIT DROP AS
    WITH open_case AS (
      SELECT case_reference, min(least(allocated_on, case_began_on)) AS began_on,
        bool_or(is_restricted) AS is_restricted
      FROM judged
      WHERE is_shared AND allocated_on <= :on
        AND (verdict IS NULL OR verdict IN ('team_only', 'held_already', 'duplicate', 'co_worker'))
      GROUP BY case_reference
    )
    SELECT judged.case_reference, judged.person_id, judged.team_id, judged.allocated_on, judged.ended_on,
      coalesce(open_case.began_on, least(judged.allocated_on, judged.case_began_on)) AS began_on,
      coalesce(open_case.is_restricted, judged.is_restricted) AS is_restricted,
      coalesce(jsonb_strip_nulls(CAST(judged.attributes AS jsonb)), '{}') AS attributes
    FROM judged LEFT JOIN open_case USING (case_reference)
    WHERE judged.verdict IS NULL
"""

_SAME = """
    known.case_reference = facts.case_reference AND known.person_id = facts.person_id
      AND known.allocated_on = facts.allocated_on
"""

_CHANGE = f"""
    UPDATE involvements AS known
    SET team_id = facts.team_id, involvement_began_on = facts.began_on, ended_on = facts.ended_on,
      is_restricted = facts.is_restricted, attributes = facts.attributes, last_import_id = :import_id,
      gone_import_id = NULL
    FROM facts
    WHERE {_SAME}
      AND (known.team_id, known.involvement_began_on, known.ended_on, known.is_restricted, known.attributes,
        known.gone_import_id) IS DISTINCT FROM
      (facts.team_id, facts.began_on, facts.ended_on, facts.is_restricted, facts.attributes, NULL)
"""

# In the order of the key, so that neighbours in the index are written together.
_BEGIN = f"""
    INSERT INTO involvements (case_reference, person_id, team_id, allocated_on, involvement_began_on, ended_on,
      is_restricted, attributes, last_import_id)
    SELECT case_reference, person_id, team_id, allocated_on, began_on, ended_on, is_restricted, attributes, :import_id
    FROM facts WHERE NOT EXISTS (SELECT FROM involvements AS known WHERE {_SAME})
    ORDER BY case_reference, person_id, allocated_on
"""

_CLOSE_KNOWN = """
    UPDATE involvements AS known SET ended_on = judged.ended_on
    FROM judged
    WHERE judged.verdict = 'ended' AND known.case_reference = judged.case_reference
      AND known.person_id = judged.person_id AND known.allocated_on = judged.allocated_on
      AND known.ended_on IS DISTINCT FROM judged.ended_on
"""

_GONE = f"""
    WITH gone AS (
      UPDATE involvements AS known SET gone_import_id = :import_id
      WHERE gone_import_id IS NULL AND NOT EXISTS (SELECT FROM facts WHERE {_SAME})
      RETURNING ended_on
    )
    SELECT count(*) FROM gone WHERE ended_on IS NULL OR ended_on > :on
"""

_NOTES = """
    WITH noticed AS (
      SELECT 'stale_team' AS code, line FROM judged WHERE verdict IS NULL AND is_stale
      UNION ALL
      SELECT 'attribute_not_known', line FROM judged WHERE verdict IS NULL AND attributes LIKE '%: null%'
    )
    SELECT code, count(*), (array_agg(line ORDER BY line))[1:5] FROM noticed GROUP BY code ORDER BY code
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
    passed_over=("zero_length", "ended", "team_only", "co_worker", "duplicate", "held_already"),
    about=("case_reference", "worker"),
    endings="ended",
    judge=_judge,
    save=_save,
    notes=_notes,
)
