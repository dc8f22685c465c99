"""A grading in the words of its form and edition, as a report keeps it (L2, L3)."""

from datetime import date

from reports.audit_reports import DomainGraded, GradeShown, GradingShown, LineAnswered
from rules.audit_tools import AuditTool, ToolDomain
from rules.gradings import DomainContent, GradingContent
from rules.policy.shape import Policy


def grade_shown(policy: Policy, grade: str | None) -> GradeShown | None:
    """A grade with its title and place; one that the edition in force does not have keeps its code, in no place."""
    if grade is None:
        return None
    order = list(policy.gradings.grades)
    if grade not in order:
        return GradeShown(grade, grade.replace("_", " ").capitalize(), len(order), len(order))
    return GradeShown(grade, policy.gradings.grades[grade], order.index(grade) + 1, len(order))


def grading_shown(
    policy: Policy, tool: AuditTool, content: GradingContent | None, written_on: date | None
) -> GradingShown | None:
    """One of the two gradings, its domains in the order of the form; None while nothing of it is written."""
    if content is None:
        return None
    return GradingShown(
        graded_on=written_on,
        overall=grade_shown(policy, content.overall),
        domains=tuple(_domain(policy, domain, content.domain(domain.id)) for domain in tool.domains),
        strengths=content.strengths,
        areas_to_improve=content.areas_to_improve,
        why_above_worst=content.overall_because,
        is_anyone_unsafe=content.is_anyone_unsafe,
        changed_because=content.changed_because,
    )


def domain_shown(policy: Policy, domain: ToolDomain, grade: str) -> DomainGraded:
    """A domain by its title, with a grade and nothing else."""
    return DomainGraded(domain.id, domain.title, grade_shown(policy, grade))


def _domain(policy: Policy, domain: ToolDomain, found: DomainContent | None) -> DomainGraded:
    if found is None:
        return DomainGraded(domain.id, domain.title)
    return DomainGraded(
        domain=domain.id,
        title=domain.title,
        grade=grade_shown(policy, found.grade),
        is_applicable=found.is_applicable,
        evidence=found.evidence,
        lines=_lines(domain, found),
        changed_because=found.changed_because,
    )


def _lines(domain: ToolDomain, found: DomainContent) -> tuple[LineAnswered, ...]:
    """Those that were answered, in the order of the form."""
    answers = {line.line: line for line in found.lines}
    return tuple(
        LineAnswered(line.question, it.answer, it.is_applicable)
        for line in domain.lines
        if (it := answers.get(line.id)) is not None
    )
