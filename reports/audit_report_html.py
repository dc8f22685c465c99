"""The report of an audit as one HTML page: no script, no second file, nothing from elsewhere."""

from base64 import b64encode
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.audit_report_pages import page_of
from reports.audit_reports import AuditReport
from reports.report_words import Words

_TEMPLATES = Path(__file__).parent / "templates"


def as_html(report: AuditReport, newest: int | None = None, disputed_since: date | None = None) -> str:
    """The report as a page. What people wrote is escaped wherever it stands."""
    return page_as_html("audit_report.html", page_of(report, newest, disputed_since))


def page_as_html(template: str, page: Words) -> str:
    """A page in that template, escaped in the same way."""
    return _environment().get_template(template).render(page, style=Markup(_style()))  # noqa: S704  (ours)


def content_security_policy() -> str:
    """What a browser may do with the page: show it with its own style, and nothing more."""
    digest = b64encode(sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


@cache
def _style() -> str:
    return (_TEMPLATES / "audit_report.css").read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
