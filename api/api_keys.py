"""`/v1/api-keys`: keys for machines that cannot ask the identity provider for tokens (DESIGN §7)."""

import uuid
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request

from api.access import may_grant
from api.actors import ActorDep
from api.dependencies import InstallationDep, WorkDep, requires
from api.examples import answered
from api.fields import Asked, AskedToRecord
from api.idempotency import keep_instead
from api.paging import DEFAULT_LIMIT, MOST_ROWS, Page, PageDep
from api.permissions import Permission
from api.routers import Router, described
from db.queries import api_keys
from rules.errors import InvalidFacts, Problem
from usecases.api_keys import KeyAsked, make_key, revoke_key
from usecases.work import Work

router = Router("api-keys", "/v1/api-keys")


class ApiKeysAsked(Asked):
    """Which keys to list."""

    name: Annotated[str | None, Field(max_length=100)] = None
    is_live: Annotated[bool | None, Field(description="Only those neither revoked nor expired, or the others")] = None
    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows a page")] = DEFAULT_LIMIT
    cursor: Annotated[str | None, Field(max_length=100, description="The `next` of the page before")] = None


class ApiKeyAsked(AskedToRecord):
    """A key for one machine. Two of a name may live at a time, so that one can take over from the other."""

    name: Annotated[str, Field(min_length=1, max_length=100, description="Of the machine", examples=["mosaic extract"])]
    permissions: Annotated[tuple[Permission, ...], Field(min_length=1, max_length=100)]
    days: Annotated[int | None, Field(ge=1, description="How long it works; by default as the settings say")] = None


class ApiKey(BaseModel):
    """What is known of a key; its secret is not."""

    id: uuid.UUID
    name: str
    permissions: list[str]
    made_at: datetime
    made_by: str
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None
    revoked_by: str | None


class ApiKeyMade(ApiKey):
    """A new key, shown this once."""

    key: Annotated[
        str | None,
        Field(
            description="Send it as `Authorization: Bearer …`. Null when this answer is repeated: revoke the key then"
        ),
    ]


_EXAMPLE: dict[str, Any] = {
    "id": "0199c0de-7a11-7000-8000-000000000009",
    "name": "mosaic extract",
    "permissions": ["caseload_imports:make", "caseload_imports:read"],
    "made_at": "2026-10-01T09:00:00Z",
    "made_by": "local administrator",
    "expires_at": "2027-10-01T09:00:00Z",
    "last_used_on": None,
    "revoked_at": None,
    "revoked_by": None,
}
_MADE = {**_EXAMPLE, "key": "pa_0199c0de7a1170008000000000000009_…"}
_REVOKED = {**_EXAMPLE, "revoked_at": "2026-10-02T08:00:00Z", "revoked_by": "local administrator"}
ApiKeyAsked.model_config["json_schema_extra"] = {
    "examples": [{"name": "mosaic extract", "permissions": _EXAMPLE["permissions"], "days": 365}]
}


@router.get(
    "",
    operation_id="list_api_keys",
    dependencies=[requires(Permission.READ_API_KEYS)],
    responses=answered({"one key": {"items": [_EXAMPLE], "next": None}}),
)
def list_api_keys(asked: Annotated[ApiKeysAsked, Query()], work: WorkDep, page: PageDep) -> Page[ApiKey]:
    """Keys without their secrets, the newest first."""
    rows = api_keys.api_keys(
        work.session, page.rows_to_fetch, name=asked.name, now=work.now, is_live=asked.is_live, after=page.after
    )
    return page.page(rows, lambda row: ApiKey.model_construct(**row._asdict()), lambda row: row.id)


@router.post(
    "",
    operation_id="make_api_key",
    dependencies=[requires(Permission.MAKE_API_KEYS)],
    status_code=HTTPStatus.CREATED,
    responses={
        **answered({"made": _MADE}, HTTPStatus.CREATED),
        **described(409, "Two live keys have this name already"),
    },
)
def post_api_key(
    asked: ApiKeyAsked, request: Request, work: WorkDep, actor: ActorDep, installation: InstallationDep
) -> ApiKeyMade:
    """Makes a key with some of what you may do yourself. Its secret is in this answer and nowhere else.

    An answer that is repeated for its Idempotency-Key has no secret any more.
    """
    longest = installation.settings.api_key_days
    if asked.days is not None and asked.days > longest:
        raise InvalidFacts([Problem("/days", f"A key works for {longest} days at the longest.", str(asked.days))])
    lasts = timedelta(days=asked.days or longest)
    permissions = frozenset(permission.value for permission in asked.permissions)
    made = make_key(work, KeyAsked(asked.name, permissions, lasts), {each.value for each in may_grant(actor.roles)})
    answer = ApiKeyMade(**_columns(work, made.id), key=made.text)
    keep_instead(request, answer.model_copy(update={"key": None}).model_dump_json())
    return answer


@router.post(
    "/{key_id}/revoke",
    operation_id="revoke_api_key",
    dependencies=[requires(Permission.MAKE_API_KEYS)],
    responses={
        **answered({"revoked": _REVOKED}),
        **described(404, "There is no such key"),
        **described(409, "The key was revoked before"),
    },
)
def post_revocation(
    key_id: Annotated[uuid.UUID, Path(examples=["0199c0de-7a11-7000-8000-000000000009"])], work: WorkDep
) -> ApiKey:
    """Ends a key at once: the next request with it is refused."""
    revoke_key(work, key_id)
    return ApiKey.model_construct(**_columns(work, key_id))


def _columns(work: Work, key_id: uuid.UUID) -> dict[str, Any]:
    row = api_keys.one_api_key(work.session, key_id)
    assert row is not None
    return dict(row._asdict())
