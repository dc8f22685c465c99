"""`/v1/accounts`: who was seen to sign in through the identity provider, and linking them to people (C4)."""

import uuid
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.dependencies import WorkDep, requires
from api.examples import answered
from api.fields import Asked, AskedToRecord
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import accounts
from usecases.accounts import forget_account, link_account

router = Router("accounts", "/v1/accounts")


class AccountsAsked(Asked):
    """Which accounts to list."""

    is_waiting: Annotated[bool | None, Field(description="Only those that wait to be linked, or only the others")] = (
        None
    )
    person: Annotated[str | None, Field(max_length=64, description="Reference of the person it is linked to")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class AccountLinked(AskedToRecord):
    """Whose account it is. Make sure of it in the identity provider, by the id: names and addresses can be changed."""

    issuer: Annotated[str, Field(min_length=1, max_length=500, description="As the account shows it")]
    subject: Annotated[str, Field(min_length=1, max_length=500, description="In Entra `<tenant id>/<object id>`")]
    person_id: uuid.UUID


class Account(BaseModel):
    """An account of the identity provider."""

    id: uuid.UUID
    issuer: str
    subject: str
    kind: Annotated[Literal["person", "machine"], Field(description="A machine acts for nobody and is never linked")]
    person_id: Annotated[uuid.UUID | None, Field(description="Null: waits to be linked, and nothing is its own")]
    person: Annotated[str | None, Field(description="Reference of the person", examples=["990017"])]
    linked_at: datetime | None
    linked_by: str | None
    first_seen_on: date | None
    last_seen_on: date | None


_SUBJECT = "8f4d6f0e-0000-4000-8000-000000000001/3c1b6f0e-0000-4000-8000-000000000002"
_ISSUER = "https://login.microsoftonline.com/8f4d6f0e-0000-4000-8000-000000000001/v2.0"
_ASKED: dict[str, Any] = {"issuer": _ISSUER, "subject": _SUBJECT, "person_id": "0199c0de-7a11-7000-8000-000000000003"}
AccountLinked.model_config["json_schema_extra"] = {"examples": [_ASKED]}
_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000008",
    "issuer": _ISSUER,
    "subject": _SUBJECT,
    "kind": "person",
    "person_id": "0199c0de-7a11-7000-8000-000000000003",
    "person": "990017",
    "linked_at": "2026-10-01T09:00:00Z",
    "linked_by": "local administrator",
    "first_seen_on": "2026-09-30",
    "last_seen_on": "2026-10-01",
}


@router.get(
    "",
    operation_id="list_accounts",
    dependencies=[requires(Permission.READ_ACCOUNTS)],
    responses=answered({"one account": {"items": [_EXAMPLE], "next": None}}),
)
def list_accounts(asked: Annotated[AccountsAsked, Query()], work: WorkDep, page: PageDep) -> Page[Account]:
    """Accounts, the newest first. `is_waiting=true` lists people who signed in and are not linked to anybody yet."""
    rows = accounts.accounts(
        work.session, page.rows_to_fetch, is_waiting=asked.is_waiting, person=asked.person, after=page.after
    )
    return page.page(rows, lambda row: Account.model_construct(**row._asdict()), lambda row: row.id)


@router.post(
    "",
    operation_id="link_account",
    dependencies=[requires(Permission.LINK_ACCOUNTS)],
    status_code=HTTPStatus.CREATED,
    responses={
        **answered({"linked": _EXAMPLE}, HTTPStatus.CREATED),
        **described(404, "There is nobody with this id"),
        **described(409, "The account is linked already, or a machine's"),
    },
)
def post_account(asked: AccountLinked, work: WorkDep) -> Account:
    """Links an account to a person, once; before its first sign-in or after."""
    account_id = link_account(work, asked.issuer, asked.subject, asked.person_id)
    row = accounts.one_account(work.session, account_id)
    assert row is not None
    return Account.model_construct(**row._asdict())


@router.delete(
    "/{account_id}",
    operation_id="forget_account",
    dependencies=[requires(Permission.LINK_ACCOUNTS)],
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
    responses=described(404, "There is no such account"),
)
def delete_account(
    account_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000008"])], work: WorkDep
) -> None:
    """Takes the person from the account; when it is next seen it waits to be linked."""
    forget_account(work, account_id)
