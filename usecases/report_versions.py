"""Storing a version of an audit's report, and reading one again, which is on record (L7, L15, C4)."""

import uuid
from dataclasses import replace
from typing import NamedTuple

from db.queries import disputes
from db.queries import report_versions as versions
from db.queries.reaches import EVERYTHING
from db.queries.report_versions import Reader
from reports.audit_reports import AuditReport
from reports.report_files import Medium, ReportFile, as_file, best_medium
from usecases.errors import NotFound
from usecases.report_comments import comments_for
from usecases.report_hashes import hash_of
from usecases.trail import Entry, record
from usecases.work import Work


class _Found(NamedTuple):
    """A report as it was stored; `newest` is the version that has replaced it, or its own number."""

    report: AuditReport
    newest: int


def store_version(work: Work, audit_id: uuid.UUID, report: AuditReport, *, because: str) -> int:
    """Keeps the report as the audit's next version, and answers its number. The caller holds the audit's row.

    `because` is a code, such as `issued`; what it means to people stands in `report.version.because`. Number, instant
    and actor are set here. The version is open to the practitioner and their managers if the report was issued.
    """
    number = versions.next_number(work.session, audit_id)
    made = replace(report.version, number=number, made_at=work.now, made_by=work.actor)
    content = replace(report, version=made).as_plain()
    facts = {
        "because": because,
        "is_issued": report.issued_on is not None,
        "made_at": work.now,
        "made_by": work.actor,
        "content_hash": hash_of(content),
    }
    versions.add_version(work.session, audit_id, number, content, facts=facts)
    details = {"version": number, "because": because, "content_hash": facts["content_hash"]}
    record(work, Entry(("audit", str(audit_id)), "report_stored", rule="L7", details=details))
    return number


def read_report(work: Work, audit_id: uuid.UUID, number: int | None, reader: Reader, *, medium: Medium) -> ReportFile:
    """That version of the report, or the newest that the reader may see; who read it, and as what, is kept (C4).

    Raises NotFound for what is not there, out of reach, or cleared by retention, and NoPdf.
    """
    found = _found(work, audit_id, number, reader)
    comments = comments_for(work, audit_id, reader.issued) if found.report.issued_on else ()
    shown = replace(found.report, comments=comments)
    disputed_since = disputes.disputed_since(work.session, audit_id, shown.version.number)
    return _read(work, audit_id, shown, as_file(shown, medium, found.newest, disputed_since), medium)


def report_file(work: Work, audit_id: uuid.UUID, number: int) -> ReportFile:
    """That version as the file that goes to the case system: PDF, or HTML without the extra `pdf` (L7, C2).

    The same version gives the same bytes, whatever came after it. Raises as `read_report`, and keeps that it was read.
    """
    found = _found(work, audit_id, number, Reader(EVERYTHING, EVERYTHING))
    medium = best_medium()
    return _read(work, audit_id, found.report, as_file(found.report, medium), medium)


def _read(work: Work, audit_id: uuid.UUID, report: AuditReport, file: ReportFile, medium: Medium) -> ReportFile:
    # Last, because from here on others who write on this audit's chain wait for this transaction.
    details = {"version": report.version.number, "as": medium.value}
    record(work, Entry(("audit", str(audit_id)), "report_read", rule="C4", details=details))
    return file


def _found(work: Work, audit_id: uuid.UUID, number: int | None, reader: Reader) -> _Found:
    found = versions.version_read(work.session, audit_id, number, reader)
    if found is None:
        which = "no report" if number is None else f"no version {number} of the report"
        raise NotFound(
            f"There is {which} of audit {audit_id} for you yet: GET /v1/audits/{audit_id}/versions lists those that "
            "you may read."
        )
    if found.content is None:
        raise NotFound(
            f"Version {found.number} of the report of audit {audit_id} was cleared: its time to be kept is over."
        )
    return _Found(AuditReport.from_plain(found.content), found.newest)
