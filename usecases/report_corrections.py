"""Correcting a mistake in an issued report: a new version with a reason, as any other change of grades (L15, D7)."""

import uuid
from collections.abc import Mapping

from rules.audit_events import Event
from usecases.audit_life import Moved
from usecases.changed_grades import GradeChange, change_grade
from usecases.work import Work


def correct_report(
    work: Work,
    audit_id: uuid.UUID,
    reason: str,
    *,
    overall_grade: str | None = None,
    domain_grades: Mapping[str, str],
    is_anyone_unsafe: bool | None = None,
    version: int | None = None,
) -> Moved:
    """Corrects the grades that are given; those that are left out stay. Whoever had the old report is told.

    Raises as `change_grade`, also where no grade would be another than it is.
    """
    change = GradeChange(
        event=Event.REPORT_CORRECTED,
        reason=reason,
        overall_grade=overall_grade,
        domain_grades=domain_grades,
        is_anyone_unsafe=is_anyone_unsafe,
        version=version,
    )
    return change_grade(work, audit_id, change)
