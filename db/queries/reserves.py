"""The reserve of a draw, and how those in it stand on the day of a replacement (S9)."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import NamedTuple, cast

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from db.queries.aliases import current_case, current_person
from db.queries.audits_to_follow import UNFINISHED
from db.queries.sampling_frames import is_open
from db.tables.aliases import CaseAlias, PersonAlias
from db.tables.audits import Audit
from db.tables.caseload import Involvement
from db.tables.draws import DrawCaseOutcome
from db.tables.organisation import Person, Team


class ReserveRow(NamedTuple):
    """A case in reserve as the draw left it."""

    case_id: str
    practitioner_id: str
    team_id: str
    place: int


class OpenCaseRow(NamedTuple):
    """A case that the newest extract has open, with its newest holder."""

    case_id: str
    holder_id: str
    is_restricted: bool
    allocated_on: date
    involvement_began_on: date


class PractitionerAudits(NamedTuple):
    """What audits a practitioner has: in this month, unfinished from others, and the latest other month."""

    audit_this_month: str | None
    unfinished_audit: str | None
    last_audited_on: date | None


def reserves_of(session: Session, draw_id: uuid.UUID) -> list[ReserveRow]:
    """Everybody in reserve in a draw."""
    outcome = DrawCaseOutcome
    rows = session.execute(
        select(
            outcome.case_reference,
            outcome.practitioner_reference,
            outcome.team_reference,
            func.coalesce(outcome.place, 0),
        ).where(outcome.draw_id == draw_id, outcome.outcome == "reserve")
    )
    return [ReserveRow(*row) for row in rows]


def present_references(session: Session, draw_id: uuid.UUID) -> tuple[dict[str, str], dict[str, str]]:
    """What cases and practitioners in reserve are called now, of those that were merged or renumbered since (S10)."""
    reserve = (
        select(DrawCaseOutcome.case_reference, DrawCaseOutcome.practitioner_reference)
        .where(DrawCaseOutcome.draw_id == draw_id, DrawCaseOutcome.outcome == "reserve")
        .subquery()
    )
    cases = session.execute(
        select(CaseAlias.from_reference, CaseAlias.current_reference)
        .join(reserve, reserve.c.case_reference == CaseAlias.from_reference)
        .where(CaseAlias.undone_at.is_(None))
    )
    people = session.execute(
        select(PersonAlias.from_reference, PersonAlias.current_reference)
        .join(reserve, reserve.c.practitioner_reference == PersonAlias.from_reference)
        .where(PersonAlias.undone_at.is_(None))
    )
    return dict(cases.all()), dict(people.all())


def open_cases_among(session: Session, cases: Collection[str], on: date) -> dict[str, OpenCaseRow]:
    """Those of these cases that the newest extract has open on that day."""
    present = current_case(Involvement.case_reference)
    rows = session.execute(
        select(
            present,
            Person.reference,
            Involvement.is_restricted,
            Involvement.allocated_on,
            Involvement.involvement_began_on,
        )
        .select_from(Involvement)
        .ext(distinct_on(present))
        .join(Person, Person.id == current_person(Involvement.person_id))
        .where(
            present.in_(cases),
            is_open(on),
        )
        .order_by(present, Involvement.allocated_on.desc(), Person.reference)
    )
    return {row[0]: OpenCaseRow(*row) for row in rows}


def last_months_of_cases(session: Session, cases: Collection[str]) -> dict[str, date]:
    """The latest month in which each of these cases was audited, withdrawn audits aside."""
    audited = select(current_case(Audit.case_reference).label("present"), Audit.month).where(Audit.state != "withdrawn")
    history = audited.subquery()
    rows = session.execute(
        select(history.c.present, func.max(history.c.month))
        .where(history.c.present.in_(cases))
        .group_by(history.c.present)
    )
    return {row[0]: row[1] for row in rows}


def audits_of_practitioners(
    session: Session, practitioners: Collection[str], month: date
) -> dict[str, PractitionerAudits]:
    """What audits each of these practitioners has, withdrawn ones aside.

    Of later months too: a cycle can open while an extra one of an earlier month runs on.
    """
    this_month = func.min(Audit.reference).filter(Audit.month == month)
    unfinished = func.min(Audit.reference).filter(Audit.month != month, Audit.state.in_(UNFINISHED))
    rows = session.execute(
        select(Person.reference, this_month, unfinished, func.max(Audit.month).filter(Audit.month != month))
        .select_from(Person)
        .join(Audit, current_person(Audit.practitioner_id) == Person.id)
        .where(Person.reference.in_(practitioners), Audit.state != "withdrawn")
        .group_by(Person.reference)
    )
    return {row[0]: PractitionerAudits(row[1], row[2], row[3]) for row in rows}


def cases_audited_in_draw(session: Session, draw_id: uuid.UUID) -> dict[str, str]:
    """The audits of a draw by case; of one whose audit was withdrawn too."""
    present = current_case(Audit.case_reference)
    rows = session.execute(select(present, Audit.reference).where(Audit.draw_id == draw_id))
    return dict(rows.all())


def last_days_of(session: Session, people: Collection[str]) -> dict[str, date]:
    """The last day of work of those of these people who leave or have left."""
    rows = session.execute(
        select(Person.reference, Person.left_on).where(Person.reference.in_(people), Person.left_on.is_not(None))
    )
    return {row[0]: cast(date, row[1]) for row in rows}


def audits_by_team_of_draw(session: Session, draw_id: uuid.UUID) -> dict[str, int]:
    """How many audits of a draw each team has, re-audits and withdrawn ones aside."""
    rows = session.execute(
        select(Team.reference, func.count())
        .join(Audit, Audit.team_id == Team.id)
        .where(Audit.draw_id == draw_id, Audit.state != "withdrawn", Audit.kind != "re_audit")
        .group_by(Team.reference)
    )
    return {row[0]: row[1] for row in rows}
