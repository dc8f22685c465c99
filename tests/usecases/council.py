"""A small council for tests: one service, one team, and people in its posts."""

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from db.queries.audits import AuditMade
from db.tables.audits import Audit
from db.tables.organisation import AuditorAppointment, Person, Post, Service, Team, TeamMembership
from db.tables.programme import AuditCycle
from rules.policy.load import load_edition
from rules.working_days import WorkingDayCalendar
from usecases.work import Work

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
OPENING = datetime(2026, 10, 1, 8, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Council:
    """What was saved, by the names that tests use."""

    session: Session
    people: dict[str, Person]
    teams: dict[str, Team]
    cycle: AuditCycle

    def audit(
        self, practitioner: str, auditor: str, number: int = 1, re_audit_of: AuditMade | None = None
    ) -> AuditMade:
        """An audit of the cycle in CART, saved."""
        audit = Audit(
            reference=f"PA-2026-{number:04}",
            origin="drawn",
            kind="re_audit" if re_audit_of else "ordinary",
            sequence=1 if re_audit_of else 0,
            re_audit_of=re_audit_of.id if re_audit_of else None,
            state="allocated",
            cycle_id=self.cycle.id,
            month=date(2026, 10, 1),
            case_reference=f"CASE-{number}",
            practitioner_id=self.people[practitioner].id,
            auditor_id=self.people[auditor].id,
            team_id=self.teams["CART"].id,
            service_id=self.teams["CART"].service_id,
            allocated_on=date(2026, 10, 1),
            window_from=date(2026, 4, 1),
            window_to=date(2026, 9, 30),
            report_due_on=self.cycle.report_due_on,
            reasons=[],
        )
        self.session.add(audit)
        self.session.flush()
        return self.made(practitioner, auditor, number, audit.id)

    def made(self, practitioner: str, auditor: str, number: int, audit_id: uuid.UUID | None = None) -> AuditMade:
        """An audit as it is told of; without an id it is one that nobody saved, for tests about very many."""
        return AuditMade(
            id=audit_id or uuid.uuid5(uuid.NAMESPACE_OID, str(number)),
            reference=f"PA-2026-{number:04}",
            practitioner_id=self.people[practitioner].id,
            auditor_id=self.people[auditor].id,
            team_id=self.teams["CART"].id,
            service_id="home_first",
        )


def found(session: Session) -> Council:
    """CART of Home First with its posts filled, an audit team of two, and an auditor of Quality Assurance."""
    session.add_all(
        [Service(id="home_first", name="Home First"), Service(id="quality_assurance", name="Quality Assurance")]
    )
    session.flush()
    teams = {"CART": Team(reference="T1", name="CART", service_id="home_first")}
    names = (
        "worker",
        "other worker",
        "team manager",
        "head",
        "auditor",
        "qa head",
        "audit team 1",
        "audit team 2",
        "ad",
    )
    people = {
        name: Person(reference=f"W{number}", name=name, email=f"{name.replace(' ', '.')}@council.example")
        for number, name in enumerate(names)
    }
    cycle = AuditCycle(
        month="2026-10",
        kind="ordinary",
        state="open",
        edition_id=POLICY.edition.id,
        edition_version=POLICY.edition.version,
        opens_on=date(2026, 10, 1),
        report_due_on=date(2026, 10, 29),
        closes_on=date(2026, 10, 30),
        shortfalls=[],
        warnings=[],
    )
    session.add_all([*teams.values(), *people.values(), cycle])
    session.flush()
    session.add_all(_posts(people, teams))
    session.flush()
    return Council(session, people, teams, cycle)


def _posts(people: dict[str, Person], teams: dict[str, Team]) -> list[Post | TeamMembership | AuditorAppointment]:
    team, worker = teams["CART"].id, (people["worker"].id, people["other worker"].id)
    return [
        *(TeamMembership(person_id=person, team_id=team) for person in worker),
        AuditorAppointment(
            person_id=people["auditor"].id, service_id="quality_assurance", roles=["manager"], capacity=2
        ),
        Post(role="team_manager", person_id=people["team manager"].id, team_id=team),
        Post(role="head_of_service", person_id=people["head"].id, service_id="home_first"),
        Post(role="head_of_service", person_id=people["qa head"].id, service_id="quality_assurance"),
        Post(role="assistant_director", person_id=people["ad"].id),
        Post(role="audit_team", person_id=people["audit team 1"].id),
        Post(role="audit_team", person_id=people["audit team 2"].id),
    ]


def work(session: Session, now: datetime = OPENING) -> Work:
    """The opening of the cycle, on its day."""
    return Work(session=session, now=now, calendar=CALENDAR, policy=POLICY, actor="scheduler")
