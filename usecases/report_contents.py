"""Gathering the report of an audit as it stands, from all that was written and all that happened (L2–L4, L7, L15)."""

from collections.abc import Mapping, Sequence
from datetime import date

from db.queries import audit_life as life
from db.queries.audit_contents import GradingKept, gradings_of
from db.queries.earlier_feedback import feedback_of
from db.queries.improvement_plans import ActionKept, PlanKept
from db.queries.report_facts import ReportFacts, report_facts
from db.tables.audit_life import AuditStep
from db.tables.audits import Audit as AuditRow
from reports.audit_reports import (
    CORRECTED,
    ActionShown,
    AuditReport,
    CheckAnswered,
    CorrectionShown,
    DiscussionShown,
    EarlierGrade,
    FormShown,
    PlanShown,
    VersionShown,
)
from rules.audit_events import Event
from rules.audit_tools import AuditTool
from rules.gradings import GradingContent, Stage
from rules.roles import Role
from usecases.audit_contents import AuditContents, contents_of
from usecases.audit_tools import tool_read
from usecases.report_gradings import domain_shown, grade_shown, grading_shown
from usecases.report_versions import store_version
from usecases.work import LONDON, Work

_ORDINALS = {0: "original audit", 1: "first re-audit", 2: "second re-audit", 3: "third re-audit"}
_SENTENCES = {
    Event.REPORT_SUBMITTED: "Submitted for quality assurance",
    Event.REPORT_AMENDED: "Amended after quality assurance",
    Event.AUDIT_ISSUED: "Issued",
    Event.REPORT_CORRECTED: "Corrected",
    Event.DISPUTE_RESOLVED: "A dispute about it was resolved",
    Event.MODERATED_GRADE_RECORDED: "Changed after moderation",
}
# How a report was changed, where no mistake was put right: whoever wrote it down did not decide it by themselves.
_CHANGED: Mapping[str, str] = {
    Event.DISPUTE_RESOLVED: "Changed by the outcome of a dispute",
    Event.MODERATED_GRADE_RECORDED: "Changed after moderation",
}


def keep_report(work: Work, audit: AuditRow, event: Event) -> int:
    """Keeps the report as it stands after that event as its next version, and answers the version's number.

    The caller holds the audit and has saved what the event changed of it.
    """
    return store_version(work, audit.id, report_as_it_stands(work, audit, event), because=event.value)


def report_as_it_stands(work: Work, audit: AuditRow, event: Event) -> AuditReport:
    """The report with everything that is written so far; the event is why there is a version of it."""
    facts, tool, contents = report_facts(work.session, audit.id), tool_read(work, audit), contents_of(work, audit)
    kept = gradings_of(work.session, audit.id)
    steps = life.steps_of(work.session, audit.id)
    return AuditReport(
        reference=audit.reference,
        council=work.policy.edition.council,
        edition=_edition(work, facts),
        version=VersionShown(0, _SENTENCES.get(event, event.value.replace("_", " ")), work.now, work.actor),
        kind=audit.kind,
        sequence=audit.sequence,
        cycle=facts.cycle,
        theme=facts.topic or "" if audit.kind == "themed" else "",
        case_reference=audit.case_reference,
        practitioner=facts.practitioner,
        auditor=facts.auditor or "",
        team=facts.team,
        team_title=facts.team_title,
        service=audit.service_id,
        service_title=facts.service_title,
        window_from=audit.window_from,
        window_to=audit.window_to,
        allocated_on=audit.allocated_on,
        marking=work.policy.reports.marking,
        tools=tuple(FormShown(part.tool, str(part.version), part.title) for part in tool.parts),
        submitted_on=_first(steps, Event.REPORT_SUBMITTED),
        accepted_on=_last(steps, Event.REPORT_ACCEPTED),
        issued_on=audit.issued_on,
        effective=grade_shown(work.policy, audit.overall_grade) if audit.issued_on else None,
        before_discussion=grading_shown(work.policy, tool, contents.before, _written_on(kept, Stage.BEFORE_DISCUSSION)),
        after_discussion=grading_shown(work.policy, tool, contents.after, _written_on(kept, Stage.AFTER_DISCUSSION)),
        discussion=_discussion(work, audit, contents),
        checks=_checks(tool, contents.final),
        plan=_plan(work, contents.plan),
        corrections=_corrections(work, audit, tool, steps),
        feedback_points=len(feedback_of(work.session, audit.id)),
        compared_with=_compared_with(work, audit),
    )


def _edition(work: Work, facts: ReportFacts) -> FormShown:
    """The edition that the cycle is pinned to, by its title where it is the one in force."""
    ours = work.policy.edition
    id_, version = facts.edition_id or ours.id, facts.edition_version or ours.version
    return FormShown(id_, version, ours.title if id_ == ours.id else id_)


def _first(steps: Sequence[AuditStep], event: Event) -> date | None:
    return next((step.happened_on for step in steps if step.event == event), None)


def _last(steps: Sequence[AuditStep], event: Event) -> date | None:
    return _first(steps[::-1], event)


def _written_on(kept: dict[Stage, GradingKept], stage: Stage) -> date | None:
    return kept[stage].row.saved_at.astimezone(LONDON).date() if stage in kept else None


def _discussion(work: Work, audit: AuditRow, contents: AuditContents) -> DiscussionShown | None:
    found = life.reflective_discussion(work.session, audit.id)
    added = contents.after.added_by_discussion if contents.after else ""
    if found is None:
        return None
    texts = life.texts_of(work.session, audit.id).get(found.step_id, {})
    # A report says that they stayed away only where they are asked to come: of any other audit it would be a reproach.
    is_asked_to_come = audit.sequence >= work.policy.lifecycle.team_manager_attends_from
    attended = True if found.team_manager_attended else False if is_asked_to_come else None
    return DiscussionShown(found.held_on, added, texts.get("not_held_because", ""), attended)


def _checks(tool: AuditTool, content: GradingContent) -> tuple[CheckAnswered, ...]:
    """The checks of the form in its order; one that nobody answered is shown as such."""
    found = {check.check: check for check in content.checks}
    return tuple(
        CheckAnswered(check.question, it.answer, it.note, it.started_on, it.on)
        if (it := found.get(check.id))
        else CheckAnswered(check.question)
        for check in tool.checks
    )


def _plan(work: Work, plan: PlanKept | None) -> PlanShown | None:
    if plan is None:
        return None
    on = {role: agreed.agreed_at.astimezone(LONDON).date() for role, agreed in plan.agreements.items()}
    wanted = work.policy.gradings.improvement_plan_agreed_by
    agreed_on = max(on[role] for role in wanted) if wanted and set(wanted) <= set(on) else None
    return PlanShown(tuple(map(_action, plan.actions)), agreed_on, on.get(Role.HEAD_OF_SERVICE))


def _action(kept: ActionKept) -> ActionShown:
    action = kept.action
    return ActionShown(
        specific=action.specific,
        owner=action.owner or "",
        due_on=action.due_on,
        measurable=action.measurable,
        achievable=action.achievable,
        relevant=action.relevant,
        evidence="\n\n".join(shown.evidence for shown in kept.evidence),
        done_on=kept.done_on,
    )


def _corrections(
    work: Work, audit: AuditRow, tool: AuditTool, steps: Sequence[AuditStep]
) -> tuple[CorrectionShown, ...]:
    texts, step_of = life.texts_of(work.session, audit.id), {step.id: step for step in steps}
    return tuple(
        CorrectionShown(
            corrected_on=step_of[found.step_id].happened_on,
            corrected_by="" if step_of[found.step_id].event in _CHANGED else step_of[found.step_id].recorded_by,
            how=_CHANGED.get(step_of[found.step_id].event, CORRECTED),
            reason=texts.get(found.step_id, {}).get("reason", ""),
            overall=grade_shown(work.policy, found.grade_after) if found.grade_after != found.grade_before else None,
            domains=tuple(
                domain_shown(work.policy, domain, found.domain_grades[domain.id])
                for domain in tool.domains
                if domain.id in found.domain_grades
            ),
        )
        for found in life.corrections(work.session, audit.id)
    )


def _compared_with(work: Work, audit: AuditRow) -> tuple[EarlierGrade, ...]:
    """The original first."""
    return tuple(
        EarlierGrade(
            earlier.reference,
            _ORDINALS.get(earlier.sequence, "earlier re-audit"),
            grade_shown(work.policy, earlier.overall_grade),
            earlier.issued_on,
        )
        for earlier in reversed(life.earlier_audits(work.session, audit.id))
    )
