"""`/v1/me`: who asks, and what they may do."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.actors import ActorDep
from api.dependencies import requires
from api.examples import answered
from api.permissions import Permission, Scope
from api.routers import Router

router = Router("me", "/v1/me")


class MayDo(BaseModel):
    """One permission, and how far it reaches."""

    permission: Permission
    scope: Scope


class Me(BaseModel):
    """Whoever is signed in."""

    name: Annotated[str, Field(description="As the records keep it")]
    roles: list[str]
    may: list[MayDo]


_EXAMPLE = {
    "name": "local administrator",
    "roles": ["administrator"],
    "may": [{"permission": "audit_cycles:open", "scope": "all"}],
}


@router.get(
    "",
    operation_id="who_am_i",
    dependencies=[requires(Permission.READ_OWN_ACCOUNT)],
    responses=answered({"in local mode": _EXAMPLE}),
)
def who_am_i(actor: ActorDep) -> Me:
    """Who is signed in, in which roles, and what these allow."""
    reach = {permission: actor.reach_of(permission) for permission in Permission}
    may = [MayDo(permission=permission, scope=scope) for permission, scope in reach.items() if scope is not None]
    return Me(name=actor.name, roles=sorted(actor.roles), may=may)
