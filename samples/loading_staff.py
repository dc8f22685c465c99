"""Loads who is not in the case system: services, managers and auditors, posts, who audits, and who is away."""

import uuid

from db.queries.recorded_audits import people_by_reference, teams_by_reference
from samples.council import Council
from samples.people import SamplePerson
from samples.services_and_teams import SERVICES, TEAMS
from usecases.organisation import PersonFacts, add_person, add_service, join_team
from usecases.posts import AppointmentFacts, PostFacts, appoint_auditor, give_post, record_absence
from usecases.work import Work


def add_services(work: Work) -> None:
    """The framework's services (P4)."""
    for service, name in SERVICES.items():
        add_service(work, service, name)


def add_managers(work: Work, council: Council) -> None:
    """Managers and auditors who are not in the case system; whoever manages comes before whom they manage."""
    teams = _team_ids(work)
    known: dict[str, uuid.UUID] = {}
    for person in council.staff.managers:
        added = add_person(work, _facts(person, known.get(person.manager or "")))
        known[person.id] = added.id
        if person.team:
            join_team(work, added.id, teams[person.team], person.started_on)


def add_posts_auditors_and_absences(work: Work, council: Council) -> None:
    """Who holds which post and who stands in, who audits how much, and who is away."""
    people = people_by_reference(work.session, {person.id for person in council.staff.everybody})
    teams = _team_ids(work)
    for post in council.posts:
        facts = PostFacts(
            role=post.role,
            team_id=teams.get(post.team),
            service_id=post.service or None,
            deputy_id=people.get(post.deputy),
            began_on=post.began_on,
            ended_on=post.ended_on,
        )
        give_post(work, people[post.person], facts)
    for auditor in council.auditors:
        roles = (auditor.grade,) if auditor.grade else ()
        days = auditor.began_on, auditor.ended_on
        appoint_auditor(work, people[auditor.person], AppointmentFacts(auditor.service, auditor.capacity, roles, *days))
    for absence in council.absences:
        record_absence(work, people[absence.person], absence.first_on, absence.last_on)


def _facts(person: SamplePerson, line_manager_id: uuid.UUID | None) -> PersonFacts:
    return PersonFacts(
        reference=person.id,
        name=person.name,
        email=person.email,
        job_title=person.job_title,
        started_on=person.started_on,
        line_manager_id=line_manager_id,
    )


def _team_ids(work: Work) -> dict[str, uuid.UUID]:
    rows = teams_by_reference(work.session, {team.id for team in TEAMS})
    return {reference: row.team_id for reference, row in rows.items()}
