"""The report of an audit as a tagged PDF after PDF/UA-1.

What people wrote goes in as JSON, never as typst's own language: it stays text. The same version gives the same bytes.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from reports.audit_report_pages import page_of
from reports.audit_reports import AuditReport
from reports.pdf_characters import is_shown_whole, showable, shown_characters
from reports.pdf_files import PdfRefused, made_pdf

_TEMPLATES = Path(__file__).parent / "templates"
_ASCII = frozenset(map(chr, range(32, 127))) | {"\n"}


def as_pdf(report: AuditReport, newest: int | None = None, disputed_since: date | None = None) -> bytes:
    """The report as a PDF file. Raises NoPdf."""
    return page_as_pdf("audit_report.typ", page_of(report, newest, disputed_since), report.version.made_at)


def page_as_pdf(template: str, page: dict[str, Any], made_at: datetime) -> bytes:
    """A page as a PDF file of that template, dated `made_at`. Raises NoPdf.

    Should letters stand together that the fonts have only one by one, those beyond ASCII are named.
    """
    try:
        return _made(template, page, made_at, shown_characters())
    except PdfRefused:
        return _made(template, page, made_at, _ASCII)


def _made(template: str, page: dict[str, Any], made_at: datetime, shown: frozenset[str]) -> bytes:
    told = {**showable(page, shown), "is_shown_whole": is_shown_whole(page, shown)}
    return made_pdf([_TEMPLATES / "page_parts.typ", _TEMPLATES / template], told, made_at)
