"""`/v1/auditors-audits`: what the auditors of one's own have to do, without whose work it is or why (A4, L12, C4)."""

import uuid
from datetime import date
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.audits import AuditId, Reference, State
from api.dependencies import WorkDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.fields import Asked, CycleOrNone
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import auditors_audits as questions
from db.queries.reaches import Reach
from usecases.errors import NotFound
from usecases.work import Work

router = Router("audits", "/v1/auditors-audits")


class AuditorsAuditsAsked(Asked):
    """Which audits to list; auditors by their references."""

    cycle: CycleOrNone = None
    auditor: Reference = None
    state: State | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class AuditorsAudit(BaseModel):
    """An audit as the auditor's line sees it. Case, practitioner, kind, grade and reasons are not theirs to read."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    state: State
    cycle: Annotated[str, Field(examples=["2026-10"])]
    team: str
    team_name: str
    auditor: str | None
    auditor_name: str | None
    allocated_on: date
    report_due_on: date
    issued_on: date | None
    version: Annotated[int, Field(description="Its ETag: send it as If-Match to name another auditor")]


AUDITORS_AUDIT: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "PA-2026-0412",
    "state": "allocated",
    "cycle": "2026-10",
    "team": "CART",
    "team_name": "CART",
    "auditor": "990402",
    "auditor_name": "Rhys Testington",
    "allocated_on": "2026-10-01",
    "report_due_on": "2026-10-29",
    "issued_on": None,
    "version": 1,
}


@router.get(
    "",
    operation_id="list_audits_of_auditors",
    dependencies=[requires(Permission.CHANGE_AUDITORS, is_narrowed=True)],
    responses=answered({"one audit": {"items": [AUDITORS_AUDIT], "next": None}}),
)
def list_audits_of_auditors(
    asked: Annotated[AuditorsAuditsAsked, Query()], work: WorkDep, page: PageDep
) -> Page[AuditorsAudit]:
    """Audits whose auditor one answers for and may change, the newest first; all of them for the audit team."""
    rows = questions.audits_of_auditors(
        work.session,
        page.rows_to_fetch,
        work.reach,
        after=page.after,
        cycle=asked.cycle,
        auditor=asked.auditor,
        state=asked.state,
    )
    return page.page(rows, _told, lambda row: row.id)


@router.get(
    "/{audit_id}",
    operation_id="read_audit_of_auditor",
    dependencies=[requires(Permission.CHANGE_AUDITORS, is_narrowed=True)],
    responses={**answered({"an audit": AUDITORS_AUDIT}), **described(404, "No such audit")},
)
def read_audit_of_auditor(audit_id: AuditId, work: WorkDep, response: Response) -> AuditorsAudit:
    """One of them, with the ETag that naming another auditor needs."""
    return describe_to_auditors_line(work, audit_id, response, work.reach)


def describe_to_auditors_line(work: Work, audit_id: uuid.UUID, response: Response, reach: Reach) -> AuditorsAudit:
    """An audit as the auditor's line sees it, with its ETag on the response. Raises NotFound."""
    row = questions.audit_of_auditor(work.session, audit_id, reach)
    if row is None:
        raise NotFound(f"There is no audit {audit_id}: find it with GET /v1/auditors-audits.")
    tag(response, row.version)
    return _told(row)


def _told(row: Any) -> AuditorsAudit:
    return AuditorsAudit.model_construct(**row._asdict())
