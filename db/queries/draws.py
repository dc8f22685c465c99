"""Frozen sampling frames, the draws made from them, and what became of each case (S5)."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session, aliased

from db.tables.audits import Audit
from db.tables.draws import Draw, DrawCaseOutcome, SamplingFrame
from db.tables.organisation import Person
from db.tables.programme import AuditCycle


class Outcome(NamedTuple):
    """What became of one case; `reasons` is the JSON text of its list of reasons."""

    case_reference: str
    practitioner_reference: str
    team_reference: str
    outcome: str
    place: int | None
    ticket: str | None
    auditor_reference: str | None
    reasons: str


_COLUMNS = ("draw_id", *Outcome._fields)


def frame_with_hash(session: Session, cycle_id: uuid.UUID, frame_hash: str) -> SamplingFrame | None:
    """The frozen frame of that content, if the cycle had it before."""
    return session.scalar(
        select(SamplingFrame).where(SamplingFrame.cycle_id == cycle_id, SamplingFrame.hash == frame_hash)
    )


def draw_of_frame(session: Session, frame_id: uuid.UUID) -> Draw | None:
    """A frame's one draw."""
    return session.scalar(select(Draw).where(Draw.frame_id == frame_id))


def standing_preview(session: Session, cycle_id: uuid.UUID) -> tuple[Draw, SamplingFrame] | None:
    """The cycle's preview with the frame that it was drawn from."""
    row = session.execute(
        select(Draw, SamplingFrame)
        .join(SamplingFrame, SamplingFrame.id == Draw.frame_id)
        .where(Draw.cycle_id == cycle_id, Draw.state == "preview")
    ).first()
    return (row[0], row[1]) if row else None


def issued_draw(session: Session, cycle_id: uuid.UUID) -> Draw | None:
    return session.scalar(select(Draw).where(Draw.cycle_id == cycle_id, Draw.state == "issued"))


def withdrawn_draws(session: Session, cycle_id: uuid.UUID) -> int:
    """How many of the cycle's draws were withdrawn after they were issued."""
    count = select(func.count()).select_from(Draw).where(Draw.cycle_id == cycle_id, Draw.state == "withdrawn")
    return session.scalar(count) or 0


def withdrawn_last_at(session: Session, cycle_id: uuid.UUID) -> datetime | None:
    """When an opening of the cycle was last withdrawn."""
    return session.scalar(select(func.max(Draw.withdrawn_at)).where(Draw.cycle_id == cycle_id))


def draws_of_cycle(session: Session, cycle_id: uuid.UUID) -> Sequence[Draw]:
    """All draws that were made for a cycle, in the order in which they were made."""
    return session.scalars(select(Draw).where(Draw.cycle_id == cycle_id).order_by(Draw.drawn_at, Draw.id)).all()


def draw_with_frame(session: Session, draw_id: uuid.UUID) -> tuple[Draw, SamplingFrame] | None:
    row = session.execute(
        select(Draw, SamplingFrame).join(SamplingFrame, SamplingFrame.id == Draw.frame_id).where(Draw.id == draw_id)
    ).first()
    return (row[0], row[1]) if row else None


def save_outcomes(connection: Connection, draw_id: uuid.UUID, outcomes: Iterable[Outcome]) -> None:
    """Saves the outcome of every case of a frame, as one stream within the transaction of the connection."""
    into = f"COPY draw_case_outcomes ({', '.join(_COLUMNS)}) FROM STDIN"
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    with driver.cursor() as cursor, cursor.copy(into) as stream:
        for outcome in outcomes:
            stream.write_row((draw_id, *outcome))


def outcomes(
    session: Session, draw_id: uuid.UUID, *, case: str | None, outcome: str | None, after: str | None, limit: int
) -> Sequence[DrawCaseOutcome]:
    """What became of the cases, in the order of their references, from after that one on."""
    question = select(DrawCaseOutcome).where(DrawCaseOutcome.draw_id == draw_id)
    if case is not None:
        question = question.where(DrawCaseOutcome.case_reference == case)
    if outcome is not None:
        question = question.where(DrawCaseOutcome.outcome == outcome)
    if after is not None:
        question = question.where(DrawCaseOutcome.case_reference > after)
    return session.scalars(question.order_by(DrawCaseOutcome.case_reference).limit(limit)).all()


def audits_of_cases(session: Session, draw_id: uuid.UUID, cases: Sequence[str]) -> dict[str, Row[*tuple[Any, ...]]]:
    """The audits that these cases of a draw have, with what takes their place or whose place they take."""
    replaced, in_place = aliased(Audit), aliased(Audit)
    rows = session.execute(
        select(
            Audit.id,
            Audit.case_reference,
            Audit.reference,
            Audit.state,
            Audit.withdrawn_because,
            replaced.reference.label("replaces"),
            in_place.reference.label("replaced_by"),
        )
        .outerjoin(replaced, replaced.id == Audit.replaces_id)
        .outerjoin(in_place, in_place.replaces_id == Audit.id)
        .where(Audit.draw_id == draw_id, Audit.case_reference.in_(cases))
    )
    return {row.case_reference: row for row in rows}


def count_outcomes(session: Session, draw_id: uuid.UUID) -> dict[str, int]:
    """How many cases there are of each outcome."""
    rows = session.execute(
        select(DrawCaseOutcome.outcome, func.count())
        .where(DrawCaseOutcome.draw_id == draw_id)
        .group_by(DrawCaseOutcome.outcome)
        .order_by(DrawCaseOutcome.outcome)
    )
    return {row[0]: row[1] for row in rows}


def all_outcomes(session: Session, draw_id: uuid.UUID) -> list[tuple[object, ...]]:
    """Every outcome of a draw, in the order of `Outcome`, with its reasons as a list."""
    columns = [getattr(DrawCaseOutcome, name) for name in Outcome._fields]
    return [tuple(row) for row in session.execute(select(*columns).where(DrawCaseOutcome.draw_id == draw_id))]


def practitioners_audited_in_month(session: Session, month: date, references: Sequence[str]) -> list[str]:
    """Which of these practitioners have an audit in that month already, withdrawn ones aside (S2)."""
    return list(
        session.scalars(
            select(Person.reference)
            .join(Audit, Audit.practitioner_id == Person.id)
            .where(Audit.month == month, Audit.state != "withdrawn", Person.reference.in_(references))
            .order_by(Person.reference)
        )
    )


def is_another_issued_since(session: Session, cycle_id: uuid.UUID, since: datetime) -> bool:
    """Whether another cycle gave somebody an audit since then."""
    others = select(Draw.id).where(Draw.cycle_id != cycle_id, Draw.state == "issued", Draw.issued_at >= since)
    gave_some = others.where(select(Audit.id).where(Audit.draw_id == Draw.id).exists())
    return session.scalar(select(gave_some.exists())) is True


class IssuedDraw(NamedTuple):
    """An issued draw and the month of its cycle."""

    id: uuid.UUID
    month: str


def issued_draws(session: Session) -> list[IssuedDraw]:
    """Every issued draw, by month."""
    rows = session.execute(
        select(Draw.id, AuditCycle.month).join(AuditCycle).where(Draw.state == "issued").order_by(AuditCycle.month)
    )
    return [IssuedDraw(*row) for row in rows]
