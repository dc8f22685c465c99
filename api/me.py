"""`/v1/me`: who asks, and what they may do."""

from typing import Annotated

from pydantic import BaseModel, Field

from api.actors import ActorDep
from api.dependencies import requires
from api.examples import answered
from api.permissions import Permission
from api.routers import Router
from db.queries.reaches import Relation

router = Router("me", "/v1/me")


class MayDo(BaseModel):
    """One permission, and to what: `all`, or only what one stands in these relations to."""

    permission: Permission
    to: list[Relation]


class Me(BaseModel):
    """Whoever is signed in."""

    name: Annotated[str, Field(description="As the records keep it")]
    roles: list[str]
    may: list[MayDo]


_EXAMPLE = {
    "name": "local administrator",
    "roles": ["administrator"],
    "may": [{"permission": "audit_cycles:open", "to": ["all"]}],
}


@router.get(
    "",
    operation_id="who_am_i",
    dependencies=[requires(Permission.READ_OWN_ACCOUNT)],
    responses=answered({"in local mode": _EXAMPLE}),
)
def who_am_i(actor: ActorDep) -> Me:
    """Who is signed in, in which roles, and what these allow."""
    relations = {permission: sorted(actor.relations_of(permission)) for permission in Permission}
    may = [MayDo(permission=permission, to=to) for permission, to in relations.items() if to]
    return Me(name=actor.name, roles=sorted(actor.roles), may=may)
