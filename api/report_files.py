"""Reports and templates as files: pages without script, and PDF files where the installation can make them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from api.problems import RequestRefused
from api.routers import described
from reports.pdf_files import NoPdf, PdfNotInstalled
from reports.report_files import ReportFile

# A browser shows a PDF by a plug-in of its own, in a page of its own, and does nothing else with it.
_SHOW_THE_FILE = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
NO_PDF = described(501, "This installation was set up without the extra `pdf`")


class Page(Response):
    """A report as an HTML page."""

    media_type = "text/html"


class PdfFile(Response):
    """A report as a PDF file."""

    media_type = "application/pdf"


def shown_file(sentence: str, kind: type[Response], begins: str) -> dict[str, Any]:
    """A file as the OpenAPI document describes it: by how it begins."""
    return {"description": sentence, "content": {str(kind.media_type): {"example": begins}}}


def answer_file(file: ReportFile, policy: str = _SHOW_THE_FILE) -> Response:
    """A file as an answer that a browser shows by itself; `policy` is its content security policy."""
    headers = {"Content-Disposition": f'inline; filename="{file.name}"', "Content-Security-Policy": policy}
    return Response(file.content, headers=headers, media_type=file.media_type)


def answer_pdf(make: Callable[[], ReportFile]) -> Response:
    """A PDF file as an answer. Refuses with 501 where none can be made, with 503 where making it failed."""
    try:
        return answer_file(make())
    except PdfNotInstalled as why:
        raise RequestRefused(HTTPStatus.NOT_IMPLEMENTED, "pdf_not_installed", str(why)) from None
    except NoPdf as why:
        raise RequestRefused(HTTPStatus.SERVICE_UNAVAILABLE, "pdf_not_made", str(why)) from None
