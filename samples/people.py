"""Who works for the sample council: practitioners, their managers up to the divisional director, and the auditors."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from samples.chance import Chance
from samples.made_up_names import MadeUpNames, address_of
from samples.services_and_teams import SERVICES, TEAMS, TRUST_DOMAIN, SampleTeam

# How many people beside team managers and advanced practitioners audit for a service, by grade.
_AUDITORS_BESIDE = {
    "quality_assurance": {"senior_manager": 6, "manager": 4, "": 1},
    "care_and_support": {"senior_manager": 5, "manager": 3},
    "home_first": {"senior_manager": 6, "manager": 1, "": 1},
    "care_management": {"senior_manager": 2, "manager": 2, "": 2},
    "community_learning_disability": {"senior_manager": 1, "manager": 1, "": 1},
    "review": {"senior_manager": 1, "manager": 1, "": 1},
    "mash": {"senior_manager": 1, "": 1},
    "send": {"senior_manager": 1, "": 1},
    "nelft": {"senior_manager": 2, "manager": 1, "": 1},
}
_JOB_TITLES = {"senior_manager": "Service Manager", "manager": "Practice Manager", "": "Quality Practitioner"}

# The one team without a manager: the post is vacant. Another is shared by two people.
TEAM_WITHOUT_MANAGER = "SYN-REV"
TEAM_WITH_JOB_SHARE = "SYN-CMT"

_NO_CASES_BEFORE_DAYS = 20
_NEWCOMERS = 9
_LEAVERS = 6
_UNKNOWN_START = 3


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """A member of staff. `grade` is that of an auditor: manager, senior_manager, or nothing for others;
    `audits_for` the service, None for somebody who does not audit. `holds_cases` says a practitioner."""

    id: str
    name: str
    job_title: str
    service: str | None = None
    team: str | None = None
    email: str | None = None
    started_on: date | None = None
    left_on: date | None = None
    manager: str | None = None
    holds_cases: bool = False
    audits_for: str | None = None
    grade: str = ""


@dataclass(slots=True)
class Staff:
    """Everybody, in the order in which they were made up."""

    practitioners: list[SamplePerson] = field(default_factory=list)
    leavers: list[SamplePerson] = field(default_factory=list)
    managers: list[SamplePerson] = field(default_factory=list)

    @property
    def everybody(self) -> list[SamplePerson]:
        return [*self.practitioners, *self.leavers, *self.managers]

    @property
    def auditors(self) -> list[SamplePerson]:
        return [person for person in self.everybody if person.audits_for]

    def by_title(self, job_title: str) -> list[SamplePerson]:
        return [person for person in self.managers if person.job_title == job_title]


def make_staff(as_of: date, seed: str) -> Staff:
    """Everybody who works, or lately worked, for the council on that day."""
    maker = _Maker(as_of, Chance(seed, "people"))
    staff = Staff()
    maker.add_leaders(staff)
    for team in TEAMS:
        maker.add_team_managers(staff, team)
    maker.add_other_auditors(staff)
    for team in TEAMS:
        maker.add_practitioners(staff, team)
    maker.make_some_newcomers(staff)
    maker.add_leavers(staff)
    maker.take_some_addresses(staff)
    return staff


class _Maker:
    def __init__(self, as_of: date, chance: Chance) -> None:
        self.as_of = as_of
        self.chance = chance
        self.names = MadeUpNames(chance)
        self.managers_made = 0
        self.workers_made = 0

    def add_leaders(self, staff: Staff) -> None:
        divisional = self._manager(staff, "Divisional Director")
        director = self._manager(staff, "Director of Adult Social Care", manager=divisional)
        quality = self._manager(staff, "Assistant Director, Quality Assurance", "quality_assurance", director)
        self._manager(staff, "Assistant Director, Assessment", manager=director)
        self._manager(staff, "Assistant Director, Partnerships", manager=director)
        self._manager(staff, "Principal Social Worker", manager=quality)
        audit_manager = self._manager(staff, "Audit Manager", "quality_assurance", quality)
        for _ in range(3):
            self._manager(staff, "Audit Officer", "quality_assurance", audit_manager)
        for service, name in SERVICES.items():
            self._manager(staff, f"Head of Service, {name}", service, director)

    def add_team_managers(self, staff: Staff, team: SampleTeam) -> None:
        holders = {TEAM_WITHOUT_MANAGER: 0, TEAM_WITH_JOB_SHARE: 2}.get(team.id, 1)
        for _ in range(holders):
            head = head_of(staff, team.service)
            self._manager(staff, "Team Manager", team.service, head, team=team.id, grade="manager", audits=True)

    def add_other_auditors(self, staff: Staff) -> None:
        for service, grades in _AUDITORS_BESIDE.items():
            for grade, count in grades.items():
                for _ in range(count):
                    head = head_of(staff, service)
                    self._manager(staff, _JOB_TITLES[grade], service, head, grade=grade, audits=True)

    def add_practitioners(self, staff: Staff, team: SampleTeam) -> None:
        line_managers = line_managers_of(staff, team)
        for number in range(team.practitioners):
            audits = number < team.advanced
            title = "Advanced Practitioner" if audits else self._practitioner_title(team)
            person = replace(
                self._worker(title, team),
                manager=line_managers[number % len(line_managers)].id,
                audits_for=team.service if audits else None,
            )
            staff.practitioners.append(person)

    def make_some_newcomers(self, staff: Staff) -> None:
        """Some started in the last weeks, of some nobody knows when they did."""
        plain = [at for at, person in enumerate(staff.practitioners) if not person.audits_for]
        chosen = self.chance.some_of(plain, _NEWCOMERS + _UNKNOWN_START)
        for place, at in enumerate(chosen):
            days = timedelta(self.chance.between(_NO_CASES_BEFORE_DAYS, 85))
            started_on = self.as_of - days if place < _NEWCOMERS else None
            staff.practitioners[at] = replace(staff.practitioners[at], started_on=started_on)

    def add_leavers(self, staff: Staff) -> None:
        for _ in range(_LEAVERS):
            team = self.chance.one_of(TEAMS)
            left_on = self.as_of - timedelta(self.chance.between(15, 200))
            staff.leavers.append(replace(self._worker(self._practitioner_title(team), team), left_on=left_on))

    def take_some_addresses(self, staff: Staff) -> None:
        """A few people have no address: what they should be told is shown as a shortfall instead (A5)."""
        for people, count in ((staff.practitioners, 3), (staff.managers, 1)):
            known = [at for at, person in enumerate(people) if person.job_title in _CAN_LACK_AN_ADDRESS]
            for at in self.chance.some_of(known, count):
                people[at] = replace(people[at], email=None)

    def _manager(
        self,
        staff: Staff,
        job_title: str,
        service: str | None = None,
        manager: SamplePerson | None = None,
        *,
        team: str | None = None,
        grade: str = "",
        audits: bool = False,
    ) -> SamplePerson:
        self.managers_made += 1
        name = self.names.next()
        person = SamplePerson(
            id=f"SYN-M{self.managers_made:03}",
            name=name,
            job_title=job_title,
            service=service,
            team=team,
            email=address_of(name),
            started_on=self._started_on(),
            manager=manager.id if manager else None,
            audits_for=service if audits else None,
            grade=grade,
        )
        staff.managers.append(person)
        return person

    def _worker(self, job_title: str, team: SampleTeam) -> SamplePerson:
        self.workers_made += 1
        name = self.names.next()
        return SamplePerson(
            id=f"990{self.workers_made:03}",
            name=name,
            job_title=job_title,
            service=team.service,
            team=team.id,
            email=address_of(name, TRUST_DOMAIN) if team.employer else address_of(name),
            started_on=self._started_on(),
            holds_cases=True,
        )

    def _started_on(self) -> date:
        return self.as_of - timedelta(self.chance.between(400, 4500))

    def _practitioner_title(self, team: SampleTeam) -> str:
        titles = [("Social Worker", 6), ("Senior Social Worker", 2), ("Assessor", 2)]
        return self.chance.weighted([*titles, ("Community Nurse", 2)] if team.employer else titles)


_CAN_LACK_AN_ADDRESS = {"Social Worker", "Senior Social Worker", "Assessor", "Quality Practitioner"}


def head_of(staff: Staff, service: str) -> SamplePerson:
    """The head of a service."""
    return next(p for p in staff.managers if p.service == service and p.job_title.startswith("Head of Service"))


def line_managers_of(staff: Staff, team: SampleTeam) -> list[SamplePerson]:
    """Who line-manages a team's practitioners: its managers or, while the post is vacant, a manager of the service."""
    own = [person for person in staff.managers if person.team == team.id]
    return own or [p for p in staff.managers if p.service == team.service and p.grade == "senior_manager"]
