"""The moderation template in the words in which a page says it, and as a file (M3, M4)."""

from collections.abc import Iterator

from reports.audit_report_html import page_as_html
from reports.audit_report_pdf import page_as_pdf
from reports.audit_reports import GradeShown
from reports.moderation_reports import DomainRegraded, ModerationReport
from reports.report_files import Medium, ReportFile, safe_name
from reports.report_words import Words, day, grade_in_words, moment, movement, paragraphs

_SAME = "The same"


def page_of(report: ModerationReport) -> Words:
    """Everything that a page shows, as text."""
    return {
        "title": f"Moderation of audit {report.reference}",
        "reference": report.reference,
        "council": report.council,
        "framework": f"{report.edition.title}, version {report.edition.version}",
        "kind": f"Moderation of {report.month}",
        "marking": report.marking,
        "version": report.report_version,
        "standing": "" if report.given_on else "Draft: no feedback given",
        "warnings": [] if report.given_on else ["Draft: for the moderator and the audit team only."],
        "audit_facts": list(_facts(report)),
        "overall": {
            "auditor": grade_in_words(report.auditor_overall),
            "moderator": grade_in_words(report.moderator_overall),
            "movement": _difference(report.auditor_overall, report.moderator_overall),
        },
        "domains": [_domain(domain) for domain in report.domains],
        "differing": sum(1 for it in report.domains if it.is_applicable and it.auditor != it.moderator),
        "findings": paragraphs(report.findings),
        "strengths": [paragraphs(text) for text in report.strengths],
        "areas_to_improve": [paragraphs(text) for text in report.areas_to_improve],
        "meeting": f"Auditor and moderator met on {day(report.met_on)}." if report.met_on else "",
        "not_met_because": paragraphs(report.not_met_because),
        "feedback": paragraphs(report.feedback),
        "about": list(_about(report)),
    }


def as_file(report: ModerationReport, medium: Medium) -> ReportFile:
    """The template in that medium. Raises NoPdf."""
    name = f"{safe_name(report.reference)}-moderation.{medium}"
    page = page_of(report)
    if medium is Medium.PDF:
        return ReportFile(name, "application/pdf", page_as_pdf("moderation.typ", page, report.made_at))
    return ReportFile(name, "text/html; charset=utf-8", page_as_html("moderation.html", page).encode())


def _facts(report: ModerationReport) -> Iterator[Words]:
    facts = {
        "Case": report.case_reference,
        "Service": report.service_title,
        "Auditor": report.auditor,
        "Moderator": report.moderator or "nobody yet",
        "Report issued": day(report.issued_on),
        "Drawn": day(report.drawn_on),
        "Due": day(report.due_on),
        "Auditor met": day(report.met_on) or ("no meeting" if report.not_met_because else "not yet"),
        "Feedback given": day(report.given_on) or "not yet",
    }
    return ({"term": term, "text": text} for term, text in facts.items() if text)


def _about(report: ModerationReport) -> Iterator[Words]:
    facts = {
        "Why it was drawn": " ".join(report.why_drawn),
        "Looked at": f"Version {report.report_version} of the report",
        "Made": f"{moment(report.made_at)} by {report.made_by}",
        "Framework": f"{report.edition.title}, version {report.edition.version} ({report.edition.id})",
        "What it changes": "Nothing by itself: moderation is advice, and the grades of the audit stand unless the "
        "audit team records a change as a new version of the report.",
    }
    return ({"term": term, "text": text} for term, text in facts.items() if text)


def _domain(domain: DomainRegraded) -> Words:
    return {
        "title": domain.title,
        "is_applicable": domain.is_applicable,
        "auditor": grade_in_words(domain.auditor),
        "moderator": grade_in_words(domain.moderator),
        "movement": _difference(domain.auditor, domain.moderator),
        "findings": paragraphs(domain.findings),
    }


def _difference(auditor: GradeShown | None, moderator: GradeShown | None) -> str:
    said = movement(auditor, moderator)
    return _SAME if said == "Unchanged" else said
