"""Feedback on earlier work: by audit as its auditor writes it, and as those read it for whom it is (L8)."""

import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from db.queries.aliases import current_person
from db.queries.reaches import Reach
from db.queries.within_reach import feedback_within
from db.tables.audit_contents import EarlierFeedback
from db.tables.audits import Audit
from db.tables.organisation import Person, Team

_person = aliased(Person)


class FeedbackKept(NamedTuple):
    """One piece of feedback, and by reference whom it is for and what audit it comes from."""

    row: EarlierFeedback
    audit: str
    person: str | None
    person_id: uuid.UUID | None  # as they are known now
    team: str | None


def feedback_of(session: Session, audit_id: uuid.UUID) -> list[FeedbackKept]:
    """Everything that an audit's auditor has written to others, in the order in which it was written."""
    asked = _asked().where(EarlierFeedback.audit_id == audit_id).order_by(EarlierFeedback.id)
    return [FeedbackKept(*row) for row in session.execute(asked)]


def one_feedback(session: Session, audit_id: uuid.UUID, feedback_id: uuid.UUID) -> FeedbackKept | None:
    """One piece of it; None for one that is not there or belongs to another audit."""
    asked = _asked().where(EarlierFeedback.audit_id == audit_id, EarlierFeedback.id == feedback_id)
    row = session.execute(asked).first()
    return FeedbackKept(*row) if row else None


def feedback_given(
    session: Session, reach: Reach, limit: int, after: uuid.UUID | None = None
) -> Sequence[FeedbackKept]:
    """A page of what was given to those within reach, the newest first."""
    asked = _asked().where(EarlierFeedback.given_at.is_not(None), feedback_within(reach))
    if after is not None:
        asked = asked.where(EarlierFeedback.id < after)
    return [FeedbackKept(*row) for row in session.execute(asked.order_by(EarlierFeedback.id.desc()).limit(limit))]


def team_with(session: Session, reference: str) -> uuid.UUID | None:
    """The team with that reference."""
    return session.scalar(select(Team.id).where(Team.reference == reference))


def person_with(session: Session, reference: str) -> uuid.UUID | None:
    """The person with that reference, also one who has left: their manager reads it."""
    return session.scalar(select(Person.id).where(Person.reference == reference))


def _asked() -> Select[*tuple[Any, ...]]:
    return (
        select(EarlierFeedback, Audit.reference, _person.reference, _person.id, Team.reference)
        .join(Audit, Audit.id == EarlierFeedback.audit_id)
        .outerjoin(_person, _person.id == current_person(EarlierFeedback.to_person_id))
        .outerjoin(Team, Team.id == EarlierFeedback.to_team_id)
    )
