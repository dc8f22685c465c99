"""Improvement plans in their revisions, with the evidence of what was done, action by action (L4)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.queries.aliases import current_person
from db.tables.audit_contents import ActionEvidence, ImprovementPlan, PlanAgreement
from db.tables.audit_contents import SmartAction as ActionRow
from db.tables.organisation import Person
from rules.improvement_plans import SmartAction


class ActionKept(NamedTuple):
    """One action, who sees to it by id, and what shows that it was done, the oldest first."""

    id: uuid.UUID
    number: int
    action: SmartAction
    owner_id: uuid.UUID | None
    evidence: tuple[ActionEvidence, ...]

    @property
    def done_on(self) -> date | None:
        """The day on which it was done, as was recorded last; None while nothing shows that it was."""
        return self.evidence[-1].done_on if self.evidence else None


class PlanKept(NamedTuple):
    """One revision of a plan with its actions in order, and who agreed it by role."""

    row: ImprovementPlan
    actions: tuple[ActionKept, ...]
    agreements: Mapping[str, PlanAgreement]

    @property
    def smart_actions(self) -> tuple[SmartAction, ...]:
        return tuple(kept.action for kept in self.actions)


def newest_plan(session: Session, audit_id: uuid.UUID) -> PlanKept | None:
    """The revision that counts; None where nobody wrote one."""
    return next(iter(plans_of(session, audit_id)[-1:]), None)


def plans_of(session: Session, audit_id: uuid.UUID) -> list[PlanKept]:
    """Every revision of an audit's plan, the first first."""
    asked = select(ImprovementPlan).where(ImprovementPlan.audit_id == audit_id).order_by(ImprovementPlan.revision)
    rows = session.scalars(asked).all()
    ids = [row.id for row in rows]
    actions, agreements = _actions_of(session, ids), _agreements_of(session, ids)
    return [PlanKept(row, tuple(actions.get(row.id, ())), agreements.get(row.id, {})) for row in rows]


def save_plan(
    session: Session,
    audit_id: uuid.UUID,
    actions: Sequence[SmartAction],
    owners: Mapping[str, uuid.UUID],
    *,
    at: datetime,
    by: str,
) -> ImprovementPlan:
    """Writes a draft in place of the one there is, or as the next revision; nobody has agreed it yet.

    `owners` are the ids of those whom the actions name. The version counts on from one revision to the next.
    """
    newest = newest_plan(session, audit_id)
    if newest is not None and newest.row.fixed_at is None:
        row = newest.row
        session.execute(delete(ActionRow).where(ActionRow.plan_id == row.id))
        session.execute(delete(PlanAgreement).where(PlanAgreement.plan_id == row.id))
    else:
        revision, version = (newest.row.revision, newest.row.version) if newest else (0, 0)
        row = ImprovementPlan(audit_id=audit_id, revision=revision + 1, version=version)
        session.add(row)
    row.version, row.saved_at, row.saved_by = row.version + 1, at, by
    session.flush()
    if actions:
        rows = [_row(row.id, number, it, owners) for number, it in enumerate(actions, 1)]
        session.execute(insert(ActionRow), rows, execution_options={"render_nulls": True})
    return row


def people_here(session: Session, references: Collection[str], on: date) -> dict[str, uuid.UUID]:
    """Those of the references that are somebody's who works here on that day, with their ids."""
    asked = select(Person.reference, Person.id).where(
        Person.reference.in_(references), (Person.left_on.is_(None)) | (Person.left_on >= on)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _row(plan_id: uuid.UUID, number: int, action: SmartAction, owners: Mapping[str, uuid.UUID]) -> dict[str, object]:
    return {
        "plan_id": plan_id,
        "number": number,
        "specific": action.specific,
        "measurable": action.measurable,
        "achievable": action.achievable,
        "relevant": action.relevant,
        "owner_id": owners[action.owner] if action.owner is not None else None,
        "due_on": action.due_on,
    }


def _actions_of(session: Session, plans: Collection[uuid.UUID]) -> dict[uuid.UUID, list[ActionKept]]:
    asked = (
        select(ActionRow, Person.reference, Person.id)
        .outerjoin(Person, Person.id == current_person(ActionRow.owner_id))
        .where(ActionRow.plan_id.in_(plans))
        .order_by(ActionRow.plan_id, ActionRow.number)
    )
    rows = session.execute(asked).all()
    evidence = _evidence_of(session, [row[0].id for row in rows])
    found: dict[uuid.UUID, list[ActionKept]] = {}
    for row, owner, owner_id in rows:
        action = SmartAction(row.specific, row.measurable, row.achievable, row.relevant, owner, row.due_on)
        kept = ActionKept(row.id, row.number, action, owner_id, tuple(evidence.get(row.id, ())))
        found.setdefault(row.plan_id, []).append(kept)
    return found


def _evidence_of(session: Session, actions: Collection[uuid.UUID]) -> dict[uuid.UUID, list[ActionEvidence]]:
    found: dict[uuid.UUID, list[ActionEvidence]] = {}
    asked = select(ActionEvidence).where(ActionEvidence.action_id.in_(actions)).order_by(ActionEvidence.id)
    for row in session.scalars(asked):
        found.setdefault(row.action_id, []).append(row)
    return found


def _agreements_of(session: Session, plans: Collection[uuid.UUID]) -> dict[uuid.UUID, dict[str, PlanAgreement]]:
    found: dict[uuid.UUID, dict[str, PlanAgreement]] = {}
    for row in session.scalars(select(PlanAgreement).where(PlanAgreement.plan_id.in_(plans))):
        found.setdefault(row.plan_id, {})[row.role] = row
    return found
