"""What the auditor gave in the version of the report that a moderator looks at (M3)."""

from db.queries import report_versions as versions
from db.queries.moderated_audits import Moderated
from db.queries.reaches import EVERYTHING
from db.queries.report_versions import Reader
from reports.audit_reports import AuditReport, GradeShown
from reports.correction_pages import domain_grades_now
from usecases.work import Work


def grades_of_auditor(work: Work, it: Moderated) -> dict[str, GradeShown | None]:
    """Each domain's grade that counts in the version of the report that was looked at; nothing once it is cleared."""
    return _grades_in(work, it, it.row.report_version)


def grades_now(work: Work, it: Moderated) -> dict[str, GradeShown | None]:
    """Each domain's grade that counts today, in the newest version of the report."""
    return _grades_in(work, it, None)


def _grades_in(work: Work, it: Moderated, number: int | None) -> dict[str, GradeShown | None]:
    everything = Reader(EVERYTHING, EVERYTHING)
    found = versions.version_read(work.session, it.audit.id, number, everything)
    if found is None or found.content is None:
        return {}
    report = AuditReport.from_plain(found.content)
    graded = report.after_discussion or report.before_discussion
    first = {domain.domain: domain.grade for domain in graded.domains} if graded else {}
    return {**first, **domain_grades_now(report)}
