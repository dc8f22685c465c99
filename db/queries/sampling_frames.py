"""What a sampling frame is made of: a fixed number of questions, however many cases there are (S5).

People, teams and audits are named by their references, as the frame names them; merged and renumbered ones by those
of today (S10). `on` is the day whose state of things counts.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    and_,
    case,
    func,
    literal,
    null,
    or_,
    select,
    text,
    type_coerce,
    union,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.selectable import CTE, Subquery

from db.queries.aliases import current_case, current_person
from db.queries.organisation_days import holds as _holds
from db.queries.organisation_days import services_of_teams_on
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit
from db.tables.caseload import CaseloadImport, Involvement
from db.tables.organisation import Absence, AuditorAppointment, LineManagement, Person, Post, Team, TeamMembership
from rules.audit_events import Event
from rules.roles import Role

UNFINISHED = ("allocated", "under_way", "discussed", "submitted", "returned", "accepted")


class Extract(NamedTuple):
    """The newest extract of open cases that was loaded."""

    id: uuid.UUID
    extracted_on: date
    imported_at: datetime


class CaseRow(Protocol):
    """An open case: a row as it comes from the database, for there may be a million."""

    case_reference: str
    practitioner: str
    allocated_on: date
    involvement_began_on: date
    last_audited_on: date | None
    is_restricted: bool
    attributes: Mapping[str, str] | None


class PractitionerRow(NamedTuple):
    reference: str
    team: str
    service_id: str
    started_on: date | None
    left_on: date | None
    last_audited_on: date | None


class AuditorRow(NamedTuple):
    reference: str
    service_id: str
    roles: list[str]
    capacity: int
    is_active: bool
    last_day_on: date | None
    began_on: date | None
    is_cleared_for_restricted: bool


class ReAuditRow(NamedTuple):
    """An audit that awaits its re-audit; `case_reference` is the case that this is to look at."""

    audit_reference: str
    case_reference: str
    practitioner: str
    grade: str
    sequence: int
    issued_on: date
    first_auditor: str | None
    is_ordered: bool
    audit_id: uuid.UUID


class CarriedOverRow(NamedTuple):
    audit_reference: str
    practitioner: str
    auditor: str | None
    service_id: str


def hold_caseload_still(session: Session) -> None:
    """Until this transaction ends no extract can be loaded, so that all questions see the same one."""
    session.execute(text("LOCK TABLE caseload_imports IN SHARE MODE"))


def newest_extract(session: Session) -> Extract | None:
    """The newest loaded extract of involvements."""
    row = session.execute(
        select(CaseloadImport.id, CaseloadImport.extracted_on, CaseloadImport.imported_at)
        .where(CaseloadImport.kind == "involvements", CaseloadImport.state == "loaded")
        .order_by(CaseloadImport.imported_at.desc(), CaseloadImport.id.desc())
        .limit(1)
    ).first()
    return Extract(*row) if row else None


def first_extract_at(session: Session) -> datetime | None:
    """When the first extract of open cases was loaded: since then there are cycles to open."""
    return session.scalar(
        select(func.min(CaseloadImport.imported_at)).where(
            CaseloadImport.kind == "involvements", CaseloadImport.state == "loaded"
        )
    )


def is_anybody_auditing(session: Session, on: date) -> bool:
    """Whether anybody is appointed to audit on that day."""
    appointed = select(AuditorAppointment.id).where(
        AuditorAppointment.capacity > 0, _holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on)
    )
    return session.scalar(select(appointed.exists())) is True


def open_cases(session: Session, on: date, *, with_attributes: bool = False) -> Sequence[CaseRow]:
    """The cases that the newest extract has open on that day, each once, with its newest holder and last audit.

    Attributes are read where a theme narrows by them; else they are None, for reading a million takes its time.
    """
    history = _last_months(current_case(Audit.case_reference))
    present = current_case(Involvement.case_reference).label("case_reference")
    rows: Any = session.execute(
        select(
            present,
            Person.reference.label("practitioner"),
            Involvement.allocated_on,
            Involvement.involvement_began_on,
            history.c.month.label("last_audited_on"),
            Involvement.is_restricted,
            (Involvement.attributes if with_attributes else null()).label("attributes"),
        )
        .select_from(Involvement)
        .ext(distinct_on(present))
        .join(Person, Person.id == current_person(Involvement.person_id))
        .outerjoin(history, history.c.subject == current_case(Involvement.case_reference))
        .where(is_open(on))
        .order_by(present, Involvement.allocated_on.desc(), Person.reference)
    )
    return cast(Sequence[CaseRow], rows.all())


def practitioners(
    session: Session, open_on: date, in_team_on: date, re_audit_grades: Collection[str]
) -> list[PractitionerRow]:
    """Who holds an open case, or may have a re-audit due, with their team of `in_team_on` and their last audit."""
    concerned = _concerned(open_on, re_audit_grades)
    member = _memberships(in_team_on)
    placed = services_of_teams_on(in_team_on)
    history = _last_months(current_person(Audit.practitioner_id))
    rows = session.execute(
        select(
            Person.reference,
            Team.reference,
            placed.c.service_id,
            Person.started_on,
            Person.left_on,
            history.c.month,
        )
        .join(concerned, concerned.c.person_id == Person.id)
        .outerjoin(member, member.c.person_id == Person.id)
        .join(Team, Team.id == func.coalesce(member.c.team_id, concerned.c.team_id))
        .join(placed, placed.c.team_id == Team.id)
        .outerjoin(history, history.c.subject == Person.id)
    )
    return [PractitionerRow(*row) for row in rows]


def teams(session: Session, on: date) -> list[tuple[str, str]]:
    """The teams of that day, with the services that they belong to on it."""
    placed = services_of_teams_on(on)
    rows = session.execute(
        select(Team.reference, placed.c.service_id)
        .join(placed, placed.c.team_id == Team.id)
        .where(_holds(Team.began_on, Team.ended_on, on))
    )
    return [(reference, service_id) for reference, service_id in rows]


def auditors(session: Session, on: date, until: date) -> list[AuditorRow]:
    """Everybody ever appointed to audit, by the newest appointment; `is_active` if it holds on that day.

    An appointment that another one follows is not at its end: whoever is appointed `until` that day goes on.
    """
    later = aliased(AuditorAppointment)
    goes_on = select(later.id).where(
        later.person_id == AuditorAppointment.person_id, _holds(later.began_on, later.ended_on, until)
    )
    ends_on = case((goes_on.exists(), None), else_=AuditorAppointment.ended_on)
    last_day_on = func.least(ends_on, Person.left_on)
    rows = session.execute(
        select(
            Person.reference,
            AuditorAppointment.service_id,
            AuditorAppointment.roles,
            AuditorAppointment.capacity,
            and_(
                _holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on),
                _holds(Person.started_on, Person.left_on, on),
            ),
            last_day_on,
            func.greatest(AuditorAppointment.began_on, Person.started_on),
            AuditorAppointment.is_cleared_for_restricted,
        )
        .select_from(AuditorAppointment)
        .ext(distinct_on(Person.id))
        .join(Person, Person.id == current_person(AuditorAppointment.person_id))
        .order_by(
            Person.id,
            _holds(AuditorAppointment.began_on, AuditorAppointment.ended_on, on).desc(),
            AuditorAppointment.began_on.desc().nulls_last(),
            AuditorAppointment.id.desc(),
        )
    )
    return [AuditorRow(*row) for row in rows]


def absences(session: Session, first_on: date, last_on: date) -> Sequence[tuple[str, date, date]]:
    """Who is absent on a day from `first_on` to `last_on`."""
    rows = session.execute(
        select(Person.reference, Absence.first_on, Absence.last_on)
        .select_from(Absence)
        .join(Person, Person.id == current_person(Absence.person_id))
        .where(Absence.first_on <= last_on, Absence.last_on >= first_on)
    )
    return [(reference, first, last) for reference, first, last in rows]


def teams_of_auditors(session: Session, on: date) -> list[tuple[str, str]]:
    """Auditor and team, for each team that an auditor belongs to or manages on that day (A2).

    A head of service and an assistant director manage all teams of their service.
    """
    auditor = select(current_person(AuditorAppointment.person_id))
    placed = services_of_teams_on(on)
    members = (
        select(Person.reference, Team.reference)
        .select_from(Person)
        .join(TeamMembership, current_person(TeamMembership.person_id) == Person.id)
        .join(Team, Team.id == TeamMembership.team_id)
        .where(Person.id.in_(auditor), _holds(TeamMembership.began_on, TeamMembership.ended_on, on))
    )
    managers = (
        select(Person.reference, Team.reference)
        .select_from(Person)
        .join(Post, current_person(Post.person_id) == Person.id)
        .join(placed, or_(placed.c.team_id == Post.team_id, placed.c.service_id == Post.service_id))
        .join(Team, Team.id == placed.c.team_id)
        .where(
            Person.id.in_(auditor),
            Post.role.in_((Role.TEAM_MANAGER, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR)),
            _holds(Post.began_on, Post.ended_on, on),
        )
    )
    return [(person, team) for person, team in session.execute(union(members, managers))]


def line_managed_by_auditors(session: Session, on: date) -> list[tuple[str, str]]:
    """Auditor and practitioner, for each person that an auditor line-manages on that day (A2)."""
    manager = aliased(Person)
    rows = session.execute(
        select(manager.reference, Person.reference)
        .select_from(Person)
        .join(LineManagement, current_person(LineManagement.person_id) == Person.id)
        .join(manager, manager.id == current_person(LineManagement.manager_id))
        .where(
            manager.id.in_(select(current_person(AuditorAppointment.person_id))),
            _holds(LineManagement.began_on, LineManagement.ended_on, on),
        )
    )
    return [(auditor, practitioner) for auditor, practitioner in rows]


def audits_without_re_audit(session: Session, grades: Collection[str]) -> list[ReAuditRow]:
    """Issued audits of these grades that no re-audit has followed yet, withdrawn ones aside (S7).

    One that was closed here still awaits its re-audit if that was withdrawn since; one that was recorded as closed, or
    of which somebody decided that none follows, awaits nothing. `is_ordered` where the director wants one (R2).
    """
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Audit.reference,
            current_case(func.coalesce(Audit.re_audit_case_reference, Audit.case_reference)),
            practitioner.reference,
            type_coerce(Audit.overall_grade, Text),
            Audit.sequence,
            type_coerce(Audit.issued_on, Date),
            auditor.reference,
            has_step(Event.FURTHER_RE_AUDIT_ORDERED),
            Audit.id,
        )
        .select_from(Audit)
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .outerjoin(auditor, auditor.id == current_person(Audit.auditor_id))
        .where(awaits_re_audit(grades))
    )
    return [ReAuditRow(*row) for row in rows]


def unfinished_audits(session: Session, before_month: date) -> list[CarriedOverRow]:
    """Audits of earlier cycles that are neither issued nor withdrawn (Q3)."""
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Audit.reference, practitioner.reference, auditor.reference, Audit.service_id)
        .select_from(Audit)
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .outerjoin(auditor, auditor.id == current_person(Audit.auditor_id))
        .where(Audit.month < before_month, Audit.state.in_(UNFINISHED))
    )
    return [CarriedOverRow(*row) for row in rows]


def pairings(session: Session, since: date) -> list[tuple[str, str, date]]:
    """Auditor, practitioner and month of each audit since then, withdrawn ones aside (A2)."""
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(auditor.reference, practitioner.reference, Audit.month)
        .select_from(Audit)
        .join(auditor, auditor.id == current_person(Audit.auditor_id))
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .where(Audit.month >= since, Audit.state != "withdrawn")
    )
    return [(one, other, month) for one, other, month in rows]


def _last_months(subject: ColumnElement[str] | ColumnElement[uuid.UUID]) -> Subquery:
    """The latest month in which each case, or each practitioner, was audited."""
    return (
        select(subject.label("subject"), func.max(Audit.month).label("month"))
        .where(Audit.state != "withdrawn")
        .group_by(subject)
        .subquery()
    )


def is_open(on: date) -> ColumnElement[bool]:
    """In the newest extract, which is what no extract since has lacked, and not ended by that day."""
    return and_(Involvement.gone_import_id.is_(None), or_(Involvement.ended_on.is_(None), Involvement.ended_on > on))


def awaits_re_audit(grades: Collection[str]) -> ColumnElement[bool]:
    """Whether a re-audit of an audit of these grades is neither allocated nor waived (S7)."""
    follower = aliased(Audit)
    return and_(
        or_(Audit.state == "issued", and_(Audit.state == "closed", has_step(Event.AUDIT_CLOSED))),
        Audit.re_audit_waived_because.is_(None),
        Audit.overall_grade.in_(grades),
        Audit.issued_on.is_not(None),
        ~select(follower.id).where(follower.re_audit_of == Audit.id, follower.state != "withdrawn").exists(),
    )


def has_step(event: Event) -> ColumnElement[bool]:
    """Whether this happened to an audit."""
    return select(AuditStep.id).where(AuditStep.audit_id == Audit.id, AuditStep.event == event).exists()


def _concerned(on: date, re_audit_grades: Collection[str]) -> CTE:
    """Each person once, with a team in case they are no member of one: that of their newest case or of the audit."""
    holders = select(
        current_person(Involvement.person_id).label("person_id"),
        Involvement.team_id,
        Involvement.allocated_on.label("on"),
        literal(0).label("rank"),
    ).where(is_open(on))
    re_audited = select(current_person(Audit.practitioner_id), Audit.team_id, Audit.month, literal(1)).where(
        awaits_re_audit(re_audit_grades)
    )
    every = union_all(holders, re_audited).subquery()
    return (
        select(every.c.person_id, every.c.team_id)
        .ext(distinct_on(every.c.person_id))
        .order_by(every.c.person_id, every.c.rank, every.c.on.desc(), every.c.team_id)
        .cte("concerned")
    )


def _memberships(on: date) -> Subquery:
    """The team that each person belongs to on that day."""
    return (
        select(TeamMembership.person_id, TeamMembership.team_id)
        .ext(distinct_on(TeamMembership.person_id))
        .where(_holds(TeamMembership.began_on, TeamMembership.ended_on, on))
        .order_by(TeamMembership.person_id, TeamMembership.began_on.desc().nulls_last(), TeamMembership.id)
        .subquery()
    )
