"""Services, teams and people: creating and changing them, and moving people between teams (P4).

Changes take the whole of what is known about the thing, so that nothing has to be guessed from what is left out.
History is kept where figures need it: a membership is ended and another begun, never rewritten.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from db.queries import organisation
from db.tables.organisation import Person, Service, Team, TeamMembership
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow, NotFound
from usecases.work import Work

_SERVICE_ID = re.compile(r"[a-z][a-z0-9_]{0,62}")
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,62}[A-Za-z0-9])?")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What is known about a team. One of another employer may have a contact address instead of its people's (P4)."""

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
    line_manager_id: uuid.UUID | None = None


def add_service(work: Work, service_id: str, name: str) -> Service:
    """A new service; its id is the word that the policy uses for it, such as `mash`."""
    refuse([*_name_problems(name), *_service_id_problems(service_id)])
    if organisation.service(work.session, service_id) is not None:
        raise NotAllowedNow(f"There is a service {service_id} already: change that one, or take another id.")
    service = Service(id=service_id, name=name.strip())
    work.session.add(service)
    work.session.flush()
    return service


def change_service(work: Work, service_id: str, name: str) -> Service:
    """Give a service another name. Its id stays: the policy and past audits know it by that."""
    refuse(_name_problems(name))
    service = known_service(work, service_id)
    service.name = name.strip()
    work.session.flush()
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
    return team


def change_team(work: Work, team_id: uuid.UUID, facts: TeamFacts) -> Team:
    """Change a team, from now on: audits keep the team and the service that they were allocated in."""
    team = known_team(work, team_id)
    _check_team(work, facts)
    other = organisation.team_by_reference(work.session, facts.reference)
    if other is not None and other.id != team.id:
        raise NotAllowedNow(f"The reference {facts.reference} is that of {other.name}: take another one.")
    _write_team(team, facts)
    work.session.flush()
    return team


def add_person(work: Work, facts: PersonFacts) -> Person:
    """A new member of staff."""
    _check_person(work, facts)
    if organisation.person_by_reference(work.session, facts.reference) is not None:
        raise NotAllowedNow(
            f"There is somebody with the reference {facts.reference} already: change them, or take another reference."
        )
    person = Person()
    _write_person(person, facts)
    work.session.add(person)
    work.session.flush()
    return person


def change_person(work: Work, person_id: uuid.UUID, facts: PersonFacts) -> Person:
    """Change what is known about somebody. Their teams, posts and absences have moves of their own."""
    person = known_person(work, person_id)
    _check_person(work, facts, person_id)
    other = organisation.person_by_reference(work.session, facts.reference)
    if other is not None and other.id != person.id:
        raise NotAllowedNow(f"The reference {facts.reference} is somebody else's: take another one.")
    _write_person(person, facts)
    work.session.flush()
    return person


def join_team(work: Work, person_id: uuid.UUID, team_id: uuid.UUID, began_on: date | None = None) -> TeamMembership:
    """Somebody belongs to a team from that day on, and to the team before it until the day before.

    `began_on` may be left out for a first team, whose beginning nobody remembers. Raises InvalidFacts when they were in
    another team on that day or after it by a membership that has ended: one team at a time (S3).
    """
    known_person(work, person_id)
    known_team(work, team_id)
    present = organisation.open_membership(work.session, person_id)
    if present is not None:
        _end_before(work, present, began_on)
    _refuse_two_teams(work, person_id, began_on)
    membership = TeamMembership(person_id=person_id, team_id=team_id, began_on=began_on)
    work.session.add(membership)
    work.session.flush()
    return membership


def leave_team(work: Work, person_id: uuid.UUID, ended_on: date) -> TeamMembership:
    """Somebody belongs to their team until that day, and to none after it."""
    known_person(work, person_id)
    present = organisation.open_membership(work.session, person_id)
    if present is None:
        raise NotFound("They belong to no team now, so there is none to leave.")
    refuse(order_problems(present.began_on, ended_on, "/ended_on"))
    present.ended_on = ended_on
    work.session.flush()
    return present


def known_service(work: Work, service_id: str) -> Service:
    """The service, or NotFound."""
    service = organisation.service(work.session, service_id)
    if service is None:
        raise NotFound(f"There is no service {service_id[:_SHOWN]!r}: GET /v1/services lists them.")
    return service


def known_team(work: Work, team_id: uuid.UUID) -> Team:
    """The team, or NotFound."""
    team = organisation.team(work.session, team_id)
    if team is None:
        raise NotFound(f"There is no team {team_id}: GET /v1/teams lists them.")
    return team


def known_person(work: Work, person_id: uuid.UUID) -> Person:
    """The person, or NotFound."""
    person = organisation.person(work.session, person_id)
    if person is None:
        raise NotFound(f"There is nobody with the id {person_id}: GET /v1/people lists them.")
    return person


def refuse(problems: list[Problem]) -> None:
    """Raises InvalidFacts when there are any."""
    if problems:
        raise InvalidFacts(problems)


def order_problems(began_on: date | None, ended_on: date | None, pointer: str) -> list[Problem]:
    """An end before the beginning."""
    if began_on is None or ended_on is None or began_on <= ended_on:
        return []
    sentence = f"The end ({day_in_words(ended_on)}) is before the beginning ({day_in_words(began_on)}): correct one."
    return [Problem(pointer, sentence, ended_on.isoformat())]


def person_problems(work: Work, person_id: uuid.UUID | None, pointer: str) -> list[Problem]:
    """Somebody who is named and not known."""
    if person_id is None or organisation.person(work.session, person_id) is not None:
        return []
    sentence = "There is nobody with this id: GET /v1/people lists the people who are known."
    return [Problem(pointer, sentence, str(person_id))]


def service_problems(work: Work, service_id: str | None, pointer: str) -> list[Problem]:
    """A service that is named and not known."""
    if service_id is None or organisation.service(work.session, service_id) is not None:
        return []
    known = ", ".join(service.id for service in organisation.services(work.session)) or "none yet"
    sentence = f"There is no service of this id (known: {known}): add it first, or name another."
    return [Problem(pointer, sentence, service_id[:_SHOWN], "P4")]


def _end_before(work: Work, present: TeamMembership, began_on: date | None) -> None:
    if began_on is None or (present.began_on is not None and began_on <= present.began_on):
        sentence = (
            "They belong to a team already: say from which day on they belong to the new one, after the day on which "
            "they joined the present one."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "S3")])
    present.ended_on = began_on - timedelta(days=1)
    work.session.flush()


def _refuse_two_teams(work: Work, person_id: uuid.UUID, began_on: date | None) -> None:
    last_day = organisation.last_day_in_a_team(work.session, person_id)
    if last_day is not None and (began_on is None or began_on <= last_day):
        sentence = (
            f"They were in another team until {day_in_words(last_day)}, and nobody is in two teams at a time: "
            "give a later day."
        )
        raise InvalidFacts([Problem("/began_on", sentence, began_on.isoformat() if began_on else None, "S3")])


def _check_team(work: Work, facts: TeamFacts) -> None:
    refuse(
        [
            *_reference_problems(facts.reference),
            *_name_problems(facts.name),
            *service_problems(work, facts.service_id, "/service_id"),
            *_email_problems(facts.contact_email, "/contact_email"),
            *order_problems(facts.began_on, facts.ended_on, "/ended_on"),
        ]
    )


def _check_person(work: Work, facts: PersonFacts, person_id: uuid.UUID | None = None) -> None:
    problems = [
        *_reference_problems(facts.reference),
        *_name_problems(facts.name),
        *_email_problems(facts.email, "/email"),
        *order_problems(facts.started_on, facts.left_on, "/left_on"),
        *person_problems(work, facts.line_manager_id, "/line_manager_id"),
    ]
    if person_id is not None and facts.line_manager_id == person_id:
        sentence = "Nobody manages themselves: name somebody else, or nobody."
        problems.append(Problem("/line_manager_id", sentence, str(person_id), "A2"))
    refuse(problems)


def _write_team(team: Team, facts: TeamFacts) -> None:
    team.reference, team.name, team.service_id = facts.reference, facts.name.strip(), facts.service_id
    team.employer, team.contact_email = _text_or_none(facts.employer), _address_or_none(facts.contact_email)
    team.began_on, team.ended_on = facts.began_on, facts.ended_on


def _write_person(person: Person, facts: PersonFacts) -> None:
    person.reference, person.name = facts.reference, facts.name.strip()
    person.email, person.job_title = _address_or_none(facts.email), _text_or_none(facts.job_title)
    person.started_on, person.left_on = facts.started_on, facts.left_on
    person.line_manager_id = facts.line_manager_id


def _text_or_none(text: str | None) -> str | None:
    return (text or "").strip() or None


def _address_or_none(address: str | None) -> str | None:
    return (address or "").strip().lower() or None


def _name_problems(name: str) -> list[Problem]:
    return [] if name.strip() else [Problem("/name", "The name is empty: give one that people will recognise.", name)]


def _service_id_problems(service_id: str) -> list[Problem]:
    if _SERVICE_ID.fullmatch(service_id):
        return []
    sentence = "A service's id is a word of small letters, digits and underscores, such as home_first: give one."
    return [Problem("/id", sentence, service_id[:_SHOWN], "P4")]


def _reference_problems(reference: str) -> list[Problem]:
    if _REFERENCE.fullmatch(reference):
        return []
    sentence = "A reference has 1 to 64 letters, digits and . _ : / - and no spaces: give the id of the case system."
    return [Problem("/reference", sentence, reference[:_SHOWN], "C1")]


def _email_problems(address: str | None, pointer: str) -> list[Problem]:
    if not (address or "").strip() or _EMAIL.fullmatch((address or "").strip()):
        return []
    sentence = "This is no e-mail address: give one such as name@council.example, or none."
    return [Problem(pointer, sentence, (address or "")[:_SHOWN], "A5")]
