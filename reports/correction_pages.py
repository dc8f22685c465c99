"""What a report says of changed grades: first of all that there were some, how, why, and what counts (L15, D7, M6)."""

from collections.abc import Sequence

from reports.audit_reports import CORRECTED, AuditReport, CorrectionShown, GradeShown
from reports.report_words import Words, day, grade_in_words, paragraphs
from rules.dates_in_words import listed

# Of a long reason the first page has so much; all of it stands under "Corrections".
_FIRST_CHARACTERS = 280


def corrected(report: AuditReport) -> Words | None:
    """What stands above everything else: the newest change of grades, and what counts since; None without any."""
    if not report.corrections:
        return None
    newest = report.corrections[-1]
    reason, is_cut = _beginning(newest.reason)
    return {
        "how": newest.how,
        "verb": _verb([newest]),
        "on": day(newest.corrected_on),
        "by": newest.corrected_by,
        "reason": reason,
        "is_cut": is_cut,
        "grade": grade_in_words(report.effective or newest.overall or _grade_before(report)),
        "was": grade_in_words(_grade_before(report)) if newest.overall else None,
        "domains": listed([domain.title for domain in newest.domains]) if newest.domains else "",
        "earlier": len(report.corrections) - 1,
        "earlier_verb": _verb(report.corrections[:-1]).lower(),
    }


def words_for_changes(report: AuditReport) -> Words:
    """What their section and their column are called: corrections, unless something else changed a grade too."""
    verb = _verb(report.corrections)
    return {"section": "Corrections" if verb == CORRECTED else "Changes since it was issued", "column": f"{verb} to"}


def domain_grades_now(report: AuditReport) -> dict[str, GradeShown | None]:
    """The grade that counts of each domain that was corrected."""
    return {domain.domain: domain.grade for correction in report.corrections for domain in correction.domains}


def correction_in_words(correction: CorrectionShown) -> Words:
    graded = [{"title": domain.title, "grade": grade_in_words(domain.grade)} for domain in correction.domains]
    overall = [{"title": "Overall", "grade": grade_in_words(correction.overall)}] if correction.overall else []
    return {
        "how": correction.how,
        "verb": _verb([correction]).lower(),
        "on": day(correction.corrected_on),
        "by": correction.corrected_by,
        "reason": paragraphs(correction.reason),
        "grades": overall + graded,
    }


def _verb(changes: Sequence[CorrectionShown]) -> str:
    return CORRECTED if all(change.how == CORRECTED for change in changes) else "Changed"


def _beginning(reason: str) -> tuple[str, bool]:
    """The reason on one line, cut at a word where it is long; and whether it was cut."""
    words = " ".join(reason.split())
    if len(words) <= _FIRST_CHARACTERS:
        return words, False
    return f"{words[:_FIRST_CHARACTERS].rsplit(' ', 1)[0]} …", True


def _grade_before(report: AuditReport) -> GradeShown | None:
    """The overall grade that counted until the newest correction."""
    earlier = [correction.overall for correction in report.corrections[:-1] if correction.overall]
    return earlier[-1] if earlier else report.after_discussion.overall if report.after_discussion else None
