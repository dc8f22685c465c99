"""Rows of services, teams and people: what differs from the record is changed, from a day on where it is dated (P4)."""

import uuid
from dataclasses import replace
from datetime import date, timedelta

from db.queries import line_managements, organisation_by_reference, team_history
from db.tables.organisation import Person, Team
from usecases.line_managers import change_line_manager
from usecases.organisation import (
    PersonFacts,
    TeamFacts,
    add_person,
    add_service,
    add_team,
    change_person,
    change_service,
    change_team,
)
from usecases.organisation_checks import known_person, known_service, known_team
from usecases.organisation_lists import ListRow
from usecases.organisation_rows import Known, RowFault
from usecases.team_changes import merge_team, move_team
from usecases.team_memberships import join_team, leave_team
from usecases.work import Work

_ONE_DAY = timedelta(days=1)


def service_row(work: Work, known: Known, row: ListRow) -> str:
    """A service and its name."""
    service_id, name = row.text("service_id") or "", row.text("name") or ""
    if service_id not in known.services:
        add_service(work, service_id, name)
        known.services.add(service_id)
        return "added"
    if known_service(work, service_id).name == name:
        return "unchanged"
    change_service(work, service_id, name)
    return "changed"


def team_row(work: Work, known: Known, row: ListRow) -> str:
    """A team, its service from a day on, and what became of it."""
    reference, service_id = row.text("team_id") or "", known.service(row, "service")
    team_id = known.teams.get(reference)
    if team_id is None:
        if service_id is None or row.text("name") is None:
            missing = "service" if service_id is None else "name"
            raise RowFault(missing, None, "the team is new here, so the row needs it: fill it in.")
        team_id = add_team(work, _team_facts(row, TeamFacts(reference, "", service_id))).id
        _merged(work, known, row, team_id)
        known.teams[reference] = team_id
        return "added"
    outcomes = {_team_moved(work, known, row, team_id), _team_changed(work, row, team_id)}
    outcomes.add(_merged(work, known, row, team_id))
    return "changed" if "changed" in outcomes else "unchanged"


def person_row(work: Work, known: Known, row: ListRow) -> str:
    """Somebody, and what is known about them whatever the day."""
    reference = row.text("person_id") or ""
    person_id = known.people.get(reference)
    if person_id is None:
        known.people[reference] = add_person(work, facts_of_new_person(row)).id
        return "added"
    present = facts_of_person(known_person(work, person_id))
    wanted = person_facts(row, present)
    if wanted == present:
        return "unchanged"
    change_person(work, person_id, wanted)
    return "changed"


def persons_place_row(work: Work, known: Known, row: ListRow) -> str:
    """Somebody's team and line manager, from a day on."""
    person_id = known.people[row.text("person_id") or ""]
    outcomes = {_team_of_person(work, known, row, person_id), _line_manager(work, known, row, person_id)}
    return "changed" if "changed" in outcomes else "unchanged"


def _team_of_person(work: Work, known: Known, row: ListRow, person_id: uuid.UUID) -> str:
    team_id = known.team(row, "team_id")
    past = organisation_by_reference.memberships_of(work.session, person_id)
    present = past[-1] if past and past[-1].ended_on is None else None
    if row.ends("team_id") and present is not None:
        leave_team(work, person_id, known.as_of - _ONE_DAY)
        return "changed"
    if team_id is None or (present is not None and present.team_id == team_id):
        return "unchanged"
    join_team(work, person_id, team_id, row.day("team_from") or (known.as_of if past else row.day("started_on")))
    return "changed"


def _line_manager(work: Work, known: Known, row: ListRow, person_id: uuid.UUID) -> str:
    manager_id = known.person(row, "manager")
    present = line_managements.open_management(work.session, person_id)
    if (manager_id is None and not row.ends("manager")) or (present.manager_id if present else None) == manager_id:
        return "unchanged"
    had_one = line_managements.management_meanwhile(work.session, person_id, None, None) is not None
    since = row.day("manager_from") or (known.as_of if had_one else None)
    change_line_manager(work, person_id, manager_id, since)
    return "changed"


def _team_moved(work: Work, known: Known, row: ListRow, team_id: uuid.UUID) -> str:
    service_id = known.service(row, "service")
    past = team_history.placements(work.session, team_id)
    present = past[-1].service_id if past else known_team(work, team_id).service_id
    if service_id is None or service_id == present:
        return "unchanged"
    move_team(work, team_id, service_id, row.day("service_from") or known.as_of)
    return "changed"


def _team_changed(work: Work, row: ListRow, team_id: uuid.UUID) -> str:
    present = _facts_of_team(known_team(work, team_id))
    wanted = _team_facts(row, present)
    if wanted == present or (
        row.text("merged_into") is not None and replace(wanted, ended_on=present.ended_on) == present
    ):
        return "unchanged"
    change_team(work, team_id, wanted)
    return "changed"


def _merged(work: Work, known: Known, row: ListRow, team_id: uuid.UUID) -> str:
    into = known.team(row, "merged_into")
    if into is None or known_team(work, team_id).merged_into_id == into:
        return "unchanged"
    ended_on = row.day("ended_on")
    if ended_on is None:
        raise RowFault("ended_on", None, "a team that was merged has a last day: fill it in.")
    merge_team(work, team_id, into, ended_on + _ONE_DAY)
    return "changed"


def _team_facts(row: ListRow, present: TeamFacts) -> TeamFacts:
    """What is on record with what the row says over it; the service is moved, not changed."""
    return TeamFacts(
        reference=present.reference,
        name=row.text("name") or present.name,
        service_id=present.service_id,
        employer=None if row.ends("employer") else row.text("employer") or present.employer,
        contact_email=None if row.ends("contact_email") else row.text("contact_email") or present.contact_email,
        began_on=row.day("began_on") or present.began_on,
        ended_on=present.ended_on if row.text("merged_into") else _ended(row, present.ended_on, "ended_on"),
    )


def facts_of_new_person(row: ListRow) -> PersonFacts:
    """Somebody who is not on record, as the row has them."""
    reference = row.text("person_id") or ""
    return person_facts(row, PersonFacts(reference, row.text("name") or row.text("email") or reference))


def person_facts(row: ListRow, present: PersonFacts) -> PersonFacts:
    """What is on record with what the row says over it."""
    return PersonFacts(
        reference=present.reference,
        name=row.text("name") or present.name,
        email=None if row.ends("email") else row.text("email") or present.email,
        job_title=None if row.ends("job_title") else row.text("job_title") or present.job_title,
        started_on=row.day("started_on") or present.started_on,
        left_on=_ended(row, present.left_on, "left_on"),
    )


def _ended(row: ListRow, present: date | None, column: str) -> date | None:
    """`none` takes an end back."""
    return None if row.ends(column) else row.day(column) or present


def facts_of_person(person: Person) -> PersonFacts:
    """What is on record about somebody."""
    return PersonFacts(person.reference, person.name, person.email, person.job_title, person.started_on, person.left_on)


def _facts_of_team(team: Team) -> TeamFacts:
    return TeamFacts(
        team.reference,
        team.name,
        team.service_id,
        team.employer,
        team.contact_email,
        team.began_on,
        team.ended_on,
    )
