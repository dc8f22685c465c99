"""Posts, deputies, who may audit how much, and who is away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from samples.chance import Chance
from samples.people import TEAM_WITHOUT_MANAGER, SamplePerson, Staff, head_of
from samples.services_and_teams import SERVICES, TEAMS

_PARTNER_SERVICES = ("community_learning_disability", "send", "nelft", "care_and_support")
_SHORTEST_LONG_ABSENCE = 45
_LONGEST_LEAVE = 9


@dataclass(frozen=True, slots=True)
class SamplePost:
    """A post that somebody holds, for a team, a service or the whole council."""

    role: str
    person: str
    team: str = ""
    service: str = ""
    deputy: str = ""
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class SampleAuditor:
    """Somebody audits for a service, so many audits a cycle."""

    person: str
    service: str
    grade: str
    capacity: int
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class SampleAbsence:
    """Somebody is away, both days included."""

    person: str
    first_on: date
    last_on: date


def make_posts(staff: Staff, as_of: date) -> list[SamplePost]:
    """All posts: team managers with one vacancy and one job share, heads of service, and the leaders."""
    return [*_team_managers(staff, as_of), *_heads_of_service(staff), *_leaders(staff)]


def _team_managers(staff: Staff, as_of: date) -> Iterator[SamplePost]:
    for position, team in enumerate(TEAMS):
        deputies = _deputies(staff, team.service)
        for person in (p for p in staff.managers if p.team == team.id):
            # Half of the team managers have a deputy; for the others the next post up answers.
            deputy = deputies[0].id if deputies and position % 2 == 0 else ""
            yield SamplePost("team_manager", person.id, team=team.id, deputy=deputy, began_on=person.started_on)
    # The vacancy: whoever held it has moved on to another job in the council.
    former = next(p for p in staff.managers if p.audits_for == "care_and_support" and p.grade == "manager")
    ended_on = as_of - timedelta(days=50)
    yield SamplePost("team_manager", former.id, team=TEAM_WITHOUT_MANAGER, ended_on=ended_on)


def _deputies(staff: Staff, service: str) -> list[SamplePerson]:
    return [p for p in staff.managers if p.service == service and p.grade == "manager" and not p.team]


def _heads_of_service(staff: Staff) -> Iterator[SamplePost]:
    for service in SERVICES:
        seniors = [p for p in staff.managers if p.service == service and p.grade == "senior_manager"]
        yield SamplePost("head_of_service", head_of(staff, service).id, service=service, deputy=seniors[0].id)


def _leaders(staff: Staff) -> Iterator[SamplePost]:
    (director,) = staff.by_title("Director of Adult Social Care")
    (divisional,) = staff.by_title("Divisional Director")
    (quality,) = staff.by_title("Assistant Director, Quality Assurance")
    (assessment,) = staff.by_title("Assistant Director, Assessment")
    (partnerships,) = staff.by_title("Assistant Director, Partnerships")
    (social_worker,) = staff.by_title("Principal Social Worker")
    (audit_manager,) = staff.by_title("Audit Manager")
    for service in SERVICES:
        usual = partnerships if service in _PARTNER_SERVICES else assessment
        holder = quality if service == "quality_assurance" else usual
        yield SamplePost("assistant_director", holder.id, service=service)
    yield SamplePost("principal_social_worker", social_worker.id)
    yield SamplePost("assistant_director_qa", quality.id, deputy=assessment.id)
    yield SamplePost("director", director.id, deputy=quality.id)
    yield SamplePost("divisional_director", divisional.id)
    officers = staff.by_title("Audit Officer")
    yield SamplePost("audit_manager", audit_manager.id, deputy=officers[0].id)
    for officer in officers:
        yield SamplePost("audit_team", officer.id)
    for moderator in (director, quality, assessment, partnerships):
        yield SamplePost("moderator", moderator.id)


def make_auditors(staff: Staff, as_of: date, seed: str) -> list[SampleAuditor]:
    """Everybody who audits: one audit a cycle for most, none this cycle or two for a few."""
    chance = Chance(seed, "auditors")
    capacities = chance.shuffled([0] * 6 + [2] * 3 + [1] * (len(staff.auditors) - 9))
    auditors = [
        SampleAuditor(person.id, person.audits_for or "", person.grade, capacity)
        for person, capacity in zip(staff.auditors, capacities, strict=True)
    ]
    return [*auditors, _former_auditor(staff, as_of)]


def _former_auditor(staff: Staff, as_of: date) -> SampleAuditor:
    """An appointment that has ended: history, not capacity."""
    officer = staff.by_title("Audit Officer")[-1]
    return SampleAuditor(officer.id, "quality_assurance", "", 1, ended_on=as_of - timedelta(days=120))


def make_absences(staff: Staff, as_of: date, seed: str) -> list[SampleAbsence]:
    """Who is away around that day: some for most of the cycle (S9), most for a few days of leave."""
    chance = Chance(seed, "absences")
    month_began = as_of.replace(day=1)
    cases_only = [p for p in staff.practitioners if not p.audits_for]
    auditors = [p for p in staff.managers if p.audits_for and not p.team]
    long_away = [*chance.some_of(cases_only, 6), *chance.some_of(auditors, 4), *_one_team_manager(staff)]
    absences = [_long_absence(person, month_began, chance) for person in long_away]
    others = [p for p in [*staff.practitioners, *staff.managers] if p not in long_away]
    return absences + [_leave(person, month_began, chance) for person in chance.some_of(others, 40)]


def _one_team_manager(staff: Staff) -> list[SamplePerson]:
    """A team manager who has a deputy, so that the deputy is told instead."""
    return [next(p for p in staff.managers if p.team == TEAMS[2].id)]


def _long_absence(person: SamplePerson, month_began: date, chance: Chance) -> SampleAbsence:
    first_on = month_began - timedelta(chance.between(1, 40))
    return SampleAbsence(person.id, first_on, month_began + timedelta(_SHORTEST_LONG_ABSENCE + chance.between(0, 60)))


def _leave(person: SamplePerson, month_began: date, chance: Chance) -> SampleAbsence:
    first_on = month_began + timedelta(chance.between(-25, 40))
    return SampleAbsence(person.id, first_on, first_on + timedelta(chance.between(1, _LONGEST_LEAVE)))
