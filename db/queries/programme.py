"""Audit years and audit cycles as they stand (P1–P3)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from db.tables.audits import Audit
from db.tables.draws import Draw
from db.tables.organisation import Person, Service, Team
from db.tables.programme import AuditCycle, AuditReferenceNumber, AuditYear, ExtraCycle, PlannedCycle
from rules.programme import AuditCycle as CycleDays

# Any number will do that no other lock of the database's own has.
_OPENING = 8_126_010
# The id of an audit's cycle, as answers name it; of one from before the product was in use its month.
cycle_of_audit = func.coalesce(AuditCycle.month, func.to_char(Audit.month, "YYYY-MM"))


class TeamCount(NamedTuple):
    """How many audits a team has in a cycle, by kind."""

    team: str
    team_name: str
    service_id: str
    audits: int
    re_audits: int


def audit_year(session: Session, year: int) -> AuditYear | None:
    return session.get(AuditYear, year)


def audit_year_held(session: Session, year: int, edition_id: str, now: datetime, actor: str) -> AuditYear:
    """The year's row, made as an empty draft if there is none, held until this transaction ends."""
    session.execute(
        insert(AuditYear)
        .values(year=year, state="draft", edition_id=edition_id, saved_at=now, saved_by=actor, version=0)
        .on_conflict_do_nothing()
    )
    held = select(AuditYear).where(AuditYear.year == year).with_for_update()
    return session.scalars(held, execution_options={"populate_existing": True}).one()


def planned_cycles(session: Session, year: int) -> Sequence[PlannedCycle]:
    """The lines of a year's programme, in order."""
    return session.scalars(select(PlannedCycle).where(PlannedCycle.year == year).order_by(PlannedCycle.month)).all()


def planned_cycle(session: Session, month: str) -> PlannedCycle | None:
    """The line of a draft or published programme for that month; None without one."""
    return session.get(PlannedCycle, month)


def forget_planned_cycles(session: Session, year: int) -> None:
    session.execute(delete(PlannedCycle).where(PlannedCycle.year == year))


def published_plan(session: Session, month: str) -> PlannedCycle | None:
    """The line of a published programme for that month; None without one."""
    return session.scalar(
        select(PlannedCycle)
        .join(AuditYear, AuditYear.year == PlannedCycle.year)
        .where(PlannedCycle.month == month, AuditYear.state == "published")
    )


def extra_plan(session: Session, cycle: str) -> ExtraCycle | None:
    """What an extra cycle was arranged for; None for one that was not arranged."""
    question = select(ExtraCycle).join(AuditCycle, AuditCycle.id == ExtraCycle.cycle_id)
    return session.scalar(question.where(AuditCycle.month == cycle))


def extra_cycles_arranged(session: Session, opens_on: date) -> int:
    """How many extra cycles were arranged for that day, cancelled ones too."""
    of_the_day = AuditCycle.month.like(f"{opens_on.isoformat()}-extra-%")
    return session.scalar(select(func.count()).select_from(AuditCycle).where(of_the_day)) or 0


def extra_cycles_due(session: Session, today: date) -> Sequence[str]:
    """The ids of the extra cycles whose day has come and that nobody has opened or cancelled, in order."""
    return _planned_extra_cycles(session, AuditCycle.opens_on <= today, AuditCycle.closes_on >= today)


def extra_cycles_missed(session: Session, today: date) -> Sequence[str]:
    """The ids of the extra cycles that nobody opened or cancelled by their last day, in order."""
    return _planned_extra_cycles(session, AuditCycle.closes_on < today)


def one_opening_at_a_time(session: Session) -> None:
    """Until this transaction ends no other cycle opens: each sees whom the one before it gave an audit (S2, S3, A3)."""
    session.execute(select(func.pg_advisory_xact_lock(_OPENING)))


def services(session: Session) -> set[str]:
    """The ids of the services there are."""
    return set(session.scalars(select(Service.id)))


def published_years(session: Session) -> set[int]:
    return set(session.scalars(select(AuditYear.year).where(AuditYear.state == "published")))


def cycle_in(session: Session, month: str, *, lock: bool = False) -> AuditCycle | None:
    """The cycle's row, if there is one; with `lock` held until this transaction ends."""
    question = select(AuditCycle).where(AuditCycle.month == month)
    if not lock:
        return session.scalar(question)
    return session.scalar(question.with_for_update(), execution_options={"populate_existing": True})


def cycle_with_id(session: Session, cycle_id: uuid.UUID) -> AuditCycle:
    return session.get_one(AuditCycle, cycle_id)


def audit_cycles(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[AuditCycle]:
    """Cycles that were drawn for or opened, the newest first, from after that one on."""
    question = select(AuditCycle).order_by(AuditCycle.month.desc()).limit(limit)
    if after is not None:
        question = question.where(
            AuditCycle.month < select(AuditCycle.month).where(AuditCycle.id == after).scalar_subquery()
        )
    return session.scalars(question).all()


def cycle_held(session: Session, days: CycleDays, kind: str, edition_id: str, edition_version: str) -> AuditCycle:
    """The cycle's row, made if there is none, held until this transaction ends: whoever else wants it waits."""
    session.execute(
        insert(AuditCycle)
        .values(
            month=days.month,
            kind=kind,
            state="planned",
            edition_id=edition_id,
            edition_version=edition_version,
            opens_on=days.opens_on,
            report_due_on=days.report_due_on,
            closes_on=days.closes_on,
            shortfalls=[],
            warnings=[],
        )
        .on_conflict_do_nothing(index_elements=[AuditCycle.month])
    )
    held = select(AuditCycle).where(AuditCycle.month == days.month).with_for_update()
    return session.scalars(held, execution_options={"populate_existing": True}).one()


def months_not_planned(session: Session, months: Sequence[str]) -> set[str]:
    """Which of these months have a cycle that was opened or closed."""
    question = select(AuditCycle.month).where(AuditCycle.month.in_(months), AuditCycle.state != "planned")
    return set(session.scalars(question))


def open_cycles_past(session: Session, today: date) -> Sequence[str]:
    """The months of cycles that are open although their last day has passed."""
    question = select(AuditCycle.month).where(AuditCycle.state == "open", AuditCycle.closes_on < today)
    return session.scalars(question.order_by(AuditCycle.month)).all()


def take_reference_numbers(session: Session, year: int, count: int) -> int:
    """Takes so many numbers for the references of a year's audits; the first of them."""
    number = AuditReferenceNumber
    last = session.execute(
        insert(number)
        .values(year=year, last=count)
        .on_conflict_do_update(index_elements=[number.year], set_={"last": number.last + count})
        .returning(number.last)
    ).scalar_one()
    return last - count + 1


def counts_by_team(session: Session, cycle_id: uuid.UUID) -> list[TeamCount]:
    """The cycle's audits by team, withdrawn ones aside."""
    re_audits = func.count().filter(Audit.kind == "re_audit")
    rows = session.execute(
        select(Team.reference, Team.name, Audit.service_id, func.count() - re_audits, re_audits)
        .join(Team, Team.id == Audit.team_id)
        .where(Audit.cycle_id == cycle_id, Audit.state != "withdrawn")
        .group_by(Team.reference, Team.name, Audit.service_id)
        .order_by(Audit.service_id, Team.reference)
    )
    return [TeamCount(*row) for row in rows]


def audits_per_auditor(session: Session, cycle_id: uuid.UUID) -> list[tuple[str, int]]:
    """Each auditor who has audits in the cycle, with how many, withdrawn ones aside."""
    auditor = aliased(Person)
    rows = session.execute(
        select(auditor.reference, func.count())
        .select_from(Audit)
        .join(auditor, auditor.id == Audit.auditor_id)
        .where(Audit.cycle_id == cycle_id, Audit.state != "withdrawn")
        .group_by(auditor.reference)
        .order_by(auditor.reference)
    )
    return [(reference, count) for reference, count in rows]


def audits_by_state(session: Session, cycle_id: uuid.UUID) -> dict[str, int]:
    """How many audits of the cycle are in each state; those of a draw that was withdrawn whole are left out."""
    rows = session.execute(
        select(Audit.state, func.count())
        .outerjoin(Draw, Draw.id == Audit.draw_id)
        .where(Audit.cycle_id == cycle_id, Draw.state.is_distinct_from("withdrawn"))
        .group_by(Audit.state)
        .order_by(Audit.state)
    )
    return dict(rows.all())


def audits_replaced(session: Session, cycle_id: uuid.UUID) -> int:
    """How many withdrawn audits of the cycle have another in their place, counted as `audits_by_state` does."""
    count = session.scalar(
        select(func.count())
        .select_from(Audit)
        .outerjoin(Draw, Draw.id == Audit.draw_id)
        .where(Audit.cycle_id == cycle_id, Audit.replaces_id.is_not(None), Draw.state.is_distinct_from("withdrawn"))
    )
    return count or 0


def _planned_extra_cycles(session: Session, *conditions: ColumnElement[bool]) -> Sequence[str]:
    arranged = select(AuditCycle.month).join(ExtraCycle, ExtraCycle.cycle_id == AuditCycle.id)
    return session.scalars(arranged.where(AuditCycle.state == "planned", *conditions).order_by(AuditCycle.month)).all()
