"""A report as a file: what it is called, of which kind it is, and its bytes."""

import enum
import re
from dataclasses import dataclass
from datetime import date

from reports.audit_report_html import as_html
from reports.audit_report_pdf import as_pdf
from reports.audit_reports import AuditReport
from reports.pdf_files import can_make_pdf

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")
_LONGEST_REFERENCE = 80


class Medium(enum.StrEnum):
    """As what a report is read."""

    HTML = "html"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A file that can be saved, sent and uploaded."""

    name: str
    media_type: str
    content: bytes


def as_file(
    report: AuditReport, medium: Medium, newest: int | None = None, disputed_since: date | None = None
) -> ReportFile:
    """The report in that medium; the rest is as of a page. Raises NoPdf."""
    name = file_name(report, medium)
    if medium is Medium.PDF:
        return ReportFile(name, "application/pdf", as_pdf(report, newest, disputed_since))
    return ReportFile(name, "text/html; charset=utf-8", as_html(report, newest, disputed_since).encode())


def best_medium() -> Medium:
    """PDF where the extra `pdf` is installed."""
    return Medium.PDF if can_make_pdf() else Medium.HTML


def file_name(report: AuditReport, medium: Medium) -> str:
    """ "PA-2026-0412-version-3.pdf": letters, digits, hyphens and underscores, whatever the reference holds."""
    return f"{safe_name(report.reference)}-version-{report.version.number}.{medium}"


def safe_name(reference: str) -> str:
    """A reference as a file's name may hold it."""
    return _NOT_IN_A_NAME.sub("-", reference)[:_LONGEST_REFERENCE].strip("-") or "audit"
