"""Storing a version of an audit's report, and reading one again, which is on record (L7, L15, C4)."""

import json
import uuid
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

from db.queries import report_versions as versions
from db.queries.report_versions import Reader
from reports.audit_reports import AuditReport
from usecases.errors import NotFound
from usecases.trail import Entry, record
from usecases.work import Work


class ReportRead(NamedTuple):
    """A report as it is shown; `newest` is the version that has replaced it, or its own number."""

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


def read_report(work: Work, audit_id: uuid.UUID, number: int | None, reader: Reader, *, medium: str) -> ReportRead:
    """That version of the report, or the newest that the reader may see; who read it, and as what, is kept (C4).

    Raises NotFound for what is not there, out of reach, or cleared by retention.
    """
    found = versions.version_read(work.session, audit_id, number, reader)
    if found is None:
        which = "no report yet" if number is None else f"no version {number} of its report"
        raise NotFound(f"There is {which} of audit {audit_id}: GET /v1/audits/{audit_id} says how far it is.")
    if found.content is None:
        raise NotFound(
            f"Version {found.number} of the report of audit {audit_id} was cleared: its time to be kept is over."
        )
    details = {"version": found.number, "as": medium}
    record(work, Entry(("audit", str(audit_id)), "report_read", rule="C4", details=details))
    return ReportRead(AuditReport.from_plain(found.content), found.newest)


def hash_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as one JSON text with its keys in order."""
    return sha256(json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
