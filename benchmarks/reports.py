"""The report of one audit as PDF and as page, beside typst alone on the same words, in a process that has it loaded.

Each file has words of its own, because typst keeps what it has set before.
"""

import itertools
import json
import resource
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import typst

from benchmarks.side_by_side import Contestant, medians, table
from reports.audit_report_html import as_html
from reports.audit_report_pages import page_of
from reports.audit_report_pdf import _TEMPLATES, as_pdf
from reports.audit_reports import AuditReport
from reports.pdf_characters import FONTS
from tests.reports.example_reports import FULL

FILES = 4
DOMAINS, LINES = 13, 5
_WORDS = "The record shows in detail what was agreed with the person and with their family. "
_numbers = itertools.count(1)


def whole_form() -> AuditReport:
    """A report with as many domains as the form for adult social care, each with evidence and five lines."""
    assert FULL.after_discussion is not None
    one = FULL.after_discussion.domains[0]
    domains = tuple(
        replace(
            one,
            domain=f"domain_{number}",
            title=f"Domain {number}",
            evidence=f"{_WORDS * 18}{number}",
            lines=tuple(replace(one.lines[0], answer=f"{_WORDS * 4}{number}.{line}") for line in range(LINES)),
        )
        for number in range(DOMAINS)
    )
    grading = replace(FULL.after_discussion, domains=domains)
    return replace(FULL, before_discussion=grading, after_discussion=grading)


def typst_alone(report: AuditReport) -> None:
    page = {**page_of(report), "is_shown_whole": True}
    typst.compile(_SOURCE, font_paths=_FONTS, sys_inputs={"page": json.dumps(page)}, pdf_standards="ua-1")


_SOURCE = b"\n".join((_TEMPLATES / name).read_bytes() for name in ("page_parts.typ", "audit_report.typ"))
_FONTS: Any = typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


def _each(make: Callable[[AuditReport], object], report: AuditReport) -> Callable[[], None]:
    def run() -> None:
        for _ in range(FILES):
            make(replace(report, case_reference=f"C-{next(_numbers)}"))

    return run


def main() -> None:
    for title, report in (("a short report", FULL), (f"a report of {DOMAINS} domains", whole_form())):
        found = medians(
            [
                Contestant("PDF, a process each", _each(as_pdf, report), FILES),
                Contestant("typst alone", _each(typst_alone, report), FILES),
                Contestant("page", _each(as_html, report), FILES),
            ]
        )
        print(table(f"{title}, {len(as_pdf(report)) // 1024} KB", found, "typst alone"))
    kept = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  memory of this process, where typst stays loaded: {kept} MB at most")
