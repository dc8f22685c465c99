"""`/v1/case-notes-to-check`: the audit team's check list of discussions of findings in the case system (L11)."""

import uuid
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries import case_notes_to_check as questions

router = Router("audits", "/v1/case-notes-to-check")

What = Literal["not_discussed", "to_check", "missing"]


class CaseNotesAsked(Asked):
    """Which part of the list."""

    what: What | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class CaseNoteToCheck(BaseModel):
    """An issued report. `to_check`: discussed, and the case note not seen yet; `missing`: looked for in vain."""

    id: Annotated[
        uuid.UUID, Field(description="Of the audit: POST /v1/audits/{id}/case-note-checks says what was found")
    ]
    reference: Annotated[str, Field(examples=["PA-2026-0412"])]
    team: str
    practitioner: str
    issued_on: date
    what: What
    discussed_on: date | None
    case_note_on: Annotated[date | None, Field(description="The day of the case note, as the manager gave it")]
    due_on: Annotated[date | None, Field(description="Of the clock that runs: the discussion, or the missing note")]


_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000003",
    "reference": "PA-2026-0412",
    "team": "CART",
    "practitioner": "990017",
    "issued_on": "2026-10-28",
    "what": "to_check",
    "discussed_on": "2026-11-03",
    "case_note_on": "2026-11-04",
    "due_on": None,
}


@router.get(
    "",
    operation_id="list_case_notes_to_check",
    dependencies=[requires(Permission.CHECK_CASE_NOTES)],
    responses=answered({"one report": {"items": [_EXAMPLE], "next": None}}),
)
def list_case_notes_to_check(
    asked: Annotated[CaseNotesAsked, Query()], work: WorkDep, page: PageDep
) -> Page[CaseNoteToCheck]:
    """Issued reports whose findings are not discussed, or whose case note was not seen yet, the oldest first."""
    rows = questions.case_notes_to_check(work.session, page.rows_to_fetch, after=page.after, what=asked.what)
    return page.page(rows, lambda row: CaseNoteToCheck.model_validate(row, from_attributes=True), lambda row: row.id)
