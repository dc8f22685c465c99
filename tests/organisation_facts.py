"""Short questions about the organisation of a day, for tests."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from db.queries.organisation import teams
from db.queries.organisation_history import history_of_person
from rules.dated_facts import Period


def line_managed_by(session: Session, manager_id: uuid.UUID, on: date) -> list[uuid.UUID | None]:
    """Whose line manager on record somebody is on that day."""
    return [
        fact.person_id
        for fact in history_of_person(session, manager_id)
        if fact.kind == "line_managed"
        and fact.other_id == manager_id
        and Period(fact.began_on, fact.ended_on).holds_on(on)
    ]


def teams_of_service(session: Session, service_id: str, on: date) -> list[uuid.UUID]:
    """The teams that belong to the service on that day."""
    return [team.id for team in teams(session, service_id=service_id, on=on, after=None, limit=100)]
