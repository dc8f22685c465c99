"""The report of an audit as a tagged PDF after PDF/UA-1.

What people wrote goes in as JSON, never as typst's own language: it stays text. The same version gives the same bytes.
"""

from pathlib import Path
from typing import Any

from reports.audit_report_pages import page_of
from reports.audit_reports import AuditReport
from reports.pdf_characters import is_shown_whole, showable, shown_characters
from reports.pdf_files import PdfRefused, made_pdf

_TEMPLATE = Path(__file__).parent / "templates" / "audit_report.typ"
_ASCII = frozenset(map(chr, range(32, 127))) | {"\n"}


def as_pdf(report: AuditReport, newest: int | None = None) -> bytes:
    """The report as a PDF file. Raises NoPdf.

    Should letters stand together that the fonts have only one by one, those beyond ASCII are named.
    """
    page = page_of(report, newest)
    try:
        return _made(report, page, shown_characters())
    except PdfRefused:
        return _made(report, page, _ASCII)


def _made(report: AuditReport, page: dict[str, Any], shown: frozenset[str]) -> bytes:
    told = {**showable(page, shown), "is_shown_whole": is_shown_whole(page, shown)}
    return made_pdf(_TEMPLATE, told, report.version.made_at)
