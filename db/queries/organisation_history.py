"""What was, is and will be so of a person, a team or a post, with its days: one list of dated facts (P4)."""

import uuid
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.tables.organisation import Person


class DatedFact(NamedTuple):
    """Something that held on these days, both included; None: unknown, or without end.

    `kind` says what `person_id` was: `line_managed` by `other_id`, `team_member`, `post` holder, `deputy` of
    `other_id`, `auditor`, or `absent` with `other_id` standing in; without a person what the team was: `of_service`, or
    `merged` into `into_team_id`. `id` is that of the record, for a correction.
    """

    kind: str
    id: uuid.UUID
    person_id: uuid.UUID | None
    other_id: uuid.UUID | None
    role: str | None
    team_id: uuid.UUID | None
    service_id: str | None
    into_team_id: uuid.UUID | None
    began_on: date | None
    ended_on: date | None


class NamedPerson(NamedTuple):
    """Somebody by id, by reference and by name."""

    id: uuid.UUID
    reference: str
    name: str


def people_named(session: Session, ids: Iterable[uuid.UUID]) -> list[NamedPerson]:
    """Who these are, in the order of their references."""
    rows = session.execute(
        select(Person.id, Person.reference, Person.name).where(Person.id.in_(set(ids))).order_by(Person.reference)
    )
    return [NamedPerson(*row) for row in rows]


def history_of_person(session: Session, person_id: uuid.UUID) -> list[DatedFact]:
    """Everything that somebody was, and was to others."""
    return _facts(session, "person_id = :person OR other_id = :person", {"person": person_id})


def history_of_team(session: Session, team_id: uuid.UUID) -> list[DatedFact]:
    """A team's services, managers, deputies and members, what it was merged into, and what was merged into it."""
    return _facts(session, "team_id = :team OR into_team_id = :team", {"team": team_id})


def history_of_post(session: Session, role: str, team_id: uuid.UUID | None, service_id: str | None) -> list[DatedFact]:
    """Who held a post and who stood in: for a team, for a service, or for the council."""
    where = """role = :role AND team_id IS NOT DISTINCT FROM CAST(:team AS uuid)
        AND service_id IS NOT DISTINCT FROM CAST(:service AS text)"""
    return _facts(session, where, {"role": role, "team": team_id, "service": service_id})


# A team that never moved has been where it is for as long as there is a team.
_EVERY = """
    SELECT 'line_managed' AS kind, id, person_id, manager_id AS other_id, CAST(NULL AS text) AS role,
      CAST(NULL AS uuid) AS team_id, CAST(NULL AS text) AS service_id, CAST(NULL AS uuid) AS into_team_id,
      began_on, ended_on
    FROM line_managements
    UNION ALL
    SELECT 'team_member', id, person_id, NULL, NULL, team_id, NULL, NULL, began_on, ended_on FROM team_memberships
    UNION ALL
    SELECT 'post', id, person_id, NULL, role, team_id, service_id, NULL, began_on, ended_on FROM posts
    UNION ALL
    SELECT 'deputy', deputy.id, deputy.person_id, post.person_id, post.role, post.team_id, post.service_id, NULL,
      greatest(deputy.began_on, post.began_on), least(deputy.ended_on, post.ended_on)
    FROM post_deputies AS deputy JOIN posts AS post ON post.id = deputy.post_id
    WHERE coalesce(greatest(deputy.began_on, post.began_on), '-infinity')
      <= coalesce(least(deputy.ended_on, post.ended_on), 'infinity')
    UNION ALL
    SELECT 'auditor', id, person_id, NULL, NULL, NULL, service_id, NULL, began_on, ended_on FROM auditor_appointments
    UNION ALL
    SELECT 'absent', id, person_id, stands_in_id, NULL, NULL, NULL, NULL, first_on, last_on FROM absences
    UNION ALL
    SELECT 'of_service', id, NULL, NULL, NULL, team_id, service_id, NULL, began_on, ended_on FROM team_placements
    UNION ALL
    SELECT 'of_service', id, NULL, NULL, NULL, id, service_id, NULL, began_on, ended_on FROM teams
    WHERE NOT EXISTS (SELECT FROM team_placements WHERE team_placements.team_id = teams.id)
    UNION ALL
    SELECT 'merged', id, NULL, NULL, NULL, id, NULL, merged_into_id, ended_on + 1, NULL FROM teams
    WHERE merged_into_id IS NOT NULL
"""


def _facts(session: Session, where: str, asked: dict[str, object]) -> list[DatedFact]:
    rows = session.execute(
        text(f"SELECT * FROM ({_EVERY}) AS fact WHERE {where} ORDER BY began_on NULLS FIRST, kind, id"), asked
    )
    return [DatedFact(*row) for row in rows]
