"""What a timeline tells of grades that were changed: each from what to what, and what follows for the plan (D7, L4)."""

from collections.abc import Iterator, Mapping

from db.queries import audit_life as life
from db.queries.audit_contents import gradings_of
from db.tables.audit_life import AuditStep, ReportCorrection
from db.tables.audits import Audit as AuditRow
from rules.audit_events import State
from rules.dates_in_words import listed
from rules.gradings import DomainContent, GradingContent, Stage, title_of
from rules.improvement_plans import why_plan_is_owed
from rules.policy.shape import Policy
from usecases.audit_tools import tool_read
from usecases.timeline_lines import Told
from usecases.work import Work

CHANGED, PLAN_OWED = "grades_changed", "improvement_plan_owed"


def changed_grades_told(work: Work, row: AuditRow) -> Iterator[Told]:
    """Each change of an issued report's grades, on its day; nothing of one that was changed before it was issued."""
    changes = life.corrections(work.session, row.id)
    if not changes:
        return
    steps = {step.id: step for step in life.steps_of(work.session, row.id)}
    titles = {domain.id: domain.title for domain in tool_read(work, row).domains}
    second = gradings_of(work.session, row.id).get(Stage.AFTER_DISCUSSION)
    standing = {it.domain: it.grade for it in (second.content.domains if second else ())}
    for change in changes:
        step = steps[change.step_id]
        if step.state in (State.ISSUED, State.CLOSED):
            yield _changed(work.policy, step, change, standing, titles)
            yield from _plan_owed(work.policy, step, change, standing)
        standing |= change.domain_grades


def _changed(
    policy: Policy,
    step: AuditStep,
    change: ReportCorrection,
    standing: Mapping[str, str | None],
    titles: Mapping[str, str],
) -> Told:
    grades = [
        f"{titles.get(of, of)} {_from_to(policy, standing.get(of), to)}" for of, to in change.domain_grades.items()
    ]
    if change.grade_after != change.grade_before:
        grades.insert(0, f"the overall grade {_from_to(policy, change.grade_before, change.grade_after)}")
    words = f"Changed by it: {listed(grades)}." if grades else "No grade was changed by it: all stand as they were."
    return _line(step, CHANGED, step.rule, step.clause, words)


def _plan_owed(
    policy: Policy, step: AuditStep, change: ReportCorrection, standing: Mapping[str, str | None]
) -> Iterator[Told]:
    """That an improvement plan is owed now and was not before; who makes it is said, for the report is issued."""
    before = why_plan_is_owed(_graded(change.grade_before, standing), policy)
    after = why_plan_is_owed(_graded(change.grade_after, {**standing, **change.domain_grades}), policy)
    if before is None and after is not None:
        sentence = f"{after.sentence} Team manager and practitioner make and agree it when they discuss the findings."
        yield _line(step, PLAN_OWED, after.rule, after.clause, sentence)


def _graded(overall: str | None, domains: Mapping[str, str | None]) -> GradingContent:
    return GradingContent(overall=overall, domains=tuple(DomainContent(of, grade) for of, grade in domains.items()))


def _from_to(policy: Policy, before: str | None, after: str | None) -> str:
    return f"from {_called(before, policy)} to {_called(after, policy)}"


def _called(grade: str | None, policy: Policy) -> str:
    return "no grade" if grade is None else title_of(grade, policy) if grade in policy.gradings.grades else grade


def _line(step: AuditStep, what: str, rule: str, clause: str, sentence: str) -> Told:
    return Told(
        on=step.happened_on,
        at=step.recorded_at,
        by=step.recorded_by,
        kind="step",
        what=what,
        state=step.state,
        rule=rule,
        clause=clause,
        sentence=sentence,
    )
