"""What is checked before anything of the organisation is saved: that it is there, fits, and was not changed since."""

import re
import uuid
from datetime import date
from typing import Protocol

from db.queries import organisation, organisation_locks
from db.tables.organisation import Person, Post, Service, Team
from rules.dates_in_words import day_in_words, listed
from rules.errors import InvalidFacts, Problem
from usecases.errors import AlreadyDifferent, NotFound
from usecases.work import LONDON, Work

SHOWN = 60
_REFERENCE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:/-]{0,62}[A-Za-z0-9])?")
_EMAIL = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+\.[^\s@,;<>\"]+")


class VersionedRow(Protocol):
    """A row that counts its changes."""

    @property
    def version(self) -> int: ...


def known_service(work: Work, service_id: str) -> Service:
    """The service, or NotFound."""
    service = organisation.service(work.session, service_id, work.reach)
    if service is None:
        raise NotFound(f"There is no service {service_id[:SHOWN]!r}: GET /v1/services lists them.")
    return service


def known_team(work: Work, team_id: uuid.UUID) -> Team:
    """The team, or NotFound."""
    team = organisation.team(work.session, team_id, work.reach)
    if team is None:
        raise NotFound(f"There is no team {team_id}: GET /v1/teams lists them.")
    return team


def known_person(work: Work, person_id: uuid.UUID) -> Person:
    """The person, or NotFound."""
    person = organisation.person(work.session, person_id, work.reach)
    if person is None:
        raise NotFound(f"There is nobody with the id {person_id}: GET /v1/people lists them.")
    return person


def held_service(work: Work, service_id: str) -> Service:
    """The service as it is now, kept from others until this is saved; or NotFound."""
    held = organisation_locks.held(work.session, Service, service_id)
    return held or known_service(work, service_id)


def held_team(work: Work, team_id: uuid.UUID) -> Team:
    """The team as it is now, kept from others until this is saved; or NotFound."""
    held = organisation_locks.held(work.session, Team, team_id)
    return held or known_team(work, team_id)


def held_person(work: Work, person_id: uuid.UUID) -> Person:
    """The person as they are now, kept from others until this is saved; or NotFound.

    Whoever changes what somebody holds takes this first, so that two at once can't both find the days free.
    """
    held = organisation_locks.held(work.session, Person, person_id)
    return held or known_person(work, person_id)


def held_post(work: Work, person_id: uuid.UUID, post_id: uuid.UUID) -> Post:
    """The post as it is now, kept from others until this is saved; or NotFound."""
    post = organisation_locks.held(work.session, Post, post_id)
    if post is None or post.person_id != person_id:
        raise NotFound(f"They hold no post {post_id}: GET /v1/people/{person_id} lists their posts.")
    return post


def refuse_stale(work: Work, subject: tuple[str, str], row: VersionedRow, version: int | None) -> None:
    """Raises AlreadyDifferent when the row was changed since that version was read, saying what changed; None: no
    matter which."""
    if version is None or version == row.version:
        return
    raise AlreadyDifferent(
        f"Somebody else saved meanwhile: it is version {row.version} now, {version} was read. "
        f"{_what_changed(work, subject, version)}Read it again, then save."
    )


def _what_changed(work: Work, subject: tuple[str, str], version: int) -> str:
    changes = organisation_locks.changes_since(work.session, subject, version)
    told = [
        f"{listed([name.replace('_', ' ') for name in change.fields]) or change.action.replace('_', ' ')} "
        f"({change.at.astimezone(LONDON):%H:%M} on {day_in_words(change.at.astimezone(LONDON).date())}, {change.actor})"
        for change in changes
    ]
    return f"What changed: {listed(told)}. " if told else ""


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


def team_problems(work: Work, team_id: uuid.UUID | None, pointer: str = "/team_id") -> list[Problem]:
    """A team that is named and not known."""
    if team_id is None or organisation.team(work.session, team_id) is not None:
        return []
    return [Problem(pointer, "There is no team of this id: GET /v1/teams lists them.", str(team_id))]


def service_problems(work: Work, service_id: str | None, pointer: str) -> list[Problem]:
    """A service that is named and not known."""
    if service_id is None or organisation.service(work.session, service_id) is not None:
        return []
    known = ", ".join(service.id for service in organisation.services(work.session)) or "none yet"
    sentence = f"There is no service of this id (known: {known}): add it first, or name another."
    return [Problem(pointer, sentence, service_id[:SHOWN], "P4")]


def name_problems(name: str) -> list[Problem]:
    """A name that is none."""
    return [] if name.strip() else [Problem("/name", "The name is empty: give one that people will recognise.", name)]


def reference_problems(reference: str) -> list[Problem]:
    """A reference that the case system could not have."""
    if _REFERENCE.fullmatch(reference):
        return []
    sentence = "A reference has 1 to 64 letters, digits and . _ : / - and no spaces: give the id of the case system."
    return [Problem("/reference", sentence, reference[:SHOWN], "C1")]


def email_problems(address: str | None, pointer: str) -> list[Problem]:
    """An address to which no mail could go."""
    if not (address or "").strip() or _EMAIL.fullmatch((address or "").strip()):
        return []
    sentence = "This is no e-mail address: give one such as name@council.example, or none."
    return [Problem(pointer, sentence, (address or "")[:SHOWN], "A5")]


def text_or_none(text: str | None) -> str | None:
    """Without the spaces around it; None when nothing is left."""
    return (text or "").strip() or None
