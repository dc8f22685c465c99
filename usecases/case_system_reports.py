"""The bytes that are uploaded: a stored version of the report as a file (L7); reading it is kept on record (C4)."""

import uuid

from reports.pdf_files import NoPdf
from usecases.case_system_contents import Rendering, ReportUnavailable
from usecases.errors import NotFound
from usecases.report_versions import report_file
from usecases.work import Work


def stored_report(work: Work, audit_id: uuid.UUID, version: int) -> Rendering:
    """That version as a PDF, or as a page where PDFs cannot be made. Raises ReportUnavailable."""
    try:
        file = report_file(work, audit_id, version)
    except (NotFound, NoPdf) as why:
        raise ReportUnavailable(str(why)) from why
    return Rendering(file.name, file.media_type, file.content)
