"""A council made row by row, for tests that need to know each person and each case in it."""

import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport, Involvement
from db.tables.deadlines import Deadline
from db.tables.organisation import (
    Absence,
    AuditorAppointment,
    LineManagement,
    Person,
    Post,
    Service,
    Team,
    TeamMembership,
)
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import first_day_of
from rules.working_days import WorkingDayCalendar
from usecases.work import Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)


def at(on: date) -> datetime:
    """Nine o'clock UTC on that day."""
    return datetime(on.year, on.month, on.day, 9, tzinfo=UTC)


def work_on(session: Session, on: date, policy: Policy = POLICY, actor: str = "an administrator") -> Work:
    return Work(session, at(on), WorkingDayCalendar.of_policy(policy.calendar), policy, actor)


class SmallCouncil:
    """Adds people, teams and cases to a database; what it adds is known by its reference."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._extract: uuid.UUID | None = None

    def extract(self, on: date) -> uuid.UUID:
        """A loaded extract of that day; what cases are added after it are in it."""
        made = CaseloadImport(
            kind="involvements",
            state="loaded",
            file_name="involvements.csv",
            sha256="0" * 64,
            encoding="utf-8",
            date_form="iso",
            extracted_on=on,
            imported_at=at(on) - timedelta(hours=1),
            imported_by="an administrator",
            rows_read=0,
            rows_loaded=0,
            rows_refused=0,
            rows_passed_over=0,
            summary={"changes": {}, "passed_over": [], "refused": [], "notes": [], "columns_not_read": []},
        )
        self._add(made)
        for involvement in self.session.scalars(select(Involvement).where(Involvement.ended_on.is_(None))):
            involvement.last_import_id = made.id
        self.session.flush()
        self._extract = made.id
        return made.id

    def team(self, reference: str, service_id: str) -> None:
        if self.session.get(Service, service_id) is None:
            self._add(Service(id=service_id, name=service_id.replace("_", " ").title()))
        self._add(Team(reference=reference, name=f"Team {reference}", service_id=service_id))

    def person(self, reference: str, team: str | None = None, **facts: Any) -> uuid.UUID:
        facts = {"name": f"Person {reference}", "email": f"{reference.lower()}@example.org", **facts}
        person = Person(reference=reference, **facts)
        self._add(person)
        if team is not None:
            self._add(TeamMembership(person_id=person.id, team_id=self.team_id(team)))
        return person.id

    def practitioner(self, reference: str, team: str, *, cases: int = 2, **facts: Any) -> None:
        """Somebody with so many cases, allocated for nine months: P1-1, P1-2 …"""
        self.person(reference, team, **facts)
        for number in range(1, cases + 1):
            self.case(f"{reference}-{number}", reference, team)

    def line_manager(self, person: str, manager: str, **facts: Any) -> None:
        self._add(LineManagement(person_id=self.person_id(person), manager_id=self.person_id(manager), **facts))

    def case(self, reference: str, practitioner: str, team: str, **facts: Any) -> None:
        assert self._extract is not None, "make the extract first"
        began_on = facts.pop("allocated_on", date(2026, 1, 12))
        self._add(
            Involvement(
                case_reference=reference,
                person_id=self.person_id(practitioner),
                team_id=self.team_id(team),
                allocated_on=began_on,
                involvement_began_on=facts.pop("involvement_began_on", began_on),
                is_restricted=facts.pop("is_restricted", False),
                last_import_id=self._extract,
                **facts,
            )
        )

    def auditor(
        self, reference: str, service_id: str, *roles: str, capacity: int = 1, team: str | None = None, **facts: Any
    ) -> None:
        person_id = self.person(reference, team, **facts)
        if self.session.get(Service, service_id) is None:
            self._add(Service(id=service_id, name=service_id.replace("_", " ").title()))
        self._add(AuditorAppointment(person_id=person_id, service_id=service_id, roles=list(roles), capacity=capacity))

    def appointment(self, person: str) -> AuditorAppointment:
        found = select(AuditorAppointment).where(AuditorAppointment.person_id == self.person_id(person))
        return self.session.scalars(found).one()

    def post(self, person: str, role: str, *, team: str | None = None, service_id: str | None = None) -> None:
        team_id = self.team_id(team) if team else None
        self._add(Post(role=role, person_id=self.person_id(person), team_id=team_id, service_id=service_id))

    def absent(self, person: str, first_on: date, last_on: date) -> None:
        self._add(Absence(person_id=self.person_id(person), first_on=first_on, last_on=last_on))

    def audit(self, reference: str, month: str, case: str, practitioner: str, **facts: Any) -> uuid.UUID:
        """An audit of that month, recorded and closed with Good unless the facts say otherwise."""
        team_id, service_id = self._team_of(practitioner)
        auditor = facts.pop("auditor", None)
        first = first_day_of(month)
        audit = Audit(
            **{
                "reference": reference,
                "origin": "recorded",
                "kind": "ordinary",
                "state": "closed",
                "month": first,
                "case_reference": case,
                "practitioner_id": self.person_id(practitioner),
                "team_id": team_id,
                "service_id": service_id,
                "auditor_id": self.person_id(auditor) if auditor else None,
                "allocated_on": first,
                "window_from": first,
                "window_to": first,
                "report_due_on": first,
                "issued_on": first + timedelta(days=27),
                "overall_grade": "good",
                "sequence": 0,
                "reasons": [],
                **facts,
            }
        )
        self._add(audit)
        return audit.id

    def deadline(self, audit_id: uuid.UUID, owed_by: str, due_on: date, **facts: Any) -> uuid.UUID:
        """The day of that audit's report, which still runs unless the facts say otherwise."""
        deadline = Deadline(
            **{
                "time_limit": "programme.report_due_before_close",
                "audit_id": audit_id,
                "owed_by_id": self.person_id(owed_by),
                "started_on": due_on.replace(day=1),
                "due_on": due_on,
                "rule": "L5",
                "clause": "3.7",
                "sentence": "By that day.",
                "edition_id": POLICY.edition.id,
                "state": "running",
                **facts,
            }
        )
        self._add(deadline)
        return deadline.id

    def person_id(self, reference: str) -> uuid.UUID:
        return self.session.scalars(select(Person.id).where(Person.reference == reference)).one()

    def team_id(self, reference: str) -> uuid.UUID:
        return self.session.scalars(select(Team.id).where(Team.reference == reference)).one()

    def _team_of(self, practitioner: str) -> tuple[uuid.UUID, str]:
        row = self.session.execute(
            select(Team.id, Team.service_id)
            .join(TeamMembership, TeamMembership.team_id == Team.id)
            .where(TeamMembership.person_id == self.person_id(practitioner))
        ).one()
        return row[0], row[1]

    def _add(self, row: object) -> None:
        self.session.add(row)
        self.session.flush()


def found_council(session: Session, extracted_on: date, *, practitioners_per_team: int = 3) -> SmallCouncil:
    """Five teams in four services, so many practitioners in each, and auditors enough for all."""
    council = SmallCouncil(session)
    council.extract(extracted_on)
    teams = {"MASH": "mash", "CART": "home_first", "HART": "home_first", "REV": "review", "SEN": "send"}
    for team, service_id in teams.items():
        council.team(team, service_id)
        for number in range(1, practitioners_per_team + 1):
            council.practitioner(f"{team}-P{number}", team)
    _appoint(council, "quality_assurance", ("manager", "manager", "senior_manager", "senior_manager"))
    _appoint(council, "home_first", ("senior_manager", "", "", ""))
    _appoint(council, "review", ("manager", "", ""))
    _appoint(council, "care_and_support", ("senior_manager", ""))
    council.person("BOSS")
    for role in ("audit_team", "audit_manager", "director"):
        council.post("BOSS", role)
    return council


def _appoint(council: SmallCouncil, service_id: str, roles: Sequence[str]) -> None:
    for number, role in enumerate(roles, 1):
        council.auditor(f"{service_id}-A{number}", service_id, *([role] if role else []))
