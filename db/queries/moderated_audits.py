"""Moderated audits: found within reach, listed, held, and what is written and happened of them (M2 to M4)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Uuid,
    and_,
    bindparam,
    delete,
    false,
    insert,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.queries.page_sizes import at_most
from db.queries.reaches import Reach, Relation
from db.queries.step_texts import add_texts, texts_by_step
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.moderation import (
    ModeratedAudit,
    ModerationRound,
    ModerationStep,
    ModerationStepText,
    ModerationTemplate,
    Regrade,
    RegradedDomain,
)
from db.tables.organisation import Person
from rules.gradings import DomainContent, GradingContent

_TOGETHER = {"render_nulls": True}


class Moderated(NamedTuple):
    """A moderated audit, the audit itself, its round, and its people by reference."""

    row: ModeratedAudit
    audit: Audit
    round: ModerationRound
    moderator: str | None
    auditor: str


class RegradeKept(NamedTuple):
    """What a moderator wrote, with its row."""

    row: Regrade
    content: GradingContent


def moderated_within(reach: Reach) -> ColumnElement[bool]:
    """Those that one moderates, and of audits that one did, those that have their feedback (M4)."""
    if reach.is_all:
        return true()
    selves = reach.standing.selves
    conditions = {
        Relation.AS_MODERATOR: ModeratedAudit.moderator_id.in_(selves),
        Relation.AS_AUDITOR: and_(Audit.auditor_id.in_(selves), ModeratedAudit.fed_back_on.is_not(None)),
    }
    return or_(false(), *(condition for relation, condition in conditions.items() if relation in reach.relations))


_MODERATOR = select(Person.reference).where(Person.id == current_person(ModeratedAudit.moderator_id))
_AUDITOR = select(Person.reference).where(Person.id == current_person(Audit.auditor_id))
_MODERATED: Select[Any] = (
    select(ModeratedAudit, Audit, ModerationRound, _MODERATOR.scalar_subquery(), _AUDITOR.scalar_subquery())
    .join(Audit, Audit.id == ModeratedAudit.audit_id)
    .join(ModerationRound, ModerationRound.id == ModeratedAudit.round_id)
)
# Each filter of the list with the condition it adds.
_FILTERS = {
    "state": ModeratedAudit.state == bindparam("state"),
    "round_id": ModeratedAudit.round_id == bindparam("round_id", type_=Uuid),
    "after": ModeratedAudit.id < bindparam("after", type_=Uuid),
}


def add_moderated(session: Session, rows: Sequence[Mapping[str, Any]]) -> Sequence[ModeratedAudit]:
    """Adds the audits of a round, in the order of its draw."""
    made = [ModeratedAudit(**row) for row in rows]
    session.add_all(made)
    session.flush()
    return made


def one_moderated(session: Session, id_: uuid.UUID, reach: Reach) -> Moderated | None:
    """One within reach, as it stands."""
    row = session.execute(_MODERATED.where(ModeratedAudit.id == id_, moderated_within(reach))).first()
    return None if row is None else Moderated(*row)


def moderated_held(session: Session, id_: uuid.UUID, reach: Reach) -> Moderated | None:
    """The same, held until this transaction ends."""
    question = _MODERATED.where(ModeratedAudit.id == id_, moderated_within(reach))
    held = question.with_for_update(of=ModeratedAudit, key_share=True)
    row = session.execute(held, execution_options={"populate_existing": True}).first()
    return None if row is None else Moderated(*row)


def listed(session: Session, limit: int, reach: Reach, **filters: object) -> list[Moderated]:
    """A page of the list within reach, the newest first; filters that are None are left out."""
    given = {name: value for name, value in filters.items() if value is not None}
    question = _MODERATED.where(moderated_within(reach))
    for name in given:
        question = question.where(_FILTERS[name])
    rows = session.execute(question.order_by(ModeratedAudit.id.desc()).limit(at_most(limit)), given)
    return [Moderated(*row) for row in rows]


def of_round(session: Session, round_id: uuid.UUID) -> list[Moderated]:
    """All of a round, in the order of the draw."""
    rows = session.execute(_MODERATED.where(ModeratedAudit.round_id == round_id).order_by(ModeratedAudit.place))
    return [Moderated(*row) for row in rows]


def is_moderator_missing(session: Session, round_id: uuid.UUID) -> bool:
    """Whether any of a round is still to be moderated, by nobody.

    The round is held first, so that of two who name the last moderators at once the second sees what the first did.
    """
    session.execute(select(ModerationRound.id).where(ModerationRound.id == round_id).with_for_update(key_share=True))
    theirs = (ModeratedAudit.round_id == round_id, ModeratedAudit.state == "allocated")
    found = select(ModeratedAudit.id).where(*theirs, ModeratedAudit.moderator_id.is_(None)).limit(1)
    return session.scalar(found) is not None


def regrade_of(session: Session, id_: uuid.UUID) -> RegradeKept | None:
    """What the moderator wrote so far."""
    row = session.get(Regrade, id_, populate_existing=True)
    if row is None:
        return None
    found = select(RegradedDomain).where(RegradedDomain.moderated_audit_id == id_).order_by(RegradedDomain.position)
    domains = session.scalars(found, execution_options={"populate_existing": True})
    content = GradingContent(
        domains=tuple(DomainContent(it.domain, it.grade, it.findings, it.is_applicable) for it in domains),
        strengths=tuple(row.strengths),
        areas_to_improve=tuple(row.areas_to_improve),
        overall=row.overall_grade,
        overall_because=row.findings,
    )
    return RegradeKept(row, content)


def save_regrade(session: Session, id_: uuid.UUID, content: GradingContent, *, at: datetime, by: str) -> None:
    """Writes a regrade in place of what was there of it."""
    row = session.get(Regrade, id_)
    if row is None:
        row = Regrade(moderated_audit_id=id_)
        session.add(row)
    row.overall_grade, row.findings = content.overall, content.overall_because
    row.strengths, row.areas_to_improve = list(content.strengths), list(content.areas_to_improve)
    row.saved_at, row.saved_by = at, by
    session.flush()
    session.execute(delete(RegradedDomain).where(RegradedDomain.moderated_audit_id == id_))
    rows = [
        {
            "moderated_audit_id": id_,
            "domain": it.domain,
            "position": position,
            "grade": it.grade,
            "is_applicable": it.is_applicable,
            "findings": it.evidence,
        }
        for position, it in enumerate(content.domains)
    ]
    if rows:
        session.execute(insert(RegradedDomain), rows, execution_options=_TOGETHER)


def add_step(session: Session, step: ModerationStep, texts: Mapping[str, str | None]) -> None:
    """Adds what happened, with what somebody wrote; a text that is None or blank is left out."""
    session.add(step)
    session.flush()
    add_texts(session, ModerationStepText, step.id, texts)


def steps_of(session: Session, id_: uuid.UUID) -> Sequence[ModerationStep]:
    """What happened, in the order in which it was recorded."""
    found = select(ModerationStep).where(ModerationStep.moderated_audit_id == id_)
    return session.scalars(found.order_by(ModerationStep.version)).all()


def texts_of(session: Session, id_: uuid.UUID) -> dict[uuid.UUID, dict[str, str]]:
    """What somebody wrote with each step."""
    steps = select(ModerationStep.id).where(ModerationStep.moderated_audit_id == id_)
    return texts_by_step(session, ModerationStepText, steps)


def add_template(session: Session, template: ModerationTemplate) -> None:
    """Keeps the moderation template as it is when feedback is given (M4)."""
    session.add(template)
    session.flush()


def template_of(session: Session, id_: uuid.UUID) -> ModerationTemplate | None:
    return session.get(ModerationTemplate, id_, populate_existing=True)


def owed_of(session: Session, id_: uuid.UUID) -> Sequence[CaseSystemCommand]:
    """What was owed to the case system of one moderation."""
    found = select(CaseSystemCommand).where(CaseSystemCommand.moderated_audit_id == id_)
    return session.scalars(found.order_by(CaseSystemCommand.id)).all()
