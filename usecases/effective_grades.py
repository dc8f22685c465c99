"""The grades of a report as they stand: those of the second grading, as they were changed since (L3, D7, L15, M6)."""

from collections.abc import Sequence
from dataclasses import replace

from db.queries import audit_life as life
from db.queries.audit_contents import gradings_of
from db.tables.audit_life import ReportCorrection
from db.tables.audits import Audit as AuditRow
from rules.gradings import GradingContent, Stage
from usecases.work import Work


def domain_grades_as_they_stand(work: Work, row: AuditRow) -> dict[str, str]:
    """The grades of its domains; those without a grade are left out."""
    second = gradings_of(work.session, row.id).get(Stage.AFTER_DISCUSSION)
    return _grades(second.content if second else GradingContent(), life.corrections(work.session, row.id))


def as_it_stands(work: Work, row: AuditRow, second: GradingContent) -> GradingContent:
    """The second grading with the grades that count by now; what nobody changed stays as it was accepted."""
    changes = life.corrections(work.session, row.id)
    if not changes:
        return second
    grades = _grades(second, changes)
    domains = tuple(replace(it, grade=grades.get(it.domain, it.grade)) for it in second.domains)
    return replace(second, domains=domains, overall=row.overall_grade)


def _grades(second: GradingContent, changes: Sequence[ReportCorrection]) -> dict[str, str]:
    standing = {it.domain: it.grade for it in second.domains if it.grade is not None}
    for change in changes:
        standing |= change.domain_grades
    return standing
