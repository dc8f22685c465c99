"""The moderators want a grade changed, and the audit team records it as a new version of the report (M6, as D7)."""

import uuid
from collections.abc import Mapping

from db.queries.moderated_audits import Moderated, regrade_of
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event
from rules.roles import Role
from usecases.changed_grades import GradeChange, change_grade
from usecases.moderated_reports import grades_now
from usecases.moderation_steps import ONE, hold, not_now
from usecases.trail import Entry, record
from usecases.work import Work


def record_moderated_grade(
    work: Work,
    id_: uuid.UUID,
    reason: str,
    *,
    changes_domains: bool,
    is_anyone_unsafe: bool | None = None,
    version: int,
) -> tuple[AuditRow, int]:
    """The audit gets the moderator's overall grade, and their grades of its domains where asked, with all that follows.

    Answers the audit and the version of its moderation, which stays. Raises NotFound, AlreadyDifferent, and
    NotAllowedNow before there is feedback, in a matter of one's own, or for a change that changes nothing.
    """
    it = hold(work, id_, version, None)
    kept = regrade_of(work.session, id_)
    if it.row.fed_back_on is None or kept is None:
        raise not_now(work, "M6", f"The moderation of {it.audit.reference} has no feedback yet: it is given first.")
    theirs = kept.content.domains if changes_domains else ()
    domains = {graded.domain: graded.grade for graded in theirs if graded.grade}
    if _is_recorded(work, it, kept.content.overall, domains):
        raise not_now(work, "M6", f"{it.audit.reference} has the moderator's grades: there is nothing to record.")
    change = GradeChange(
        event=Event.MODERATED_GRADE_RECORDED,
        by=Role.AUDIT_TEAM,
        reason=reason,
        overall_grade=kept.content.overall,
        domain_grades=domains,
        is_anyone_unsafe=is_anyone_unsafe,
    )
    moved = change_grade(work, it.audit.id, change)
    details = {"audit": str(it.audit.id), "audit_version": moved.audit.version}
    record(work, Entry((ONE, str(id_)), "moderated_grade_recorded", rule="M6", details=details))
    return moved.audit, it.row.version


def _is_recorded(work: Work, it: Moderated, overall: str | None, domains: Mapping[str, str]) -> bool:
    now = {domain: grade.id for domain, grade in grades_now(work, it).items() if grade is not None}
    return it.audit.overall_grade == overall and domains.items() <= now.items()
