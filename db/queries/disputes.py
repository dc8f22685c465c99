"""Disputes, what they are about and what happened to them (D1 to D8)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Text, Uuid, bindparam, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from db.queries.page_sizes import at_most
from db.queries.reaches import Reach
from db.queries.step_texts import add_texts, texts_by_step
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.deadlines import Deadline
from db.tables.disputes import (
    Dispute,
    DisputeConsent,
    DisputeGround,
    DisputeGroundText,
    DisputeStep,
    DisputeStepText,
    IndependentReview,
    IndependentReviewText,
)
from db.tables.organisation import Person, Team
from db.tables.report_versions import ReportVersion

OPEN = "open"


def is_disputed(session: Session, audit_id: uuid.UUID) -> bool:
    """Whether a dispute about an audit is open."""
    found = exists().where(Dispute.audit_id == audit_id, Dispute.state == OPEN)
    return session.scalar(select(found)) is True


def disputed_since(session: Session, audit_id: uuid.UUID, version: int) -> date | None:
    """The day on which the dispute about that version of a report was opened, while it is open."""
    question = select(Dispute.raised_on).where(Dispute.audit_id == audit_id, Dispute.state == OPEN)
    return session.scalar(question.where(Dispute.report_version == version))


def dispute_waited_for(session: Session, audit_id: uuid.UUID) -> str | None:
    """The open dispute about the report that a re-audit follows, by reference; None where there is none (S7)."""
    follower = aliased(Audit)
    question = select(Dispute.reference).join(follower, follower.re_audit_of == Dispute.audit_id)
    return session.scalar(question.where(follower.id == audit_id, Dispute.state == OPEN))


def every_dispute(session: Session) -> Sequence[Dispute]:
    """Every dispute that there was, the oldest first."""
    return session.scalars(select(Dispute).order_by(Dispute.id)).all()


def disputes_of(session: Session, audit_id: uuid.UUID) -> Sequence[Dispute]:
    """Each dispute about an audit, the oldest first."""
    return session.scalars(select(Dispute).where(Dispute.audit_id == audit_id).order_by(Dispute.id)).all()


def disputes_within(reach: Reach) -> ColumnElement[bool]:
    """Disputes about audits within reach, and those in which something is or was asked of oneself."""
    selves = reach.standing.selves
    asked = exists().where(Deadline.dispute_id == Dispute.id, Deadline.owed_by_id.in_(selves))
    reviews = exists().where(IndependentReview.dispute_id == Dispute.id, IndependentReview.reviewer_id.in_(selves))
    return or_(audits_within(reach), asked, reviews) if reach.relations else false()


def dispute_seen(session: Session, dispute_id: uuid.UUID, reach: Reach) -> Dispute | None:
    """One dispute about an audit within reach, held by nobody."""
    question = select(Dispute).join(Audit, Audit.id == Dispute.audit_id)
    return session.scalars(question.where(Dispute.id == dispute_id, disputes_within(reach))).first()


def dispute_held(session: Session, dispute_id: uuid.UUID) -> Dispute | None:
    """One dispute, held until the transaction ends. Its audit is to be held before it."""
    question = select(Dispute).where(Dispute.id == dispute_id).with_for_update(key_share=True)
    return session.scalars(question, execution_options={"populate_existing": True}).first()


def disputes_to_look_at(session: Session, today: date, limit: int) -> Sequence[Row[*tuple[uuid.UUID, uuid.UUID]]]:
    """Open disputes of which the clock has something to say by that day, with their audits; the oldest day first."""
    due = select(Dispute.id, Dispute.audit_id).where(Dispute.state == OPEN, Dispute.next_look_on <= today)
    return session.execute(due.order_by(Dispute.next_look_on, Dispute.id).limit(limit)).all()


def steps_of(session: Session, dispute_id: uuid.UUID) -> Sequence[DisputeStep]:
    """Each step of a dispute, the oldest first."""
    question = select(DisputeStep).where(DisputeStep.dispute_id == dispute_id)
    return session.scalars(question.order_by(DisputeStep.number)).all()


def texts_of(session: Session, dispute_id: uuid.UUID) -> dict[uuid.UUID, dict[str, str]]:
    """What was written with each step, by name."""
    return texts_by_step(session, DisputeStepText, select(DisputeStep.id).where(DisputeStep.dispute_id == dispute_id))


def grounds_of(session: Session, dispute_id: uuid.UUID) -> dict[str, dict[str, str]]:
    """What is challenged: reasons and evidence by part; empty once they are cleared."""
    rows = session.execute(
        select(DisputeGround.part, DisputeGroundText.name, DisputeGroundText.text)
        .outerjoin(
            DisputeGroundText,
            (DisputeGroundText.dispute_id == DisputeGround.dispute_id) & (DisputeGroundText.part == DisputeGround.part),
        )
        .where(DisputeGround.dispute_id == dispute_id)
        .order_by(DisputeGround.part)
    )
    found: dict[str, dict[str, str]] = {}
    for part, name, text in rows:
        texts = found.setdefault(part, {})
        if name is not None:
            texts[name] = text
    return found


def add_grounds(session: Session, dispute_id: uuid.UUID, grounds: Mapping[str, Mapping[str, str]]) -> None:
    """Saves what is challenged, with reasons and evidence by part."""
    session.add_all(DisputeGround(dispute_id=dispute_id, part=part) for part in grounds)
    session.flush()
    session.add_all(
        DisputeGroundText(dispute_id=dispute_id, part=part, name=name, text=text)
        for part, texts in grounds.items()
        for name, text in texts.items()
    )
    session.flush()


def add_steps(session: Session, steps: Sequence[DisputeStep], texts: Mapping[str, str | None]) -> None:
    """Saves steps; what was written stands with the last of them. Texts that are None or blank are left out."""
    session.add_all(steps)
    session.flush()
    add_texts(session, DisputeStepText, steps[-1].id, texts)


def newest_issued(session: Session, audit_id: uuid.UUID) -> tuple[int, Any] | None:
    """Number and moment of the newest version of an issued report."""
    question = select(ReportVersion.number, ReportVersion.made_at).where(
        ReportVersion.audit_id == audit_id, ReportVersion.is_issued
    )
    row = session.execute(question.order_by(ReportVersion.number.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def issued_at(session: Session, audit_id: uuid.UUID, number: int) -> Any | None:
    """The moment of that version of an issued report; None for one that there is not, or was not issued."""
    return session.scalar(
        select(ReportVersion.made_at).where(
            ReportVersion.audit_id == audit_id, ReportVersion.number == number, ReportVersion.is_issued
        )
    )


def consent_to(session: Session, audit_id: uuid.UUID, version: int) -> DisputeConsent | None:
    """The consent to dispute that version late, if it was given."""
    return session.get(DisputeConsent, (audit_id, version))


def reviews_of(session: Session, dispute_id: uuid.UUID) -> Sequence[Row[*tuple[IndependentReview, str]]]:
    """The independent reviews of a dispute, the oldest first, with the reference of who reviews."""
    return session.execute(
        select(IndependentReview, Person.reference)
        .join(Person, Person.id == IndependentReview.reviewer_id)
        .where(IndependentReview.dispute_id == dispute_id)
        .order_by(IndependentReview.id)
    ).all()


def review_held(session: Session, review_id: uuid.UUID) -> IndependentReview | None:
    """One review, held until the transaction ends."""
    return session.scalars(
        select(IndependentReview).where(IndependentReview.id == review_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).first()


def review_texts(session: Session, review_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, str]]:
    """What was asked of reviewers and what they found, by review and name."""
    found: dict[uuid.UUID, dict[str, str]] = {}
    rows = session.scalars(select(IndependentReviewText).where(IndependentReviewText.review_id.in_(review_ids)))
    for row in rows:
        found.setdefault(row.review_id, {})[row.name] = row.text
    return found


def without_clock_for(
    session: Session, people: Collection[uuid.UUID], limit: int, after: uuid.UUID | None = None
) -> Sequence[Row[*tuple[Dispute, bool]]]:
    """A page of the open disputes that wait for somebody without a last day (D6), or for a review by these (D3).

    Each with whether it is the review; the oldest first.
    """
    review = exists().where(
        IndependentReview.dispute_id == Dispute.id,
        IndependentReview.reviewer_id.in_(people),
        IndependentReview.reported_on.is_(None),
    )
    question = select(Dispute, review).where(Dispute.state == OPEN, or_(Dispute.due_on.is_(None), review))
    if after is not None:
        question = question.where(Dispute.id > after)
    return session.execute(question.order_by(Dispute.id).limit(limit)).all()


_raiser = aliased(Person)
_LISTED: Select[*tuple[Any, ...]] = (
    select(
        Dispute.id,
        Dispute.reference,
        Dispute.audit_id,
        Audit.reference.label("audit"),
        Team.reference.label("team"),
        Audit.service_id.label("service"),
        Dispute.report_version,
        _raiser.reference.label("raised_by"),
        Dispute.raised_as,
        Dispute.raised_on,
        Dispute.state,
        Dispute.rung,
        Dispute.awaits,
        Dispute.due_on,
        Dispute.ended_on,
        Dispute.version,
    )
    .join(Audit, Audit.id == Dispute.audit_id)
    .join(Team, Team.id == Audit.team_id)
    .join(_raiser, _raiser.id == Dispute.raised_by_id)
)
_FILTERS = {
    "state": Dispute.state == bindparam("state", type_=Text),
    "audit": Audit.reference == bindparam("audit", type_=Text),
    "team": Team.reference == bindparam("team", type_=Text),
    "service": Audit.service_id == bindparam("service", type_=Text),
    "after": Dispute.id < bindparam("after", type_=Uuid),
}


def disputes(session: Session, limit: int, reach: Reach, **filters: object) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of the disputes about audits within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _LISTED.order_by(Dispute.id.desc()).limit(at_most(limit))
    if not reach.is_all:
        question = question.where(disputes_within(reach))
    for name in given:
        question = question.where(_FILTERS[name])
    return session.execute(question, given).all()


class DisputeFacts(NamedTuple):
    """Who raised a dispute, and in which team its audit was allocated, by reference."""

    raised_by: str
    team: str


def facts_of(session: Session, dispute_id: uuid.UUID) -> DisputeFacts:
    """These facts of one dispute."""
    row = session.execute(
        select(_raiser.reference, Team.reference)
        .select_from(Dispute)
        .join(_raiser, _raiser.id == Dispute.raised_by_id)
        .join(Audit, Audit.id == Dispute.audit_id)
        .join(Team, Team.id == Audit.team_id)
        .where(Dispute.id == dispute_id)
    ).one()
    return DisputeFacts(*row)
