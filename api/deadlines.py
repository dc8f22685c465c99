"""`/v1/deadlines`: what is owed, by whom and by when, and why (DESIGN §5 and §6)."""

import uuid
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked, IsoDate
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries.deadlines_listed import deadlines
from rules.dates_in_words import day_in_words
from rules.errors import InvalidFacts, Problem

router = Router("deadlines", "/v1/deadlines")

State = Literal["running", "met", "overdue", "withdrawn"]


class DeadlinesAsked(Asked):
    """Which deadlines to list; people and teams by their references."""

    due_from: Annotated[IsoDate | None, Field(description="Due on this day or later")] = None
    due_to: Annotated[IsoDate | None, Field(description="Due on this day or earlier")] = None
    state: State | None = None
    owed_by: Annotated[str | None, Field(max_length=200, description="Reference of the person")] = None
    team: Annotated[str | None, Field(max_length=200, description="Team in which the audit was allocated")] = None
    service: Annotated[str | None, Field(max_length=64, description="Service in which it was allocated")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class Deadline(BaseModel):
    """One running clock of an audit, a dispute, a safety alert or a moderated audit, or one that has stopped."""

    id: uuid.UUID
    time_limit: Annotated[str, Field(description="The policy's entry; see GET /v1/policy/register")]
    audit_id: Annotated[uuid.UUID | None, Field(description="None for a safety alert that is about no audit")]
    dispute_id: Annotated[uuid.UUID | None, Field(description="The dispute it runs for, if not the audit itself")]
    safety_alert_id: uuid.UUID | None
    moderated_audit_id: uuid.UUID | None
    audit: Annotated[str | None, Field(description="Reference of the audit", examples=["PA-2026-0412"])]
    team: Annotated[str | None, Field(description="Reference of the team in which the audit was allocated")]
    service: Annotated[str | None, Field(description="Id of the service in which it was allocated")]
    owed_by_id: uuid.UUID
    owed_by: Annotated[str, Field(description="Reference of the person who owes it", examples=["990402"])]
    owed_by_role: Annotated[str, Field(description="As what they owe it to the audit", examples=["auditor"])]
    started_on: date
    due_on: Annotated[date, Field(description="The last day on which it is in time")]
    state: Annotated[State, Field(description="`overdue`: found to be past its day. `withdrawn`: owed no more")]
    rule: str
    clause: str
    sentence: Annotated[str, Field(description="Why this day")]
    edition: Annotated[str, Field(description="The edition under which it started, and which it keeps")]
    met_on: Annotated[date | None, Field(description="The day on which it was done, in time or late")]
    withdrawn_on: date | None
    withdrawn_because: str | None


_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000006",
    "time_limit": "programme.report_due_before_close",
    "audit_id": "0199c0de-7a11-7000-8000-000000000003",
    "dispute_id": None,
    "safety_alert_id": None,
    "moderated_audit_id": None,
    "audit": "PA-2026-0412",
    "team": "CART",
    "service": "home_first",
    "owed_by_id": "0199c0de-7a11-7000-8000-000000000004",
    "owed_by": "990402",
    "owed_by_role": "auditor",
    "started_on": "2026-10-01",
    "due_on": "2026-10-29",
    "state": "running",
    "rule": "L5",
    "clause": "3.7",
    "sentence": "The report is completed at the latest 1 working day before the cycle's close on "
    "Friday 30 October 2026: by Thursday 29 October 2026.",
    "edition": "waltham_forest_2023",
    "met_on": None,
    "withdrawn_on": None,
    "withdrawn_because": None,
}


@router.get(
    "",
    operation_id="list_deadlines",
    dependencies=[requires(Permission.READ_AUDITS, is_narrowed=True)],
    response_model=Page[Deadline],
    responses=answered({"one deadline": {"items": [_EXAMPLE], "next": None}}),
)
def list_deadlines(asked: Annotated[DeadlinesAsked, Query()], work: WorkDep, page: PageDep) -> Response:
    """The deadlines of audits within reach, the next due first. `GET /v1/me` lists one's own."""
    if asked.due_from is not None and asked.due_to is not None and asked.due_to < asked.due_from:
        sentence = f"It is before due_from, {day_in_words(asked.due_from)}, so that no day is left: turn them round."
        raise InvalidFacts([Problem("/due_to", sentence, asked.due_to.isoformat())])
    filters = asked.model_dump(exclude={"limit", "cursor"})
    rows = deadlines(work.session, page.rows_to_fetch, work.reach, after=page.after, **filters)
    return page.page_as_stored(rows, lambda row: row.id)
