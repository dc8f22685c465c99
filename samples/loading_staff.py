"""Loads who is not in the case system: services, managers and auditors, posts, who audits, and who is away."""

from db.queries import organisation
from db.tables.organisation import Person, Team
from samples.council import Council
from samples.people import SamplePerson
from samples.services_and_teams import SERVICES
from usecases.appointments import AppointmentFacts, appoint_auditor, record_absence
from usecases.organisation import PersonFacts, add_person, add_service
from usecases.posts import PostFacts, give_post
from usecases.team_memberships import join_team
from usecases.work import Work

_ALL = 1000  # more than there are of anything here


def add_services(work: Work) -> None:
    """The framework's services (P4)."""
    for service, name in SERVICES.items():
        add_service(work, service, name)


def add_managers(work: Work, council: Council) -> None:
    """Managers and auditors who are not in the case system; whoever manages comes before whom they manage."""
    teams = _teams(work)
    known: dict[str, Person] = {}
    for person in council.staff.managers:
        manager = known.get(person.manager or "")
        known[person.id] = added = add_person(work, _facts(person), line_manager_id=manager.id if manager else None)
        if person.team:
            join_team(work, added.id, teams[person.team].id, person.started_on)


def add_posts_auditors_and_absences(work: Work, council: Council) -> None:
    """Who holds which post and who stands in, who audits how much, and who is away."""
    # While these are at hand, the session answers for each of them without asking the database again.
    teams = _teams(work)
    people = {who.person.reference: who.person for who in _people(work)}
    for post in council.posts:
        facts = PostFacts(
            role=post.role,
            team_id=teams[post.team].id if post.team else None,
            service_id=post.service or None,
            deputy_id=people[post.deputy].id if post.deputy else None,
            began_on=post.began_on,
            ended_on=post.ended_on,
        )
        give_post(work, people[post.person].id, facts)
    for auditor in council.auditors:
        roles = (auditor.grade,) if auditor.grade else ()
        appointment = AppointmentFacts(auditor.service, auditor.capacity, roles, auditor.began_on, auditor.ended_on)
        appoint_auditor(work, people[auditor.person].id, appointment)
    for absence in council.absences:
        record_absence(work, people[absence.person].id, absence.first_on, absence.last_on)


def _facts(person: SamplePerson) -> PersonFacts:
    return PersonFacts(
        reference=person.id,
        name=person.name,
        email=person.email,
        job_title=person.job_title,
        started_on=person.started_on,
    )


def _teams(work: Work) -> dict[str, Team]:
    found = organisation.teams(work.session, service_id=None, on=None, after=None, limit=_ALL)
    return {team.reference: team for team in found}


def _people(work: Work) -> list[organisation.PersonFile]:
    return organisation.people(work.session, on=work.today, after=None, limit=_ALL)
