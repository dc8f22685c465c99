"""What an auditor has written of an audit, what it lacks, and fixing it when its time has come (L2, L3, L4)."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from db.queries import audit_contents, audit_life, improvement_plans, safety_alerts
from db.queries.audit_contents import GradingKept
from db.queries.improvement_plans import PlanKept
from db.tables.audits import Audit as AuditRow
from rules.audit_contents import why_not_written
from rules.audit_tools import AuditTool
from rules.changed_grades import missing_for_changes
from rules.decisions import Reason
from rules.draft_readers import Part
from rules.gradings import (
    GradingContent,
    Stage,
    after_over_before,
    missing_alert,
    missing_in_grades,
    missing_in_grading,
)
from rules.improvement_plans import missing_in_plan, not_agreed_yet, why_plan_is_owed
from rules.submission_completeness import missing_for_submission
from rules.tool_fit import ungraded_domains
from usecases.audit_tools import tool_read
from usecases.effective_grades import as_it_stands
from usecases.held_audits import not_now
from usecases.work import Work

_NOTHING = GradingContent()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditContents:
    """Everything that is written of an audit.

    `after` is the second grading as it is read, over the first; None while nothing of it is written. `missing` is what
    stands in the way of submitting the report, `missing_for_discussion` what the first grading lacks for the reflective
    discussion to be recorded: once it is, the first grading is fixed. `plan` is the newest revision; `actions_agreed`
    once everybody has agreed it who is to.
    """

    is_graded: bool
    before: GradingContent | None
    after: GradingContent | None
    plan: PlanKept | None
    plan_owed: Reason | None
    missing: tuple[Reason, ...]
    missing_for_discussion: tuple[Reason, ...]
    actions_agreed: bool

    @property
    def grade_before(self) -> str | None:
        return self.before.overall if self.before else None

    @property
    def grade_after(self) -> str | None:
        return self.after.overall if self.after else None

    @property
    def final(self) -> GradingContent:
        """The grading that the report is issued with: the second.

        Of a tool without grades there is one, and what is amended of it after the discussion (P8).
        """
        return self.after or (_NOTHING if self.is_graded else self.before or _NOTHING)


def contents_of(work: Work, audit: AuditRow) -> AuditContents:
    """What is written of an audit, and what is missing to submit it. For whoever may: nothing is hidden here."""
    return _contents(
        work,
        audit,
        audit_contents.gradings_of(work.session, audit.id),
        improvement_plans.newest_plan(work.session, audit.id),
    )


def fix_first_grading(work: Work, audit: AuditRow) -> None:
    """From now on the first grading stays as it is: the discussion is recorded, or why there was none."""
    _fix(work, audit, Stage.BEFORE_DISCUSSION)


def fix_second_grading(work: Work, audit: AuditRow) -> str | None:
    """From now on the second grading and the auditor's plan stay as they are: the report is accepted.

    Returns the effective grade (L3), None where the tool has none (P8).
    """
    _fix(work, audit, Stage.AFTER_DISCUSSION)
    plan = improvement_plans.newest_plan(work.session, audit.id)
    if plan is not None and plan.row.fixed_at is None:
        plan.row.fixed_at = work.now
        work.session.flush()
    return contents_of(work, audit).final.overall


def refuse_unless_written(work: Work, audit: AuditRow, part: Part) -> None:
    """Raises NotAllowedNow where the auditor does not write that part of an audit in its state."""
    why_not = why_not_written(part, audit.reference, audit.state, work.policy)
    if why_not is not None:
        raise not_now(why_not)


def _contents(
    work: Work, audit: AuditRow, written: Mapping[Stage, GradingKept], plan: PlanKept | None
) -> AuditContents:
    tool = tool_read(work, audit)
    before = written[Stage.BEFORE_DISCUSSION].content if Stage.BEFORE_DISCUSSION in written else None
    second = written[Stage.AFTER_DISCUSSION].content if Stage.AFTER_DISCUSSION in written else None
    after = None if second is None else after_over_before(before or _NOTHING, second)
    owed = why_plan_is_owed(as_it_stands(work, audit, after or _NOTHING), work.policy) if tool.is_graded else None
    return AuditContents(
        is_graded=tool.is_graded,
        before=before,
        after=after,
        plan=plan,
        plan_owed=owed,
        missing=(
            *_missing_in_final(work, audit.id, tool, before, after),
            *missing_in_plan(plan.smart_actions if plan else (), owed, work.today, work.policy),
        ),
        missing_for_discussion=_missing_in_first(work, tool, before or _NOTHING),
        actions_agreed=plan is not None and not not_agreed_yet(plan.agreements, work.policy),
    )


def _missing_in_first(work: Work, tool: AuditTool, before: GradingContent) -> tuple[Reason, ...]:
    """The grades that the first grading lacks; words can still be added to the second."""
    if not tool.is_graded:
        return ()
    return (
        *missing_in_grades(before, Stage.BEFORE_DISCUSSION, work.policy),
        *ungraded_domains(before, tool, work.policy),
    )


def _missing_in_final(
    work: Work, audit_id: uuid.UUID, tool: AuditTool, before: GradingContent | None, after: GradingContent | None
) -> tuple[Reason, ...]:
    """What the grading lacks that counts: the second over the first; of a tool without grades the one there is (P8)."""
    if not tool.is_graded:
        content, stage, was_discussed = after or before or _NOTHING, Stage.BEFORE_DISCUSSION, False
    else:
        content, stage = after or after_over_before(before or _NOTHING, _NOTHING), Stage.AFTER_DISCUSSION
        discussion = audit_life.reflective_discussion(work.session, audit_id)
        was_discussed = discussion is None or discussion.held_on is not None
    return (
        *(_missing_for_changes(work, tool, before, content) if tool.is_graded and not was_discussed else ()),
        *missing_in_grading(content, stage, work.policy, is_graded=tool.is_graded, was_discussed=was_discussed),
        *missing_for_submission(tool, content, work.policy, work.calendar),
        *missing_alert(content, work.policy, is_raised=_is_alert_raised(work, audit_id, content)),
    )


def _is_alert_raised(work: Work, audit_id: uuid.UUID, content: GradingContent) -> bool:
    """Whether a safety alert was raised from the audit; asked only where one is needed."""
    return content.is_anyone_unsafe is not True or bool(safety_alerts.raised_from(work.session, audit_id))


def _missing_for_changes(
    work: Work, tool: AuditTool, before: GradingContent | None, content: GradingContent
) -> tuple[Reason, ...]:
    titles = {domain.id: domain.title for domain in tool.domains}
    return missing_for_changes(before or _NOTHING, content, titles, work.policy)


def _fix(work: Work, audit: AuditRow, stage: Stage) -> None:
    kept = audit_contents.gradings_of(work.session, audit.id).get(stage)
    if kept is not None and kept.row.fixed_at is None:
        kept.row.fixed_at = work.now
        work.session.flush()
