"""Where teams belong and what became of them: on a day, and over time (P4)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from db.queries.organisation_days import services_of_teams_on
from db.tables.organisation import Team, TeamMembership, TeamPlacement


class TeamOfTheDay(NamedTuple):
    """A team as it is on a day: its service, and whether it has ended and which team it went into."""

    id: uuid.UUID
    service_id: str
    has_ended: bool
    merged_into_id: uuid.UUID | None


def teams_as_they_are(session: Session, on: date) -> list[TeamOfTheDay]:
    """Every team as it is on that day. There are few."""
    placed = services_of_teams_on(on)
    rows = session.execute(
        select(Team.id, placed.c.service_id, func.coalesce(Team.ended_on < on, False), Team.merged_into_id)
        .join(placed, placed.c.team_id == Team.id)
        .order_by(Team.id)
    )
    return [TeamOfTheDay(*row) for row in rows]


def placements(session: Session, team_id: uuid.UUID) -> Sequence[TeamPlacement]:
    """The services that a team belonged to, belongs to and will belong to, in that order."""
    return session.scalars(
        select(TeamPlacement)
        .where(TeamPlacement.team_id == team_id)
        .order_by(TeamPlacement.began_on.nulls_first(), TeamPlacement.id)
    ).all()


def settle_services_of_teams(session: Session, today: date) -> int:
    """Gives each team the service of its placement of today; how many that changed."""
    settled = session.execute(
        text(
            """
            UPDATE teams SET service_id = placed.service_id, version = teams.version + 1
            FROM team_placements AS placed
            WHERE placed.team_id = teams.id AND placed.service_id <> teams.service_id
              AND coalesce(placed.began_on, '-infinity') <= :today AND coalesce(placed.ended_on, 'infinity') >= :today
            RETURNING teams.id
            """
        ),
        {"today": today},
    )
    return len(settled.all())


def move_members(session: Session, team_id: uuid.UUID, into_id: uuid.UUID, on: date) -> int:
    """Whoever belongs to a team on that day or later belongs to the other one from then on; how many that are."""
    days = {"team": team_id, "into": into_id, "on": on}
    session.execute(
        text("UPDATE team_memberships SET team_id = :into WHERE team_id = :team AND began_on >= :on"),
        days,
    )
    moved = session.execute(
        text(
            """
            WITH ended AS (
              UPDATE team_memberships SET ended_on = CAST(:on AS date) - 1
              WHERE team_id = :team AND (ended_on IS NULL OR ended_on >= :on)
              RETURNING old.person_id, old.ended_on
            )
            SELECT person_id, ended_on FROM ended
            """
        ),
        days,
    ).all()
    if moved:
        session.execute(
            insert(TeamMembership),
            [{"person_id": who, "team_id": into_id, "began_on": on, "ended_on": until} for who, until in moved],
        )
    return len(moved)


def end_posts_of_team(session: Session, team_id: uuid.UUID, on: date) -> int:
    """The posts of a team that has gone by that day end the day before; how many did."""
    days = {"team": team_id, "on": on}
    never = session.execute(text("DELETE FROM posts WHERE team_id = :team AND began_on >= :on RETURNING id"), days)
    ended = session.execute(
        text(
            """
            UPDATE posts SET ended_on = CAST(:on AS date) - 1, version = version + 1
            WHERE team_id = :team AND (ended_on IS NULL OR ended_on >= :on) RETURNING id
            """
        ),
        days,
    )
    return len(never.all()) + len(ended.all())


def move_duties_of_merged_teams(session: Session, today: date) -> int:
    """What managers of a merged team still owe is owed by a manager of the team that it went into, if there is one.

    The audits' own practitioner and auditor never become the one who owes it (Words). How many duties moved.
    """
    moved = session.execute(
        text(
            """
            WITH RECURSIVE gone AS (
              SELECT id, merged_into_id FROM teams WHERE merged_into_id IS NOT NULL AND ended_on < :today
            ), passed (team_id, through_id, into_id) AS (
              SELECT id, id, merged_into_id FROM gone
              UNION
              SELECT passed.team_id, gone.id, gone.merged_into_id FROM passed JOIN gone ON gone.id = passed.into_id
            ), heirs AS (
              SELECT passed.team_id, posts.person_id, posts.id FROM passed
              JOIN posts ON posts.team_id = passed.into_id AND posts.role = 'team_manager'
                AND coalesce(posts.began_on, '-infinity') <= :today AND coalesce(posts.ended_on, 'infinity') >= :today
              WHERE passed.into_id NOT IN (SELECT id FROM gone)
            )
            UPDATE deadlines SET owed_by_id = heir.person_id
            FROM audits
            CROSS JOIN LATERAL (
              SELECT heirs.person_id FROM heirs
              WHERE heirs.team_id = audits.team_id AND heirs.person_id <> audits.practitioner_id
                AND heirs.person_id IS DISTINCT FROM audits.auditor_id
              ORDER BY heirs.id LIMIT 1
            ) AS heir
            WHERE deadlines.audit_id = audits.id AND deadlines.state IN ('running', 'overdue')
              AND deadlines.owed_by_id <> audits.practitioner_id
              AND deadlines.owed_by_id IS DISTINCT FROM audits.auditor_id
              AND EXISTS (SELECT FROM posts AS former JOIN passed ON passed.through_id = former.team_id
                WHERE passed.team_id = audits.team_id AND former.role = 'team_manager'
                  AND former.person_id = deadlines.owed_by_id)
              AND deadlines.owed_by_id <> heir.person_id
            RETURNING deadlines.id
            """
        ),
        {"today": today},
    )
    return len(moved.all())
