"""Judging and merging the rows of a workers extract, as sets: people, their teams and their line managers (C1, S3).

A worker may stand in several rows, one for each job. Jobs that are over tell when somebody started and left; of the
jobs that go on, those of one team count: the team of the primary job where there are several.
"""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.extract_staging import Judging, Loading, RowsOfAKind, Tally, rows_touched


def _judge(session: Session, judging: Judging) -> None:
    """Fill `judged` (a job that is over has the verdict `over`, one that counts none) and `facts`, one per worker."""
    session.execute(text(_JUDGE), {"on": judging.extracted_on, "takes_first_job": judging.takes_first_job})
    session.execute(text(_FACTS))


def _save(session: Session, loading: Loading) -> dict[str, int]:
    """Create and change people, move them between teams, end the memberships of leavers, link line managers."""
    day = {"on": loading.extracted_on}
    created, changed = session.execute(text(_PEOPLE)).one()
    managed = _link_line_managers(session, day)
    left = rows_touched(session, _LEAVE)
    corrected = rows_touched(session, _CORRECT_MEMBERSHIPS, day)
    moved = rows_touched(session, _END_MEMBERSHIPS, day)
    joined = rows_touched(session, _BEGIN_MEMBERSHIPS, day)
    return {
        "people_created": created,
        "people_changed": changed,
        "line_managers_linked": managed,
        "memberships_begun": joined,
        "memberships_ended": moved + left,
        "memberships_corrected": corrected,
    }


def _notes(session: Session) -> list[Tally]:
    return [Tally(*row) for row in session.execute(text(_NOTES))]


_JUDGE = """
    CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
    WITH numbered AS (
      SELECT staged.*, coalesce(ended_on <= :on, false) AS is_over,
        row_number() OVER (PARTITION BY worker, email, name, job_title, team, is_primary, began_on, ended_on,
          manager_email ORDER BY line) > 1 AS is_repeated
      FROM staged
    ), teams_of_workers AS (
      SELECT worker, count(DISTINCT team) AS teams, max(team) AS one_team,
        count(DISTINCT team) FILTER (WHERE is_primary) AS primary_teams,
        max(team) FILTER (WHERE is_primary) AS primary_team,
        (array_agg(team ORDER BY line) FILTER (WHERE team IS NOT NULL))[1] AS first_team,
        string_agg(DISTINCT team, ', ' ORDER BY team) AS listed
      FROM numbered WHERE NOT is_over GROUP BY worker
    ), chosen AS (
      SELECT worker, teams > 1 AND primary_teams <> 1 AND NOT :takes_first_job AS is_unclear, listed,
        CASE WHEN teams <= 1 THEN one_team WHEN primary_teams = 1 THEN primary_team ELSE first_team END AS team
      FROM teams_of_workers
    )
    SELECT numbered.*, team.id AS team_id,
      CASE
        WHEN is_repeated THEN 'duplicate'
        WHEN is_over THEN 'over'
        WHEN chosen.is_unclear THEN 'two_teams'
        WHEN numbered.team <> chosen.team THEN 'other_job'
        WHEN numbered.team IS NOT NULL AND team.id IS NULL THEN 'unknown_team'
        WHEN team.ended_on <= :on THEN 'closed_team'
      END AS verdict,
      chosen.listed AS detail
    FROM numbered
    LEFT JOIN chosen USING (worker)
    LEFT JOIN teams AS team ON team.reference = numbered.team
"""

# What each worker's good rows say together; where they differ, the first row of a job that goes on is believed.
# Somebody who left and has a job begun after that is back; else a last day that is known here stays.
_FACTS = """
    CREATE TEMPORARY TABLE facts ON COMMIT DROP AS
    WITH said AS (
      SELECT worker,
        (array_agg(name ORDER BY line) FILTER (WHERE name IS NOT NULL))[1] AS name,
        (array_agg(email ORDER BY line) FILTER (WHERE email IS NOT NULL))[1] AS email,
        (array_agg(job_title ORDER BY verdict NULLS FIRST, line) FILTER (WHERE job_title IS NOT NULL))[1] AS job_title,
        (array_agg(manager_email ORDER BY verdict NULLS FIRST, line)
          FILTER (WHERE manager_email IS NOT NULL))[1] AS manager_email,
        min(began_on) AS started_on,
        CASE WHEN bool_and(ended_on IS NOT NULL) THEN max(ended_on) END AS left_on,
        (array_agg(team_id) FILTER (WHERE verdict IS NULL AND team_id IS NOT NULL))[1] AS team_id,
        min(began_on) FILTER (WHERE verdict IS NULL) AS joined_on
      FROM judged
      WHERE verdict IS NULL OR verdict IN ('over', 'other_job')
      GROUP BY worker
    )
    SELECT said.worker, said.name, said.email, said.job_title, said.manager_email, said.team_id, said.joined_on,
      coalesce(said.started_on, known.started_on) AS started_on,
      coalesce(said.left_on, CASE WHEN said.joined_on > known.left_on THEN NULL ELSE known.left_on END) AS left_on
    FROM said LEFT JOIN people AS known ON known.reference = said.worker
    WHERE NOT EXISTS (
      SELECT FROM judged AS faulty
      WHERE faulty.worker = said.worker AND faulty.verdict IN ('two_teams', 'unknown_team', 'closed_team'))
"""

# A blank cell takes nothing away.
_PEOPLE = """
    WITH merged AS (
      INSERT INTO people AS known (reference, name, email, job_title, started_on, left_on)
      SELECT worker, coalesce(name, email, worker), email, job_title,
        CASE WHEN started_on > left_on THEN NULL ELSE started_on END, left_on FROM facts
      ON CONFLICT (reference) DO UPDATE
      SET name = CASE WHEN excluded.name IN (excluded.email, excluded.reference) THEN known.name ELSE excluded.name END,
        email = coalesce(excluded.email, known.email),
        job_title = coalesce(excluded.job_title, known.job_title),
        started_on = excluded.started_on,
        left_on = excluded.left_on,
        version = known.version + CAST((known.name, known.email, known.job_title, known.started_on, known.left_on)
          IS DISTINCT FROM (CASE WHEN excluded.name IN (excluded.email, excluded.reference) THEN known.name
            ELSE excluded.name END, coalesce(excluded.email, known.email),
          coalesce(excluded.job_title, known.job_title), excluded.started_on, excluded.left_on) AS integer)
      RETURNING old.id IS NULL AS is_new,
        (old.name, old.email, old.job_title, old.started_on, old.left_on) IS DISTINCT FROM
        (new.name, new.email, new.job_title, new.started_on, new.left_on) AS is_changed
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new) FROM merged
"""

_MANAGERS = """
    SELECT email, (array_agg(id))[1] AS id FROM people WHERE email IS NOT NULL GROUP BY email HAVING count(*) = 1
"""

# The extract tells of its own day: a first line manager is known since nobody knows when, another one from that day on.
_MANAGED = f"""
    CREATE TEMPORARY TABLE managed ON COMMIT DROP AS
    SELECT people.id AS person_id, manager.id AS manager_id, present.id AS present_id,
      present.began_on >= :on AS is_replaced,
      CASE WHEN earlier.last_day IS NULL AND present.id IS NULL THEN NULL
        ELSE greatest(CAST(:on AS date), earlier.last_day + 1) END AS began_on
    FROM facts
    JOIN people ON people.reference = facts.worker
    JOIN ({_MANAGERS}) AS manager ON manager.email = facts.manager_email AND manager.id <> people.id
    LEFT JOIN line_managements AS present ON present.person_id = people.id AND present.ended_on IS NULL
    LEFT JOIN (SELECT person_id, max(ended_on) AS last_day FROM line_managements WHERE ended_on IS NOT NULL
      GROUP BY person_id) AS earlier ON earlier.person_id = people.id
    WHERE present.manager_id IS DISTINCT FROM manager.id
"""

_REPLACE_LINE_MANAGERS = """
    UPDATE line_managements SET manager_id = managed.manager_id, version = line_managements.version + 1
    FROM managed WHERE line_managements.id = managed.present_id AND managed.is_replaced
"""

_END_LINE_MANAGERS = """
    UPDATE line_managements SET ended_on = CAST(:on AS date) - 1, version = line_managements.version + 1
    FROM managed WHERE line_managements.id = managed.present_id AND NOT coalesce(managed.is_replaced, false)
"""

_BEGIN_LINE_MANAGERS = """
    INSERT INTO line_managements (person_id, manager_id, began_on)
    SELECT person_id, manager_id, began_on FROM managed WHERE NOT coalesce(is_replaced, false)
"""


def _link_line_managers(session: Session, day: dict[str, date]) -> int:
    """Begin line managers whom the extract names, and end those whom they follow."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.managed"))
    session.execute(text(_MANAGED), day)
    replaced = rows_touched(session, _REPLACE_LINE_MANAGERS)
    rows_touched(session, _END_LINE_MANAGERS, day)
    return replaced + rows_touched(session, _BEGIN_LINE_MANAGERS)


_LEAVE = """
    UPDATE team_memberships AS membership SET ended_on = greatest(facts.left_on, membership.began_on)
    FROM facts JOIN people ON people.reference = facts.worker
    WHERE membership.person_id = people.id AND membership.ended_on IS NULL AND facts.team_id IS NULL
      AND facts.left_on IS NOT NULL
"""

# When the new team's day is not after the old one's, there was no day in the old team: it was a mistake.
_MOVES = """
    SELECT membership.id, people.id AS person_id, facts.team_id, membership.team_id AS old_team_id,
      membership.began_on AS old_began_on,
      CASE WHEN facts.joined_on > coalesce(membership.began_on, '-infinity')
        THEN facts.joined_on ELSE :on END AS moved_on
    FROM facts JOIN people ON people.reference = facts.worker
    JOIN team_memberships AS membership ON membership.person_id = people.id AND membership.ended_on IS NULL
    WHERE facts.team_id <> membership.team_id
"""

_CORRECT_MEMBERSHIPS = f"""
    UPDATE team_memberships SET team_id = move.team_id FROM ({_MOVES}) AS move
    WHERE team_memberships.id = move.id AND move.old_began_on >= move.moved_on
"""

_END_MEMBERSHIPS = f"""
    UPDATE team_memberships SET ended_on = move.moved_on - 1 FROM ({_MOVES}) AS move
    WHERE team_memberships.id = move.id
"""

_BEGIN_MEMBERSHIPS = """
    INSERT INTO team_memberships (person_id, team_id, began_on)
    SELECT people.id, facts.team_id,
      CASE WHEN earlier.last_day >= coalesce(facts.joined_on, '-infinity') THEN greatest(earlier.last_day + 1, :on)
        ELSE facts.joined_on END
    FROM facts JOIN people ON people.reference = facts.worker
    LEFT JOIN (
      SELECT person_id, max(ended_on) AS last_day FROM team_memberships GROUP BY person_id
    ) AS earlier ON earlier.person_id = people.id
    WHERE facts.team_id IS NOT NULL
      AND NOT EXISTS (SELECT FROM team_memberships AS present
        WHERE present.person_id = people.id AND present.ended_on IS NULL)
"""

_NOTES = """
    WITH noticed AS (
      SELECT 'no_email' AS code, line FROM judged JOIN facts USING (worker)
      WHERE verdict IS NULL AND facts.email IS NULL
      UNION ALL
      SELECT 'no_name', line FROM judged JOIN facts USING (worker) WHERE verdict IS NULL AND facts.name IS NULL
      UNION ALL
      SELECT 'no_team', line FROM judged JOIN facts USING (worker)
      WHERE verdict IS NULL AND facts.team_id IS NULL
      UNION ALL
      SELECT 'unknown_manager', line FROM judged
      WHERE verdict IS NULL AND manager_email IS NOT NULL
        AND NOT EXISTS (SELECT FROM people WHERE people.email = judged.manager_email)
      UNION ALL
      SELECT 'shared_email', line FROM judged
      WHERE verdict IS NULL
        AND EXISTS (SELECT FROM people WHERE people.email = judged.email AND people.reference <> judged.worker)
    )
    SELECT code, count(*), (array_agg(line ORDER BY line))[1:5] FROM noticed GROUP BY code ORDER BY code
"""

WORKERS = RowsOfAKind(
    faults={"two_teams": "team_id=team", "unknown_team": "team_id=team", "closed_team": "team_id=team"},
    passed_over=("duplicate", "other_job"),
    about=("worker",),
    endings="memberships_ended",
    judge=_judge,
    save=_save,
    notes=_notes,
)
