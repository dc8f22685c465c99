"""`/v1/audits/{id}/report.html` and `report.pdf`: the report of an audit in any of its versions (L7, L15, C4)."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from api.actors import ActorDep
from api.audits import AuditId
from api.bearers import Actor
from api.dependencies import WorkOnRecordDep, requires
from api.fields import IN_DIGITS, Asked
from api.permissions import Permission
from api.report_files import NO_PDF, Page, PdfFile, answer_file, answer_pdf, shown_file
from api.routers import Router, described
from db.queries.report_versions import Reader
from reports.audit_report_html import content_security_policy
from reports.report_files import Medium, ReportFile
from usecases.report_versions import read_report
from usecases.work import Work

router = Router("audits", "/v1/audits")

_NO_SUCH_VERSION = described(404, "No such audit, no report of it yet, or none within reach")
_LARGEST_VERSION = 100_000


class ReportAsked(Asked):
    """Which version of the report."""

    version: Annotated[
        int | None,
        Field(ge=1, le=_LARGEST_VERSION, description="Left out: the newest that you may see", examples=[1]),
        IN_DIGITS,
    ] = None


@router.get(
    "/{audit_id}/report.html",
    operation_id="read_report_as_html",
    dependencies=[requires(Permission.READ_REPORTS, is_narrowed=True)],
    response_class=Page,
    responses={200: shown_file("The report, as one page without script", Page, "<!DOCTYPE html>…"), **_NO_SUCH_VERSION},
)
def read_report_as_html(
    audit_id: AuditId, asked: Annotated[ReportAsked, Query()], work: WorkOnRecordDep, actor: ActorDep
) -> Response:
    """The report as a page. Before it is issued it is the auditor's and the audit team's; who read it is kept."""
    return answer_file(_file(work, actor, audit_id, asked, Medium.HTML), content_security_policy())


@router.get(
    "/{audit_id}/report.pdf",
    operation_id="read_report_as_pdf",
    dependencies=[requires(Permission.READ_REPORTS, is_narrowed=True)],
    response_class=PdfFile,
    responses={
        200: shown_file("The report, as a tagged PDF after PDF/UA-1", PdfFile, "%PDF-1.7 …"),
        **_NO_SUCH_VERSION,
        **NO_PDF,
    },
)
def read_report_as_pdf(
    audit_id: AuditId, asked: Annotated[ReportAsked, Query()], work: WorkOnRecordDep, actor: ActorDep
) -> Response:
    """The report as a PDF file. Before it is issued it is the auditor's and the audit team's; who read it is kept."""
    return answer_pdf(lambda: _file(work, actor, audit_id, asked, Medium.PDF))


def _file(work: Work, actor: Actor, audit_id: Any, asked: ReportAsked, medium: Medium) -> ReportFile:
    reader = Reader(work.reach, actor.reach_of(Permission.READ_REPORTS_BEFORE_ISSUE))
    return read_report(work, audit_id, asked.version, reader, medium=medium)
