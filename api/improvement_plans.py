"""`/v1/audits/{id}/improvement-plan`: drafted, agreed, confirmed and done, action by action (L4)."""

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from api.actors import ActorDep
from api.audits import AuditId
from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.gradings import asks_of
from api.improvement_plan_contents import (
    MOST_ACTIONS,
    PLAN_EXAMPLE,
    REVISION_EXAMPLE,
    ActionTold,
    AgreementAsked,
    AgreementTold,
    EarlierPlansTold,
    EarlierPlanTold,
    EvidenceAsked,
    EvidenceTold,
    PlanTold,
    PlanWritten,
    RevisionTold,
)
from api.permissions import Permission
from api.reasons import ReasonGiven, reasons_given
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries.improvement_plans import ActionKept, PlanKept
from rules.draft_readers import Part
from rules.improvement_plans import SmartAction, not_agreed_yet
from usecases.contents_read import EarlierPlan, read_earlier_plans, read_plan
from usecases.improvement_plans import PlanSaved, agree_plan, draft_plan, record_evidence, revise_plan
from usecases.work import Work

router = Router("audits", "/v1/audits")

_NO_AUDIT = described(404, "No such audit, or it has no such plan or action")
_SAVED = {**answered({"a plan": PLAN_EXAMPLE}), **_NO_AUDIT, **described(409, "Not in this state, or not yours to do")}


@router.get(
    "/{audit_id}/improvement-plan",
    operation_id="read_improvement_plan",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"agreed by one": PLAN_EXAMPLE}), **_NO_AUDIT},
)
def read_improvement_plan(audit_id: AuditId, work: WorkOnRecordDep, actor: ActorDep, response: Response) -> PlanTold:
    """The plan with every revision, each action with its evidence. Who read it is kept."""
    read, plans = read_plan(work, audit_id, asks_of(actor))
    why_not = read.hidden.get(Part.IMPROVEMENT_PLAN)
    if why_not is None:
        tag(response, plans[-1].row.version if plans else 0)
    owed = read.contents.plan_owed if read.contents else None
    revisions = [_revision(work, plan) for plan in plans]
    return PlanTold(
        is_shown=why_not is None,
        why_not_shown=_one(why_not),
        is_owed=_one(owed),
        plan=revisions[-1] if revisions else None,
        earlier_revisions=revisions[:-1],
        missing=reasons_given(read.missing_in_plan),
    )


@router.get(
    "/{audit_id}/earlier-plans",
    operation_id="read_earlier_plans",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={
        **answered(
            {
                "one audit before": {
                    "earlier": [
                        {
                            "audit_id": "0199c0de-7a11-7000-8000-000000000003",
                            "audit": "PA-2026-0412",
                            "plan": REVISION_EXAMPLE,
                        }
                    ]
                }
            }
        ),
        **described(404, "No such audit"),
    },
)
def read_plans_of_earlier_audits(audit_id: AuditId, work: WorkOnRecordDep) -> EarlierPlansTold:
    """Of a re-audit: the plans of the audits it follows, action by action. Who read them is kept."""
    return EarlierPlansTold(earlier=[_earlier(work, plan) for plan in read_earlier_plans(work, audit_id)])


@router.put(
    "/{audit_id}/improvement-plan",
    operation_id="draft_improvement_plan",
    dependencies=[requires(Permission.CONDUCT_AUDITS, is_narrowed=True)],
    responses={**_SAVED, **NEEDS_IF_MATCH},
)
def draft_improvement_plan(
    audit_id: AuditId, asked: PlanWritten, work: WorkDep, response: Response, if_match: IfMatch = None
) -> PlanTold:
    """Saves the auditor's draft in place of the one before; it may lack anything until the report is submitted."""
    with version_read(if_match, "The plan") as version:
        return _saved(work, draft_plan(work, audit_id, _actions(asked), version=version), response)


@router.put(
    "/{audit_id}/improvement-plan/revision",
    operation_id="revise_improvement_plan",
    dependencies=[requires(Permission.KEEP_PLANS, is_narrowed=True)],
    responses={**_SAVED, **NEEDS_IF_MATCH},
)
def revise_improvement_plan(
    audit_id: AuditId, asked: PlanWritten, work: WorkDep, response: Response, if_match: IfMatch = None
) -> PlanTold:
    """Makes a new revision when the findings are discussed, or changes the one in hand. For the team manager.

    What the auditor wrote and what was agreed before stay; nobody has agreed the new revision yet.
    """
    with version_read(if_match, "The plan") as version:
        return _saved(work, revise_plan(work, audit_id, _actions(asked), version=version), response)


@router.post(
    "/{audit_id}/improvement-plan/agreements",
    operation_id="agree_improvement_plan",
    dependencies=[requires(Permission.KEEP_PLANS, is_narrowed=True)],
    responses={**_SAVED, **NEEDS_IF_MATCH},
)
def agree_improvement_plan(
    audit_id: AuditId, asked: AgreementAsked, work: WorkDep, response: Response, if_match: IfMatch = None
) -> PlanTold:
    """Agrees the newest revision as it was read. With the last who is to agree it, the clocks of its actions start."""
    with version_read(if_match, "The plan") as version:
        return _saved(work, agree_plan(work, audit_id, asked.as_role, version=version), response)


@router.post(
    "/{audit_id}/improvement-plan/actions/{number}/evidence",
    operation_id="record_action_evidence",
    dependencies=[requires(Permission.KEEP_PLANS, is_narrowed=True)],
    responses={**_SAVED, **NEEDS_IF_MATCH},
)
def record_action_evidence(
    audit_id: AuditId,
    number: Annotated[int, Path(ge=1, le=MOST_ACTIONS, examples=[1])],
    asked: EvidenceAsked,
    work: WorkDep,
    response: Response,
    *,
    if_match: IfMatch = None,
) -> PlanTold:
    """Records what shows that an action is done; its clock ends. More can be added, nothing is changed."""
    with version_read(if_match, "The plan") as version:
        saved = record_evidence(work, audit_id, number, asked.done_on, asked.evidence, version=version)
    return _saved(work, saved, response)


def _actions(asked: PlanWritten) -> list[SmartAction]:
    return [
        SmartAction(it.specific or "", it.measurable or "", it.achievable or "", it.relevant or "", it.owner, it.due_on)
        for it in asked.actions
    ]


def _saved(work: Work, saved: PlanSaved, response: Response) -> PlanTold:
    tag(response, saved.plan.row.version)
    return PlanTold(
        is_shown=True,
        why_not_shown=None,
        is_owed=None,
        plan=_revision(work, saved.plan),
        earlier_revisions=[],
        missing=reasons_given(saved.missing),
    )


def _revision(work: Work, plan: PlanKept) -> RevisionTold:
    row = plan.row
    said = sorted(plan.agreements.values(), key=lambda it: it.agreed_at)
    return RevisionTold(
        revision=row.revision,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
        is_fixed=row.fixed_at is not None,
        actions=[_action(action) for action in plan.actions],
        agreements=[AgreementTold.model_validate(it, from_attributes=True) for it in said],
        waits_for=list(not_agreed_yet(plan.agreements, work.policy)),
    )


def _action(kept: ActionKept) -> ActionTold:
    action = kept.action
    return ActionTold(
        number=kept.number,
        specific=action.specific,
        measurable=action.measurable,
        achievable=action.achievable,
        relevant=action.relevant,
        owner=action.owner,
        due_on=action.due_on,
        done_on=kept.done_on,
        evidence=[EvidenceTold.model_validate(it, from_attributes=True) for it in kept.evidence],
    )


def _earlier(work: Work, earlier: EarlierPlan) -> EarlierPlanTold:
    plan = _revision(work, earlier.plan) if earlier.plan else None
    return EarlierPlanTold(audit_id=earlier.audit_id, audit=earlier.reference, plan=plan)


def _one(reason: Any) -> ReasonGiven | None:
    return None if reason is None else reasons_given([reason])[0]
