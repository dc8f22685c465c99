"""`/v1/trail`: who did what, when and by which clause; and the nightly roots that show a chain cut short (C4)."""

import uuid
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked, RecordedDate
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router
from db.queries import trail
from db.tables.trail import TrailRoot
from rules.errors import InvalidFacts, Problem
from rules.programme import first_day_of
from usecases.trail_chains import as_code
from usecases.work import LONDON

router = Router("trail", "/v1/trail")

_MOST_NIGHTS = 31


class TrailAsked(Asked):
    """Which entries to list. A subject is named by kind and id together."""

    subject_kind: Annotated[str | None, Field(max_length=100, examples=["audit"])] = None
    subject_id: Annotated[str | None, Field(max_length=200)] = None
    actor: Annotated[str | None, Field(max_length=300, examples=["local administrator"])] = None
    action: Annotated[str | None, Field(max_length=100, examples=["draw_issued"])] = None
    from_: Annotated[RecordedDate | None, Field(alias="from", description="First day, in London")] = None
    to: Annotated[RecordedDate | None, Field(description="Last day, in London")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class TrailEntryRead(BaseModel):
    """One thing that happened to one subject. `docs/the-trail.md` says how its hash is made."""

    id: uuid.UUID
    subject_kind: Annotated[str, Field(examples=["audit_cycle"])]
    subject_id: Annotated[str, Field(examples=["2026-10"])]
    number: Annotated[int, Field(description="Its place in the chain of its subject, from 1")]
    at: datetime
    actor: str
    correlation_id: Annotated[str | None, Field(description="Names the request or the run in the logs")]
    action: Annotated[str, Field(examples=["draw_issued"])]
    rule: Annotated[str | None, Field(examples=["S5"])]
    clause: Annotated[str | None, Field(examples=["2"])]
    details: Annotated[dict[str, Any], Field(description="Ids, codes, dates, counts and hashes")]
    text_hashes: Annotated[dict[str, str], Field(description="Of what people wrote with it, by name")]
    previous_hash: str
    hash: str
    texts: Annotated[dict[str, str], Field(description="What people wrote with it, as far as it was not cleared")]


class Root(BaseModel):
    """One hash over the heads of all chains as they stood that night."""

    made_on: date
    made_at: datetime
    heads: Annotated[int, Field(description="How many chains have moved since the root before")]
    previous_hash: str
    hash: str
    exported_at: Annotated[datetime | None, Field(description="When it was written to the folder of roots")]


class Roots(BaseModel):
    """Nightly roots, the newest first."""

    items: list[Root]


_ZEROS = "0" * 64
_ENTRY: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000009",
    "subject_kind": "audit_cycle",
    "subject_id": "2026-10",
    "number": 4,
    "at": "2026-10-01T08:00:00Z",
    "actor": "local administrator",
    "correlation_id": "4bf92f3577b34da6a3ce929d0e0e4736",
    "action": "cycle_opened",
    "rule": "P3",
    "clause": "3",
    "details": {"edition": "waltham_forest_2023", "edition_version": "1"},
    "text_hashes": {"reason": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    "previous_hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "hash": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
    "texts": {"reason": "The office is closed on the 1st."},
}
_ROOT: dict[str, Any] = {
    "made_on": "2026-10-01",
    "made_at": "2026-10-02T00:10:00Z",
    "heads": 176,
    "previous_hash": _ZEROS,
    "hash": "fd61a03af4f77d870fc21e05e7e80678095c92d808cfb3b5c279ee04c74aca13",
    "exported_at": "2026-10-02T00:10:00Z",
}


@router.get(
    "",
    operation_id="list_trail",
    dependencies=[requires(Permission.READ_TRAIL)],
    responses=answered({"one entry": {"items": [_ENTRY], "next": None}}),
)
def list_trail(asked: Annotated[TrailAsked, Query()], work: WorkDep, page: PageDep) -> Page[TrailEntryRead]:
    """Entries of the trail, the newest first, with what people wrote beside them."""
    if (asked.subject_kind is None) != (asked.subject_id is None):
        missing = "subject_id" if asked.subject_id is None else "subject_kind"
        sentence = "A subject is named by its kind and its id: give both, or neither."
        raise InvalidFacts([Problem(f"/{missing}", sentence, None, "C4")])
    rows = trail.entries(
        work.session,
        page.rows_to_fetch,
        after=page.after,
        begins_at=_midnight(asked.from_) if asked.from_ else None,
        ends_at=_midnight(asked.to + timedelta(days=1)) if asked.to and asked.to < date.max else None,
        subject_id=as_code(asked.subject_id) if asked.subject_id else None,
        **asked.model_dump(include={"subject_kind", "actor", "action"}),
    )
    texts = trail.texts_of(work.session, [row.id for row in rows])
    return page.page(rows, lambda row: TrailEntryRead(**row._asdict(), texts=texts.get(row.id, {})), lambda row: row.id)


@router.get(
    "/roots",
    operation_id="list_trail_roots",
    dependencies=[requires(Permission.READ_TRAIL)],
    responses=answered({"one night": {"items": [_ROOT]}}),
)
def list_roots(
    work: WorkDep,
    month: Annotated[
        str | None, Query(max_length=7, examples=["2026-10"], description="Without it, the newest")
    ] = None,
) -> Roots:
    """The nightly roots of a month. Keep copies where nobody who runs this service can change them."""
    first_on = first_day_of(month) if month is not None else None
    last_on = first_on.replace(day=monthrange(first_on.year, first_on.month)[1]) if first_on else None
    return Roots(items=[_root(row) for row in trail.roots(work.session, first_on, last_on, _MOST_NIGHTS)])


def _root(row: TrailRoot) -> Root:
    return Root.model_validate(row, from_attributes=True)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)
