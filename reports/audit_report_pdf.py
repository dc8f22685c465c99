"""The report of an audit as a tagged PDF after PDF/UA-1, made by typst, which is an optional extra (`pdf`).

What people wrote goes in as JSON, never as typst's own language: it stays text. The same version gives the same bytes.
"""

import json
from datetime import UTC
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from reports.audit_report_pages import page_of
from reports.audit_reports import AuditReport
from reports.pdf_characters import FONTS, is_shown_whole, showable, shown_characters

_TEMPLATE = Path(__file__).parent / "templates" / "audit_report.typ"
_STANDARD: Final = "ua-1"  # refuses a picture without words, a document without title or language
_ASCII = frozenset(map(chr, range(32, 127))) | {"\n"}


class PdfNotInstalled(RuntimeError):
    """The library that makes PDF files is not there; the sentence names the extra that brings it."""


def can_make_pdf() -> bool:
    """Whether the extra `pdf` is installed."""
    return find_spec("typst") is not None


def as_pdf(report: AuditReport, newest: int | None = None) -> bytes:
    """The report as a PDF file. Raises PdfNotInstalled.

    Should letters go together that the fonts have only one by one, those beyond ASCII are named.
    """
    if not can_make_pdf():
        raise PdfNotInstalled(
            "PDF files need the library typst, which this installation was set up without: whoever runs it installs "
            "the extra `pdf` of pyproject.toml. The report as HTML is there, and a browser prints it."
        )
    import typst

    page = page_of(report, newest)
    try:
        return _compiled(report, page, shown_characters())
    except typst.TypstError:
        return _compiled(report, page, _ASCII)


def _compiled(report: AuditReport, page: dict[str, Any], shown: frozenset[str]) -> bytes:
    import typst

    told = {**showable(page, shown), "is_shown_whole": is_shown_whole(page, shown)}
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"page": json.dumps(told)},
        pdf_standards=_STANDARD,
        timestamp=report.version.made_at.astimezone(UTC),
    )


@cache
def _fonts() -> Any:
    """Our fonts and those that come with typst; none of the machine's, so that every machine makes the same file."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])
