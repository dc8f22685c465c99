"""Services, teams and people: creating and changing them (P4).

Changes take the whole of what is known about the thing, so that nothing has to be guessed from what is left out, and
the version that was read, so that nobody saves over somebody else's change. What holds for a time only (teams of
people, line managers, posts, services of teams) has moves of its own: it is ended and another begun, never rewritten.
"""

import re
import uuid
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from db.queries import organisation
from db.tables.organisation import LineManagement, Person, Service, Team
from rules.errors import Problem
from usecases.errors import NotAllowedNow
from usecases.organisation_checks import (
    SHOWN,
    email_problems,
    held_person,
    held_service,
    held_team,
    name_problems,
    order_problems,
    person_problems,
    reference_problems,
    refuse,
    refuse_stale,
    service_problems,
    text_or_none,
)
from usecases.organisation_trail import entry_of_new, note_change, note_new
from usecases.trail import Entry, record
from usecases.work import Work

_SERVICE_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What is known about a team. One of another employer may have a contact address instead of its people's (P4).

    The service can be corrected here; a move from a day on is `team_changes.move_team`.
    """

    reference: str
    name: str
    service_id: str
    employer: str | None = None
    contact_email: str | None = None
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known about a member of staff. `reference` is their id in the case system, or a staff number."""

    reference: str
    name: str
    email: str | None = None
    job_title: str | None = None
    started_on: date | None = None
    left_on: date | None = None


def add_service(work: Work, service_id: str, name: str) -> Service:
    """A new service; its id is the word that the policy uses for it, such as `mash`."""
    refuse([*name_problems(name), *_service_id_problems(service_id)])
    if organisation.service(work.session, service_id) is not None:
        raise NotAllowedNow(f"There is a service {service_id} already: change that one, or take another id.")
    service = Service(id=service_id, name=name.strip())
    work.session.add(service)
    work.session.flush()
    note_new(work, ("service", service_id), "service_added", "P4", {})
    return service


def change_service(work: Work, service_id: str, name: str, *, version: int | None = None) -> Service:
    """Give a service another name. Its id stays: the policy and past audits know it by that."""
    refuse(name_problems(name))
    service = held_service(work, service_id)
    subject = ("service", service_id)
    refuse_stale(work, subject, service, version)
    before = {"name": service.name}
    service.name = name.strip()
    work.session.flush()
    note_change(work, subject, "service", "P4", before=before, after={"name": service.name}, version=service.version)
    return service


def add_team(work: Work, facts: TeamFacts) -> Team:
    """A new team of a service."""
    _check_team(work, facts)
    if organisation.team_by_reference(work.session, facts.reference) is not None:
        raise NotAllowedNow(f"There is a team {facts.reference} already: change that one, or take another reference.")
    team = Team()
    _write_team(team, facts)
    work.session.add(team)
    work.session.flush()
    note_new(work, ("team", str(team.id)), "team_added", "P4", asdict(facts))
    return team


def change_team(work: Work, team_id: uuid.UUID, facts: TeamFacts, *, version: int | None = None) -> Team:
    """Change what is known about a team; audits keep the team and the service that they were allocated in.

    Raises NotAllowedNow for another service once the team has moved before: that is a move, or its correction.
    """
    team = held_team(work, team_id)
    refuse_stale(work, ("team", str(team_id)), team, version)
    _check_team(work, facts)
    other = organisation.team_by_reference(work.session, facts.reference)
    if other is not None and other.id != team.id:
        raise NotAllowedNow(f"The reference {facts.reference} is that of {other.name}: take another one.")
    if team.merged_into_id is not None and facts.ended_on != team.ended_on:
        raise NotAllowedNow(
            "The team was merged into another one, so its last day stays the day before that.", rule="P4"
        )
    if facts.service_id != team.service_id and organisation.has_moved(work.session, team_id):
        raise NotAllowedNow(
            f"The team moved between services before: POST /v1/teams/{team_id}/moves with the day from which it "
            f"belongs to {facts.service_id}.",
            rule="P4",
        )
    before = _team_facts(team)
    _write_team(team, facts)
    work.session.flush()
    note_change(
        work, ("team", str(team_id)), "team", "P4", before=before, after=_team_facts(team), version=team.version
    )
    return team


def add_person(work: Work, facts: PersonFacts, *, line_manager_id: uuid.UUID | None = None) -> Person:
    """A new member of staff, perhaps with their line manager, who is that for as long as is known."""
    refuse([*problems_of_person(facts), *person_problems(work, line_manager_id, "/line_manager_id")])
    if organisation.person_by_reference(work.session, facts.reference) is not None:
        raise NotAllowedNow(
            f"There is somebody with the reference {facts.reference} already: change them, or take another reference."
        )
    person = Person()
    _write_person(person, facts)
    work.session.add(person)
    work.session.flush()
    if line_manager_id is not None:
        work.session.add(LineManagement(person_id=person.id, manager_id=line_manager_id))
        work.session.flush()
    record(work, entry_of_person(work, person.id, facts.reference, line_manager_id))
    return person


def entry_of_person(
    work: Work, person_id: uuid.UUID, reference: str, line_manager_id: uuid.UUID | None = None
) -> Entry:
    """What the trail keeps of somebody new."""
    told = {"reference": reference, "line_manager": line_manager_id}
    return entry_of_new(work, ("person", str(person_id)), "person_added", "P4", told)


def change_person(work: Work, person_id: uuid.UUID, facts: PersonFacts, *, version: int | None = None) -> Person:
    """Change what is known about somebody. Their teams, line managers, posts and absences have moves of their own."""
    person = held_person(work, person_id)
    subject = ("person", str(person_id))
    refuse_stale(work, subject, person, version)
    refuse(problems_of_person(facts))
    other = organisation.person_by_reference(work.session, facts.reference)
    if other is not None and other.id != person.id:
        raise NotAllowedNow(f"The reference {facts.reference} is somebody else's: take another one.")
    before = columns_of_person(person)
    _write_person(person, facts)
    work.session.flush()
    note_change(work, subject, "person", "P4", before=before, after=columns_of_person(person), version=person.version)
    return person


def _check_team(work: Work, facts: TeamFacts) -> None:
    refuse(
        [
            *reference_problems(facts.reference),
            *name_problems(facts.name),
            *service_problems(work, facts.service_id, "/service_id"),
            *email_problems(facts.contact_email, "/contact_email"),
            *order_problems(facts.began_on, facts.ended_on, "/ended_on"),
        ]
    )


def problems_of_person(facts: PersonFacts) -> list[Problem]:
    """What can't be so, whoever else is known."""
    return [
        *reference_problems(facts.reference),
        *name_problems(facts.name),
        *email_problems(facts.email, "/email"),
        *order_problems(facts.started_on, facts.left_on, "/left_on"),
    ]


def _write_team(team: Team, facts: TeamFacts) -> None:
    team.reference, team.name, team.service_id = facts.reference, facts.name.strip(), facts.service_id
    team.employer, team.contact_email = text_or_none(facts.employer), _address_or_none(facts.contact_email)
    team.began_on, team.ended_on = facts.began_on, facts.ended_on


def _team_facts(team: Team) -> dict[str, Any]:
    names = ("reference", "name", "service_id", "employer", "contact_email", "began_on", "ended_on")
    return {name: getattr(team, name) for name in names}


def _write_person(person: Person, facts: PersonFacts) -> None:
    for name, value in as_saved(facts).items():
        setattr(person, name, value)


def as_saved(facts: PersonFacts) -> dict[str, Any]:
    """What is known about somebody by the columns in which it is kept."""
    return {
        "reference": facts.reference,
        "name": facts.name.strip(),
        "email": _address_or_none(facts.email),
        "job_title": text_or_none(facts.job_title),
        "started_on": facts.started_on,
        "left_on": facts.left_on,
    }


def columns_of_person(person: Person) -> dict[str, Any]:
    """The same of somebody on record."""
    names = ("reference", "name", "email", "job_title", "started_on", "left_on")
    return {name: getattr(person, name) for name in names}


def _address_or_none(address: str | None) -> str | None:
    return (address or "").strip().lower() or None


def _service_id_problems(service_id: str) -> list[Problem]:
    if _SERVICE_ID.fullmatch(service_id):
        return []
    sentence = "A service's id is a word of small letters, digits and underscores, such as home_first: give one."
    return [Problem("/id", sentence, service_id[:SHOWN], "P4")]
