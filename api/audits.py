"""`/v1/audits`: who audits whose case, since when, until when, and why (S5, A5)."""

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, WorkOnRecordDep, requires
from api.entity_tags import tag
from api.examples import answered
from api.fields import Asked, CycleOrNone
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.reasons import ReasonGiven
from api.routers import Router, described
from db.queries import audit_moves, audits, deadlines
from db.queries.re_audit_turns import case_chosen
from rules.programme import month_of_cycle
from usecases.errors import NotFound
from usecases.trail import Entry, record
from usecases.work import Work

router = Router("audits", "/v1/audits")

Kind = Literal["ordinary", "themed", "re_audit"]
State = Literal[
    "allocated", "under_way", "discussed", "submitted", "returned", "accepted", "issued", "closed", "withdrawn"
]
AuditId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000003"])]
Reference = Annotated[str | None, Field(max_length=200)]


class AuditsAsked(Asked):
    """Which audits to list; people and teams by their references."""

    cycle: CycleOrNone = None
    team: Reference = None
    service: Reference = None
    auditor: Reference = None
    practitioner: Reference = None
    state: State | None = None
    kind: Kind | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class AuditListed(BaseModel):
    """An audit in the list. People and teams are named by their references."""

    id: uuid.UUID
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    kind: Kind
    state: State
    cycle: Annotated[str, Field(examples=["2026-10"])]
    case_reference: str
    practitioner: str
    practitioner_name: str
    team: str
    team_name: str
    service_id: str
    auditor: str | None
    auditor_name: str | None
    allocated_on: date
    report_due_on: date
    issued_on: date | None
    sequence: Annotated[int, Field(description="0 for an audit, 1 or 2 for a first or second re-audit")]


class DeadlineTold(BaseModel):
    """A running clock, with the sentence that says why it ends on its day."""

    time_limit: Annotated[str, Field(examples=["time_limits.meeting_due_before_close"])]
    owed_by_id: uuid.UUID
    owed_by_role: Annotated[str, Field(description="As what they owe it to the audit")] = "auditor"
    started_on: date
    due_on: date
    state: Literal["running", "met", "overdue", "withdrawn"]
    rule: str
    clause: str
    sentence: str
    met_on: Annotated[date | None, Field(description="The day on which it was done, in time or late")] = None
    withdrawn_on: Annotated[date | None, Field(description="Since when it is owed no more")] = None
    withdrawn_because: Annotated[str | None, Field(description="The sentence that says why")] = None


class AuditorChangeTold(BaseModel):
    """That an audit passed from one auditor to another.

    Why is told to those alone to whom all audits are open: it may be an auditor's sickness, which is nobody else's
    business.
    """

    earlier: str | None
    later: str
    changed_at: datetime
    changed_by: str
    because: Annotated[
        str | None, Field(description="A code of `eligibility.auditor_change_reasons`", examples=["sickness"])
    ]
    is_widened: Annotated[bool, Field(description="Found beyond the service area of the auditor before")]


class ReAuditCaseTold(BaseModel):
    """The other case that the re-audit of an audit looks at, because its own is not open any more (S7)."""

    case_reference: str
    chosen_on: date
    chosen_by: str
    because: Annotated[str | None, Field(description="As whoever chose it wrote")]


class Audit(AuditListed):
    """One audit: what it covers, why this case and this auditor, and what is due by when."""

    origin: Literal["drawn", "recorded"]
    draw_id: uuid.UUID | None
    window_from: date
    window_to: date
    overall_grade: Annotated[str | None, Field(description="Null until it is issued")]
    is_disputed: Annotated[bool, Field(description="A dispute about it is open, so its grade counts as disputed (D7)")]
    re_audit_of: Annotated[str | None, Field(description="Reference of the audit before")]
    reasons: list[ReasonGiven]
    version: Annotated[int, Field(description="Its ETag: send it as If-Match with a move")]
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_because: Annotated[
        str | None,
        Field(
            description="A code of `selection.withdrawal_reasons`, `cycle_withdrawn` or `re_audit_no_longer_owed` (D7)",
            examples=["case_closed"],
        ),
    ]
    replaces: Annotated[str | None, Field(description="Reference of the audit whose place it takes")]
    replaced_by: Annotated[str | None, Field(description="Reference of the audit that takes its place")]
    auditor_changes: list[AuditorChangeTold]
    re_audit_case: Annotated[
        ReAuditCaseTold | None, Field(description="Told to those to whom all audits are open; null: its own case")
    ]
    deadlines: list[DeadlineTold]


_LISTED: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "PA-2026-0412",
    "kind": "ordinary",
    "state": "allocated",
    "cycle": "2026-10",
    "case_reference": "SYN-000412",
    "practitioner": "990017",
    "practitioner_name": "Ada Samplewood",
    "team": "CART",
    "team_name": "CART",
    "service_id": "home_first",
    "auditor": "990402",
    "auditor_name": "Rhys Testington",
    "allocated_on": "2026-10-01",
    "report_due_on": "2026-10-29",
    "issued_on": None,
    "sequence": 0,
}
AUDIT: dict[str, Any] = {
    **_LISTED,
    "origin": "drawn",
    "draw_id": "0199c0de-7a11-7000-8000-000000000001",
    "window_from": "2026-04-01",
    "window_to": "2026-09-30",
    "overall_grade": None,
    "is_disputed": False,
    "re_audit_of": None,
    "reasons": [
        {
            "rule": "S3",
            "clause": "2",
            "sentence": "Practitioner 990017 was last audited 4 months before this cycle.",
        }
    ],
    "version": 1,
    "withdrawn_at": None,
    "withdrawn_by": None,
    "withdrawn_because": None,
    "replaces": None,
    "replaced_by": None,
    "auditor_changes": [],
    "re_audit_case": None,
    "deadlines": [
        {
            "time_limit": "programme.report_due_before_close",
            "owed_by_id": "0199c0de-7a11-7000-8000-000000000004",
            "started_on": "2026-10-01",
            "due_on": "2026-10-29",
            "state": "running",
            "rule": "L5",
            "clause": "3.7",
            "sentence": "The report is completed at the latest 1 working day before the cycle's close on "
            "Friday 30 October 2026: by Thursday 29 October 2026.",
        }
    ],
}


@router.get(
    "",
    operation_id="list_audits",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    response_model=Page[AuditListed],
    responses=answered({"one audit": {"items": [_LISTED], "next": None}}),
)
def list_audits(asked: Annotated[AuditsAsked, Query()], work: WorkDep, page: PageDep) -> Response:
    """Audits within reach, the newest first."""
    filters = asked.model_dump(exclude={"limit", "cursor"})
    month = month_of_cycle(asked.cycle) if asked.cycle is not None else None
    rows = audits.audits(work.session, page.rows_to_fetch, work.reach, after=page.after, month=month, **filters)
    return page.page_as_stored(rows, lambda row: row.id)


@router.get(
    "/{audit_id}",
    operation_id="read_audit",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    responses={**answered({"an ordinary audit": AUDIT}), **described(404, "No such audit")},
)
def read_audit(audit_id: AuditId, work: WorkOnRecordDep, response: Response) -> Audit:
    """One audit with its reasons, its deadlines, and what became of it. Who read it is kept."""
    answer = describe_audit(work, audit_id, response)
    record(work, Entry(("audit", str(audit_id)), "audit_read", rule="C4"))
    return answer


def describe_audit(work: Work, audit_id: uuid.UUID, response: Response | None = None) -> Audit:
    """An audit as answers describe it, with its ETag on the response. Raises NotFound."""
    row = audits.one_audit(work.session, audit_id, work.reach)
    if row is None:
        raise NotFound(f"There is no audit {audit_id}: find it with GET /v1/audits.")
    if response is not None:
        tag(response, row.version)
    # Version 1 is as it was made: nobody else had it.
    changes = audit_moves.changes_of(work.session, audit_id) if row.version > 1 else ()
    clocks = deadlines.deadlines_of(work.session, audit_id)
    facts = row._asdict()
    return Audit(
        re_audit_case=_re_audit_case(work, audit_id, facts.pop("re_audit_case_reference")),
        **facts,
        auditor_changes=[_change(change, with_reason=work.reach.is_all) for change in changes],
        deadlines=[DeadlineTold.model_validate(clock, from_attributes=True) for clock in clocks],
    )


def _re_audit_case(work: Work, audit_id: uuid.UUID, reference: str | None) -> ReAuditCaseTold | None:
    chosen = case_chosen(work.session, audit_id) if reference is not None and work.reach.is_all else None
    return ReAuditCaseTold(case_reference=reference, **chosen._asdict()) if chosen and reference else None


def _change(change: Any, *, with_reason: bool) -> AuditorChangeTold:
    told = AuditorChangeTold.model_validate(change, from_attributes=True)
    return told if with_reason else told.model_copy(update={"because": None})
