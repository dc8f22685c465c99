"""What a sampling frame is made of: a fixed number of questions, however many cases there are (S5).

People, teams and audits are named by their references, as the frame names them; merged and renumbered ones by those
of today (S10). `on` is the day whose state of things counts.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol, cast

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE, Subquery

from db.queries.aliases import current_case, current_person
from db.queries.audits_to_follow import awaits_re_audit
from db.queries.organisation_days import holds, services_of_teams_on
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.organisation import Person, Team, TeamMembership


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
        .where(holds(Team.began_on, Team.ended_on, on))
    )
    return [(reference, service_id) for reference, service_id in rows]


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
        .where(holds(TeamMembership.began_on, TeamMembership.ended_on, on))
        .order_by(TeamMembership.person_id, TeamMembership.began_on.desc().nulls_last(), TeamMembership.id)
        .subquery()
    )
