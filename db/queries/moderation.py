"""Moderation rounds: what a frame is made of, the rounds, and what they are drawn from (M1, M2)."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.queries.organisation_days import holds, runs_on
from db.queries.page_sizes import at_most
from db.tables.audits import Audit
from db.tables.disputes import Dispute
from db.tables.moderation import ModeratedAudit, ModerationFrame, ModerationRound
from db.tables.organisation import Absence, Person, Post
from db.tables.report_versions import ReportVersion
from rules.roles import Role


class RoundRow(NamedTuple):
    """A round with the frame that it was drawn from."""

    row: ModerationRound
    frame: ModerationFrame


def issued_since(session: Session, last_drawn_on: date | None, before: date) -> Sequence[Row[*tuple[Any, ...]]]:
    """The audits that were issued here on or after the last draw and before this one, by reference."""
    question = _issued().where(Audit.origin == "drawn", Audit.state.in_(("issued", "closed")), Audit.issued_on < before)
    if last_drawn_on is not None:
        question = question.where(Audit.issued_on >= last_drawn_on)
    return session.execute(question.order_by(Audit.reference)).all()


def issued_audit(session: Session, audit_id: uuid.UUID) -> Row[*tuple[Any, ...]]:
    """One audit in the same words."""
    return session.execute(_issued().where(Audit.id == audit_id)).one()


def _issued() -> Select[*tuple[Any, ...]]:
    version = select(func.max(ReportVersion.number)).where(ReportVersion.audit_id == Audit.id, ReportVersion.is_issued)
    auditor, practitioner = _reference_of(Audit.auditor_id), _reference_of(Audit.practitioner_id)
    is_disputed = select(Dispute.id).where(Dispute.audit_id == Audit.id, Dispute.state == "open").exists()
    return select(
        Audit.id,
        Audit.reference,
        Audit.issued_on,
        Audit.overall_grade.label("grade"),
        Audit.service_id,
        auditor.label("auditor"),
        practitioner.label("practitioner"),
        is_disputed.label("is_disputed"),
        version.scalar_subquery().label("report_version"),
        Audit.team_id,
        current_person(Audit.practitioner_id).label("practitioner_id"),
        current_person(Audit.auditor_id).label("auditor_id"),
    )


def _reference_of(person_id: Any) -> Any:
    return select(Person.reference).where(Person.id == current_person(person_id)).scalar_subquery()


def moderators_on(session: Session, day: date, until: date) -> Sequence[Row[uuid.UUID, str]]:
    """Who holds a post of moderator on that day, and is neither gone nor away all the time until the other."""
    away = select(Absence.id).where(Absence.person_id == Person.id, Absence.first_on <= day, Absence.last_on >= until)
    return session.execute(
        select(Person.id, Person.reference)
        .where(
            Person.id.in_(select(current_person(Post.person_id)).where(_moderates_on(day))),
            holds(Person.started_on, Person.left_on, day),
            or_(Person.left_on.is_(None), Person.left_on >= until),
            ~away.exists(),
        )
        .order_by(Person.reference)
    ).all()


def _moderates_on(day: date) -> Any:
    return (Post.role == Role.MODERATOR) & runs_on(Post, day)


def moderates(session: Session, person_id: uuid.UUID, day: date) -> bool:
    """Whether somebody holds a post of moderator on that day."""
    question = select(Post.id).where(current_person(Post.person_id) == person_id, _moderates_on(day))
    return session.scalar(select(question.exists())) is True


def auditors_moderated(session: Session) -> Sequence[str]:
    """Those one of whose audits was moderated before, by reference."""
    ids = select(current_person(Audit.auditor_id)).join(ModeratedAudit, ModeratedAudit.audit_id == Audit.id).distinct()
    return session.scalars(select(Person.reference).where(Person.id.in_(ids)).order_by(Person.reference)).all()


def freeze(session: Session, month: date, text: str, frame_hash: str, at: datetime) -> uuid.UUID | None:
    """Keeps the frame of a month; None where there is one already. Of two who draw at once one waits for the other."""
    row = insert(ModerationFrame).values(month=month, canonical=text, hash=frame_hash, frozen_at=at)
    return session.scalar(row.on_conflict_do_nothing(index_elements=["month"]).returning(ModerationFrame.id))


def last_drawn_on(session: Session) -> date | None:
    """The day of the last moderation draw; None before the first."""
    return session.scalar(select(func.max(ModerationRound.drawn_on)))


def round_of(session: Session, month: date) -> ModerationRound | None:
    """The round of that month, by its first day."""
    return session.scalar(select(ModerationRound).where(ModerationRound.month == month))


def round_with_frame(session: Session, round_id: uuid.UUID) -> RoundRow | None:
    """One round with its frame."""
    row = session.execute(_ROUNDS.where(ModerationRound.id == round_id)).first()
    return None if row is None else RoundRow(*row)


def rounds(session: Session, after: uuid.UUID | None, limit: int) -> Sequence[ModerationRound]:
    """The rounds, the newest first; `after` is the last of the page before."""
    question = select(ModerationRound).order_by(ModerationRound.id.desc()).limit(at_most(limit))
    if after is not None:
        question = question.where(ModerationRound.id < after)
    return session.scalars(question).all()


_ROUNDS = select(ModerationRound, ModerationFrame).join(ModerationFrame, ModerationFrame.id == ModerationRound.frame_id)


class Span(NamedTuple):
    """How many rounds there were, and from when to before when the audits were issued that they were drawn from."""

    rounds: int
    issued_from: date | None
    issued_before: date | None


def span_of_rounds(session: Session, first: date, last: date) -> Span:
    """The rounds of these months together; without an earlier draw from the beginning."""
    before = select(func.max(ModerationRound.drawn_on)).where(ModerationRound.month < first)
    row = session.execute(
        select(func.count(), before.scalar_subquery(), func.max(ModerationRound.drawn_on)).where(
            ModerationRound.month.between(first, last)
        )
    ).one()
    return Span(*row)


def editions_of_rounds(session: Session, first: date, last: date) -> list[str]:
    """The editions that the rounds of these months were drawn by, the newest first."""
    newest = func.max(ModerationRound.month)
    rows = select(ModerationRound.edition_id).where(ModerationRound.month.between(first, last))
    return list(session.scalars(rows.group_by(ModerationRound.edition_id).order_by(newest.desc())))
