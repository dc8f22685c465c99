"""`/v1/recorded-audits`: audits from before the product was in use: read, put right, taken off the record (C5)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import IfMatch, tag, version_read
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import NEEDS_IF_MATCH, Router, described
from db.queries import recorded_audits as queries
from db.queries.recorded_audits import AuditListed
from rules.programme import first_day_of, month_of
from usecases.recorded_audit_corrections import (
    Correction,
    correct_recorded_audit,
    recorded_audit,
    withdraw_recorded_audit,
)
from usecases.trail import Entry, record

router = Router("recorded audits", "/v1/recorded-audits")

AuditId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
Reference = Annotated[str, Field(min_length=1, max_length=64)]
Reason = Annotated[str, Field(min_length=3, max_length=1_000, examples=["Typed from the wrong line"])]


class CorrectionGiven(AskedToRecord):
    """What was recorded wrongly, and why; what is left out was right.

    Another practitioner or month is another audit.
    """

    reason: Reason
    case_reference: Reference | None = None
    grade: Annotated[str | None, Field(max_length=64)] = None
    issued_on: RecordedDate | None = None
    auditor: Reference | None = None
    team: Reference | None = None


class WithdrawalGiven(AskedToRecord):
    """Why an audit is taken off the record."""

    reason: Reason


class RecordedAudit(BaseModel):
    """An audit of the past; people and teams by their references."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0007"])]
    kind: Literal["ordinary", "themed", "re_audit"]
    state: Annotated[str, Field(description="`issued` while its re-audit is still to come", examples=["closed"])]
    month: Annotated[str, Field(examples=["2026-03"])]
    case_reference: str
    practitioner: str
    team: str
    service_id: str
    auditor: str | None
    grade: Annotated[str | None, Field(description="Null for a re-audit that is under way")]
    issued_on: date | None
    sequence: Annotated[int, Field(description="0 for an audit, 1 or 2 for a first or second re-audit")]
    re_audit_of: Annotated[str | None, Field(description="Reference of the audit before")]
    recorded_at: datetime
    recorded_by: str
    import_id: uuid.UUID | None
    withdrawn_at: datetime | None
    replaces_id: Annotated[uuid.UUID | None, Field(description="The record that this one took the place of")]
    version: int


_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "PA-2026-0007",
    "kind": "ordinary",
    "state": "closed",
    "month": "2026-03",
    "case_reference": "SYN-000412",
    "practitioner": "990017",
    "team": "CART",
    "service_id": "home_first",
    "auditor": "990402",
    "grade": "good",
    "issued_on": "2026-03-30",
    "sequence": 0,
    "re_audit_of": None,
    "recorded_at": "2026-09-28T09:15:00Z",
    "recorded_by": "local administrator",
    "import_id": "0199c0de-7a11-7000-8000-000000000001",
    "withdrawn_at": None,
    "replaces_id": None,
    "version": 1,
}
_MAY_RECORD = [requires(Permission.RECORD_PAST_AUDITS)]
_NOBODY = described(404, "There is no such recorded audit")
_NOT_NOW = described(409, "It is withdrawn, under way, or a re-audit stands on it")


@router.get(
    "",
    operation_id="list_recorded_audits",
    dependencies=_MAY_RECORD,
    responses=answered({"one audit": {"items": [_EXAMPLE], "next": None}}),
)
def list_recorded_audits(
    work: WorkDep,
    page: PageDep,
    practitioner: Annotated[str | None, Query(max_length=64)] = None,
    month: Annotated[str | None, Query(max_length=7, examples=["2026-03"])] = None,
) -> Page[RecordedAudit]:
    """Audits of the past in the order in which they were recorded, withdrawn ones too."""
    rows = queries.audits_recorded(
        work.session,
        practitioner=practitioner,
        month=first_day_of(month) if month is not None else None,
        after=page.after,
        limit=page.rows_to_fetch,
    )
    return page.page(rows, _told, lambda row: row.audit.id)


@router.get(
    "/{audit_id}",
    operation_id="read_recorded_audit",
    dependencies=_MAY_RECORD,
    responses={**answered({"an audit": _EXAMPLE}), **_NOBODY},
)
def read_recorded_audit(audit_id: AuditId, work: WorkOnRecordDep, response: Response) -> RecordedAudit:
    """One audit of the past, with its grade. Who read it is kept."""
    listed = recorded_audit(work, audit_id)
    record(work, Entry(("audit", str(audit_id)), "audit_read", rule="C4"))
    return _tagged(listed, response)


@router.patch(
    "/{audit_id}",
    operation_id="correct_recorded_audit",
    dependencies=_MAY_RECORD,
    responses={
        **answered({"corrected": {**_EXAMPLE, "version": 2}}),
        **_NOBODY,
        **_NOT_NOW,
        **NEEDS_IF_MATCH,
    },
)
def patch_recorded_audit(
    audit_id: AuditId, asked: CorrectionGiven, work: WorkDep, response: Response, if_match: IfMatch = None
) -> RecordedAudit:
    """Puts right what was recorded wrongly, from the version that was read, with the reason.

    After a draw was issued that saw it, the record is withdrawn and the right facts are a new one, which is answered.
    """
    correction = Correction(**asked.model_dump(exclude={"reason"}))
    with version_read(if_match, "The recorded audit") as version:
        return _tagged(correct_recorded_audit(work, audit_id, correction, asked.reason, version=version), response)


@router.post(
    "/{audit_id}/withdraw",
    operation_id="withdraw_recorded_audit",
    dependencies=_MAY_RECORD,
    responses={
        **answered({"withdrawn": {**_EXAMPLE, "state": "withdrawn", "version": 2}}),
        **_NOBODY,
        **_NOT_NOW,
        **NEEDS_IF_MATCH,
    },
)
def post_withdrawal(
    audit_id: AuditId, asked: WithdrawalGiven, work: WorkDep, response: Response, if_match: IfMatch = None
) -> RecordedAudit:
    """Takes an audit off the record that never was one, with the reason; it stays readable as withdrawn."""
    with version_read(if_match, "The recorded audit") as version:
        return _tagged(withdraw_recorded_audit(work, audit_id, asked.reason, version=version), response)


def _tagged(listed: AuditListed, response: Response) -> RecordedAudit:
    tag(response, listed.audit.version)
    return _told(listed)


def _told(listed: AuditListed) -> RecordedAudit:
    audit = listed.audit
    return RecordedAudit(
        id=audit.id,
        reference=audit.reference,
        kind=audit.kind,
        state=audit.state,
        month=month_of(audit.month),
        case_reference=audit.case_reference,
        practitioner=listed.practitioner,
        team=listed.team,
        service_id=audit.service_id,
        auditor=listed.auditor,
        grade=audit.overall_grade,
        issued_on=audit.issued_on,
        sequence=audit.sequence,
        re_audit_of=listed.re_audit_of,
        recorded_at=listed.recorded_at,
        recorded_by=listed.recorded_by,
        import_id=listed.import_id,
        withdrawn_at=audit.withdrawn_at,
        replaces_id=audit.replaces_id,
        version=audit.version,
    )
