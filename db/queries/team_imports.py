"""Judging and merging the rows of a teams extract, as sets: teams, their services and who leads them (C1, P4)."""

from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from db.queries.extract_staging import Judging, Loading, RowsOfAKind, Tally, rows_touched
from rules.roles import Role


def _judge(session: Session, _: Judging) -> None:
    """Fill `judged` with a verdict for each row; none for one that is loaded."""
    session.execute(text(_JUDGE))


def _save(session: Session, loading: Loading) -> dict[str, int]:
    """Create and change teams, and give the posts of those who lead them to the people named, if they are known."""
    moved = _move_teams(session, loading.extracted_on)
    created, changed = session.execute(text(_TEAMS)).one()
    ended = begun = 0
    for statement, role in ((_TEAM_MANAGERS, Role.TEAM_MANAGER), (_HEADS_OF_SERVICE, Role.HEAD_OF_SERVICE)):
        known = {"on": loading.extracted_on, "role": role.value}
        session.execute(text("DROP TABLE IF EXISTS pg_temp.facts"))
        session.execute(text(statement), known)
        ended += rows_touched(session, _REMOVE_POSTS_OF_TODAY, known) + rows_touched(session, _END_POSTS, known)
        begun += rows_touched(session, _BEGIN_POSTS, known)
    counts = {"teams_created": created, "teams_changed": changed, "teams_moved": moved}
    return {**counts, "posts_begun": begun, "posts_ended": ended}


def _move_teams(session: Session, on: date) -> int:
    """Teams that the extract has in another service belong to it from that day on; what was before stays on record."""
    session.execute(text("DROP TABLE IF EXISTS pg_temp.moves"))
    session.execute(text(_MOVES))
    rows_touched(session, _REMOVE_LATER_PLACEMENTS, {"on": on})
    rows_touched(session, _FIRST_PLACEMENTS)
    rows_touched(session, _END_PLACEMENTS, {"on": on})
    rows_touched(session, _NEW_PLACEMENTS, {"on": on})
    (moved,) = session.execute(text("SELECT count(*) FROM moves")).one()
    return int(moved)


def _notes(session: Session) -> list[Tally]:
    return [Tally(*row) for row in session.execute(text(_NOTES))]


# A service is named by its id or by its name, in any case and with spaces or underscores.
_JUDGE = """
    CREATE TEMPORARY TABLE judged ON COMMIT DROP AS
    WITH said AS (
      SELECT staged.*,
        row_number() OVER (PARTITION BY team ORDER BY line) > 1 AS is_repeated,
        min(line) OVER (PARTITION BY team) AS first_line,
        (SELECT min(id) FROM services
         WHERE lower(replace(id, '_', ' ')) = lower(replace(service, '_', ' ')) OR lower(name) = lower(service)
        ) AS named_service_id
      FROM staged
    ), versions AS (
      SELECT team, count(DISTINCT (name, service, employer, contact_email, manager_emails,
        head_of_service_emails)) AS versions, string_agg(CAST(line AS text), ', ' ORDER BY line) AS lines
      FROM staged GROUP BY team
    )
    SELECT said.*, coalesce(named_service_id, known.service_id) AS service_id,
      CASE
        WHEN versions.versions > 1 THEN 'contradictory_rows'
        WHEN is_repeated THEN 'duplicate'
        WHEN service IS NOT NULL AND named_service_id IS NULL THEN 'unknown_service'
        WHEN service IS NULL AND known.id IS NULL THEN 'no_service'
      END AS verdict,
      CASE WHEN versions.versions > 1 THEN versions.lines
        ELSE (SELECT string_agg(id, ', ' ORDER BY id) FROM services) END AS detail
    FROM said JOIN versions USING (team) LEFT JOIN teams AS known ON known.reference = said.team
"""

_TEAMS = """
    WITH merged AS (
      INSERT INTO teams AS known (reference, name, service_id, employer, contact_email)
      SELECT team, name, service_id, employer, contact_email FROM judged WHERE verdict IS NULL
      ON CONFLICT (reference) DO UPDATE
      SET name = excluded.name, service_id = excluded.service_id,
        employer = coalesce(excluded.employer, known.employer),
        contact_email = coalesce(excluded.contact_email, known.contact_email),
        version = known.version + CAST((known.name, known.service_id, known.employer, known.contact_email)
          IS DISTINCT FROM (excluded.name, excluded.service_id, coalesce(excluded.employer, known.employer),
          coalesce(excluded.contact_email, known.contact_email)) AS integer)
      RETURNING old.id IS NULL AS is_new,
        (old.name, old.service_id, old.employer, old.contact_email) IS DISTINCT FROM
        (new.name, new.service_id, new.employer, new.contact_email) AS is_changed
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE is_changed AND NOT is_new) FROM merged
"""

_MOVES = """
    CREATE TEMPORARY TABLE moves ON COMMIT DROP AS
    SELECT team.id AS team_id, team.service_id AS old_service_id, judged.service_id
    FROM judged JOIN teams AS team ON team.reference = judged.team
    WHERE verdict IS NULL AND judged.service_id <> team.service_id
"""
_REMOVE_LATER_PLACEMENTS = """
    DELETE FROM team_placements USING moves WHERE team_placements.team_id = moves.team_id AND began_on >= :on
"""
_FIRST_PLACEMENTS = """
    INSERT INTO team_placements (team_id, service_id)
    SELECT team_id, old_service_id FROM moves
    WHERE NOT EXISTS (SELECT FROM team_placements AS known WHERE known.team_id = moves.team_id)
"""
_END_PLACEMENTS = """
    UPDATE team_placements SET ended_on = CAST(:on AS date) - 1, version = version + 1
    FROM moves WHERE team_placements.team_id = moves.team_id AND (ended_on IS NULL OR ended_on >= :on)
"""
_NEW_PLACEMENTS = """
    INSERT INTO team_placements (team_id, service_id, began_on)
    SELECT team_id, service_id, CAST(:on AS date) FROM moves
"""

_PEOPLE_BY_EMAIL = """
    SELECT email, (array_agg(id))[1] AS id FROM people WHERE email IS NOT NULL GROUP BY email HAVING count(*) = 1
"""

_IS_NEW = """
    NOT EXISTS (SELECT FROM posts WHERE role = :role AND posts.person_id = person.id
      AND (posts.ended_on IS NULL OR posts.ended_on >= :on) AND {scope})
"""

# Who leads what, by the extract; `is_complete` when every person named is known here.
_TEAM_MANAGERS = f"""
    CREATE TEMPORARY TABLE facts ON COMMIT DROP AS
    SELECT team.id AS team_id, CAST(NULL AS text) AS service_id, person.id AS person_id,
      bool_and(person.id IS NOT NULL) OVER (PARTITION BY team.id) AS is_complete,
      {_IS_NEW.format(scope="posts.team_id = team.id")} AS is_new
    FROM judged JOIN teams AS team ON team.reference = judged.team
    CROSS JOIN unnest(string_to_array(manager_emails, ';')) AS named (email)
    LEFT JOIN ({_PEOPLE_BY_EMAIL}) AS person ON person.email = named.email
    WHERE verdict IS NULL
"""

_HEADS_OF_SERVICE = f"""
    CREATE TEMPORARY TABLE facts ON COMMIT DROP AS
    SELECT DISTINCT CAST(NULL AS uuid) AS team_id, judged.service_id, person.id AS person_id,
      bool_and(person.id IS NOT NULL) OVER (PARTITION BY judged.service_id) AS is_complete,
      {_IS_NEW.format(scope="posts.service_id = judged.service_id")} AS is_new
    FROM judged CROSS JOIN unnest(string_to_array(head_of_service_emails, ';')) AS named (email)
    LEFT JOIN ({_PEOPLE_BY_EMAIL}) AS person ON person.email = named.email
    WHERE verdict IS NULL
"""

# One cell cannot tell of a job share: only somebody who is new to the post takes it from those who held it.
_SUPERSEDED = """
    role = :role AND (ended_on IS NULL OR ended_on >= :on)
      AND EXISTS (SELECT FROM facts WHERE is_complete AND facts.team_id IS NOT DISTINCT FROM posts.team_id
        AND facts.service_id IS NOT DISTINCT FROM posts.service_id AND facts.is_new)
      AND NOT EXISTS (SELECT FROM facts WHERE facts.team_id IS NOT DISTINCT FROM posts.team_id
        AND facts.service_id IS NOT DISTINCT FROM posts.service_id AND facts.person_id = posts.person_id)
"""

# A post that began on the day of the extract or later and is not in it was never held.
_REMOVE_POSTS_OF_TODAY = f"DELETE FROM posts WHERE began_on >= :on AND {_SUPERSEDED}"
_END_POSTS = f"UPDATE posts SET ended_on = CAST(:on AS date) - 1, version = version + 1 WHERE {_SUPERSEDED}"

_BEGIN_POSTS = """
    INSERT INTO posts (role, person_id, team_id, service_id, began_on)
    SELECT DISTINCT :role, person_id, team_id, service_id, CAST(:on AS date) FROM facts
    WHERE person_id IS NOT NULL AND is_new
"""

_NOTES = """
    WITH named AS (
      SELECT 'unknown_manager' AS code, line, unnest(string_to_array(manager_emails, ';')) AS email
      FROM judged WHERE verdict IS NULL
      UNION ALL
      SELECT 'unknown_head_of_service', line, unnest(string_to_array(head_of_service_emails, ';'))
      FROM judged WHERE verdict IS NULL
    ), noticed AS (
      SELECT DISTINCT code, line FROM named
      WHERE NOT EXISTS (SELECT FROM people WHERE people.email = named.email)
    )
    SELECT code, count(*), (array_agg(line ORDER BY line))[1:5] FROM noticed GROUP BY code ORDER BY code
"""

TEAMS = RowsOfAKind(
    faults={
        "contradictory_rows": "team_id=team",
        "unknown_service": "service=service",
        "no_service": "service=service",
    },
    passed_over=("duplicate",),
    about=("team",),
    endings="posts_ended",
    judge=_judge,
    save=_save,
    notes=_notes,
)
