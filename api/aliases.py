"""`/v1/case-aliases` and `/v1/person-aliases`: merged and renumbered references (S10)."""

import uuid
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import AskedToRecord, RecordedDate
from api.paging import Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import aliases
from db.tables import aliases as tables
from usecases.aliases import AliasFacts, alias_case, alias_person, undo_alias

cases = Router("aliases", "/v1/case-aliases")
people = Router("aliases", "/v1/person-aliases")

AliasId = Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-00000000a001"])]
Reference = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/-]*$")]


class AliasAsked(AskedToRecord):
    """From which reference to which, since when and why."""

    from_reference: Annotated[Reference, Field(description="The one that is no more", examples=["SYN-000123"])]
    to_reference: Annotated[Reference, Field(description="The one that took its place", examples=["SYN-000456"])]
    since_on: RecordedDate
    reason: Annotated[
        str, Field(min_length=1, max_length=500, examples=["Merged in the case system: one person twice"])
    ]


class UndoAsked(AskedToRecord):
    """Why an alias no longer holds."""

    reason: Annotated[str, Field(min_length=1, max_length=500, examples=["The two are different people after all"])]


class Alias(BaseModel):
    """An alias; `current_reference` is where it leads today, over others if need be."""

    id: uuid.UUID
    from_reference: str
    to_reference: str
    current_reference: str
    since_on: date
    reason: str
    made_by: str
    made_at: datetime
    undone_by: str | None
    undone_at: datetime | None
    undone_because: str | None


class PersonAlias(Alias):
    """An alias of a worker."""

    both_audited_in: Annotated[
        list[date], Field(description="When it is made: months of the past in which both had an audit, which stays")
    ]


_ALIAS: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-00000000a001",
    "from_reference": "SYN-000123",
    "to_reference": "SYN-000456",
    "current_reference": "SYN-000456",
    "since_on": "2026-09-14",
    "reason": "Merged in the case system: one person twice",
    "made_by": "local administrator",
    "made_at": "2026-09-15T09:15:00Z",
    "undone_by": None,
    "undone_at": None,
    "undone_because": None,
}
_PERSON_ALIAS = {**_ALIAS, "from_reference": "990017", "to_reference": "W-990017", "current_reference": "W-990017"}
_MADE = {**_PERSON_ALIAS, "both_audited_in": []}


def _known(model: type[Alias], example: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {
            "model": model,
            "description": "There is this alias already: nothing was changed",
            "content": {"application/json": {"examples": {"known": {"value": example}}}},
        }
    }


_REFUSED = described(409, "It would run in a circle, the reference leads elsewhere already, or two audits would clash")
_UNDO_REFUSED = {**described(404, "There is no such alias"), **described(409, "It was undone already")}

AboutReference = Annotated[
    str | None, Query(max_length=64, description="Only those from, to or over this reference that end or begin there")
]


@cases.get(
    "",
    operation_id="list_case_aliases",
    dependencies=[requires(Permission.READ_ALIASES)],
    responses=answered({"one alias": {"items": [_ALIAS], "next": None}}),
)
def list_case_aliases(work: WorkDep, page: PageDep, reference: AboutReference = None) -> Page[Alias]:
    """Aliases of cases in the order in which they were made, undone ones too."""
    rows = aliases.aliases(
        work.session, tables.CaseAlias, reference=reference, after=page.after, limit=page.rows_to_fetch
    )
    return page.page(rows, _alias, lambda row: row.id)


@cases.post(
    "",
    operation_id="alias_case",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    status_code=HTTPStatus.CREATED,
    responses={**answered({"made": _ALIAS}, HTTPStatus.CREATED), **_known(Alias, _ALIAS), **_REFUSED},
)
def post_case_alias(work: WorkDep, asked: AliasAsked, response: Response) -> Alias:
    """Lets a merged or renumbered case be known by its present reference.

    Its history (twelve months, re-audit chains) follows it, and extracts that still use the old one land on the new.
    """
    row, is_new = alias_case(work, _facts(asked))
    if not is_new:
        response.status_code = HTTPStatus.OK
    return _alias(row)


@cases.post(
    "/{alias_id}/undo",
    operation_id="undo_case_alias",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    responses={**answered({"undone": _ALIAS}), **_UNDO_REFUSED},
)
def post_undo_case_alias(alias_id: AliasId, work: WorkDep, asked: UndoAsked) -> Alias:
    """Undoes an alias, with a reason: from now on the reference stands for itself again."""
    return _alias(undo_alias(work, tables.CaseAlias, alias_id, asked.reason))


@people.get(
    "",
    operation_id="list_person_aliases",
    dependencies=[requires(Permission.READ_ALIASES)],
    responses=answered({"one alias": {"items": [_PERSON_ALIAS], "next": None}}),
)
def list_person_aliases(work: WorkDep, page: PageDep, reference: AboutReference = None) -> Page[Alias]:
    """Aliases of workers in the order in which they were made, undone ones too."""
    rows = aliases.aliases(
        work.session, tables.PersonAlias, reference=reference, after=page.after, limit=page.rows_to_fetch
    )
    return page.page(rows, _alias, lambda row: row.id)


@people.post(
    "",
    operation_id="alias_person",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    status_code=HTTPStatus.CREATED,
    responses={**answered({"made": _MADE}, HTTPStatus.CREATED), **_known(PersonAlias, _MADE), **_REFUSED},
)
def post_person_alias(work: WorkDep, asked: AliasAsked, response: Response) -> PersonAlias:
    """Lets a merged or renumbered worker be known by their present reference.

    Their history (last audit, pairings, one audit a month) follows them. Refused while both have an audit this month.
    """
    made = alias_person(work, _facts(asked))
    if not made.is_new:
        response.status_code = HTTPStatus.OK
    return PersonAlias(**_alias(made.alias).model_dump(), both_audited_in=list(made.both_audited_in))


@people.post(
    "/{alias_id}/undo",
    operation_id="undo_person_alias",
    dependencies=[requires(Permission.CHANGE_ALIASES)],
    responses={**answered({"undone": _PERSON_ALIAS}), **_UNDO_REFUSED},
)
def post_undo_person_alias(alias_id: AliasId, work: WorkDep, asked: UndoAsked) -> Alias:
    """Undoes an alias, with a reason: from now on the reference stands for itself again."""
    return _alias(undo_alias(work, tables.PersonAlias, alias_id, asked.reason))


def _facts(asked: AliasAsked) -> AliasFacts:
    return AliasFacts(asked.from_reference, asked.to_reference, asked.since_on, asked.reason)


def _alias(row: tables.CaseAlias | tables.PersonAlias) -> Alias:
    return Alias(**{name: getattr(row, name) for name in Alias.model_fields})
