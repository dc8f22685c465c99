"""A council made row by row, for tests that need to know each person and each case in it."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
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
    PostDeputy,
    Service,
    Team,
    TeamMembership,
)
from db.tables.registry import Base
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.programme import first_day_of
from rules.working_days import WorkingDayCalendar
from usecases.work import Work

POLICY = load_edition()
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
_EACH_BEFORE_WHAT_NAMES_IT = (Service, Team, Person, TeamMembership, Involvement, AuditorAppointment, Post)


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
        self._ids: dict[tuple[type[Person | Team], str], uuid.UUID] = {}
        self._held: list[Base] | None = None
        self._spare_ids: Iterator[uuid.UUID] = iter(())

    @contextmanager
    def at_one_go(self) -> Iterator[None]:
        """What is added is saved at the end, one kind of row after another, with ids in the order of adding."""
        self._held, self._spare_ids = [], self._new_ids()
        yield
        held, self._held = self._held, None
        for kind in _EACH_BEFORE_WHAT_NAMES_IT:
            self.session.add_all(row for row in held if isinstance(row, kind))
            self.session.flush()
        assert all(row in self.session for row in held), "name its kind of row in _EACH_BEFORE_WHAT_NAMES_IT"

    def _new_ids(self) -> Iterator[uuid.UUID]:
        while True:
            yield from self.session.scalars(select(func.uuidv7()).select_from(func.generate_series(1, 200))).all()

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
        self._service(service_id)
        team = Team(reference=reference, name=f"Team {reference}", service_id=service_id)
        self._add(team)
        self._ids[Team, reference] = team.id

    def person(self, reference: str, team: str | None = None, **facts: Any) -> uuid.UUID:
        facts = {"name": f"Person {reference}", "email": f"{reference.lower()}@example.org", **facts}
        person = Person(reference=reference, **facts)
        self._add(person)
        self._ids[Person, reference] = person.id
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
        self._service(service_id)
        self._add(AuditorAppointment(person_id=person_id, service_id=service_id, roles=list(roles), capacity=capacity))

    def appointment(self, person: str) -> AuditorAppointment:
        found = select(AuditorAppointment).where(AuditorAppointment.person_id == self.person_id(person))
        return self.session.scalars(found).one()

    def post(self, person: str, role: str, *, team: str | None = None, service_id: str | None = None) -> None:
        team_id = self.team_id(team) if team else None
        self._add(Post(role=role, person_id=self.person_id(person), team_id=team_id, service_id=service_id))

    def only_holder(self, person: str, role: str, service_id: str | None = None) -> None:
        """They hold a post, and nobody beside them."""
        self.session.execute(delete(PostDeputy).where(PostDeputy.post_id.in_(select(Post.id).where(Post.role == role))))
        self.session.execute(delete(Post).where(Post.role == role))
        self.post(person, role, service_id=service_id)

    def deputy(self, person: str, role: str, deputy: str) -> None:
        """Somebody is deputy in a post that they hold."""
        posts = select(Post).where(Post.person_id == self.person_id(person), Post.role == role)
        for post in self.session.scalars(posts).all():
            self._add(PostDeputy(post_id=post.id, person_id=self.person_id(deputy)))

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
        return self._id_of(Person, reference)

    def team_id(self, reference: str) -> uuid.UUID:
        return self._id_of(Team, reference)

    def _team_of(self, practitioner: str) -> tuple[uuid.UUID, str]:
        row = self.session.execute(
            select(Team.id, Team.service_id)
            .join(TeamMembership, TeamMembership.team_id == Team.id)
            .where(TeamMembership.person_id == self.person_id(practitioner))
        ).one()
        return row[0], row[1]

    def _id_of(self, kind: type[Person | Team], reference: str) -> uuid.UUID:
        if (kind, reference) not in self._ids:
            found = self.session.scalars(select(kind.id).where(kind.reference == reference)).one()
            self._ids[kind, reference] = found
        return self._ids[kind, reference]

    def _service(self, service_id: str) -> None:
        held = self._held or ()
        is_held = any(isinstance(row, Service) and row.id == service_id for row in held)
        if not is_held and self.session.get(Service, service_id) is None:
            self._add(Service(id=service_id, name=service_id.replace("_", " ").title()))

    def _add(self, row: Any) -> None:
        if self._held is not None:
            row.id = row.id or next(self._spare_ids)
            self._held.append(row)
        else:
            self.session.add(row)
            self.session.flush()


def found_council(session: Session, extracted_on: date, *, practitioners_per_team: int = 3) -> SmallCouncil:
    """Five teams in four services, so many practitioners in each, and auditors enough for all."""
    council = SmallCouncil(session)
    council.extract(extracted_on)
    with council.at_one_go():
        _people_of(council, practitioners_per_team)
    return council


def _people_of(council: SmallCouncil, practitioners_per_team: int) -> None:
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


def _appoint(council: SmallCouncil, service_id: str, roles: Sequence[str]) -> None:
    for number, role in enumerate(roles, 1):
        council.auditor(f"{service_id}-A{number}", service_id, *([role] if role else []))
