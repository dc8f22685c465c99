"""Where teams belong and what became of them: on a day, and over time (P4)."""

import uuid
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.queries.organisation_days import services_of_teams_on
from db.tables.organisation import Team, TeamPlacement


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
