"""Who asks: the bearer of a token, or a browser that was signed in by a one-time link (DESIGN §7)."""

import hmac
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.installation import Installation, installation_of
from api.permissions import AppRole, Permission, Relations, relations_of
from api.problems import RequestRefused
from db.queries.reaches import EVERYTHING, NOBODY, Reach, Standing
from usecases.sign_in import LOCAL_ADMINISTRATOR, who_is_signed_in

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who was recognised, by the name that the records keep, with what they are on the day.

    A machine with an API key has no roles but what its key grants, and that to everything.
    """

    name: str
    roles: frozenset[AppRole]
    granted: frozenset[Permission] = frozenset()
    standing: Standing = NOBODY

    def relations_of(self, permission: Permission) -> Relations:
        """To what they may do it; empty for not at all."""
        if permission in self.granted:
            return EVERYTHING.relations
        return relations_of(self.roles, permission)

    def reach_of(self, permission: Permission) -> Reach:
        """What their permission reaches, for use cases and queries to narrow by."""
        return Reach(self.relations_of(permission), self.standing)


_ADMINISTRATOR = Actor(LOCAL_ADMINISTRATOR, frozenset({AppRole.ADMINISTRATOR}))


def cookie_name(request: Request) -> str:
    """Browsers send a host's cookies to every port of it, and two installations may run on one machine."""
    return f"practice_audit_{request.url.port or 'session'}"


async def whoever_asks(request: Request) -> Actor:
    """The actor of this request. Refuses with 401 when nobody is recognised."""
    actor = await _recognised(request, installation_of(request))
    request.scope["actor"] = actor.name
    return actor


async def _recognised(request: Request, installation: Installation) -> Actor:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return _bearer(installation, authorization)
    cookie = request.cookies.get(cookie_name(request))
    if cookie is None:
        raise _unrecognised("Nobody is signed in: send `Authorization: Bearer …`, or open a sign-in link.")
    _refuse_other_origins(request)
    return await run_in_threadpool(_signed_in, installation, cookie)


def _bearer(installation: Installation, authorization: str) -> Actor:
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise _unrecognised("The Authorization header is not of the form `Bearer <token>`: send the token that way.")
    known = installation.token
    if known is None or not hmac.compare_digest(token.strip().encode(), known.encode()):
        raise _unrecognised("The token is not known here: use the one in the token file of this installation.")
    return _ADMINISTRATOR


def _signed_in(installation: Installation, cookie: str) -> Actor:
    with installation.sessions() as session:
        actor = who_is_signed_in(session, cookie, installation.clock.now())
    if actor is None:
        raise _unrecognised("This browser is no longer signed in: open a new sign-in link.")
    return _ADMINISTRATOR if actor == LOCAL_ADMINISTRATOR else Actor(actor, frozenset())


def _refuse_other_origins(request: Request) -> None:
    """A cookie travels with requests that other sites cause; what changes something must come from our own pages."""
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    ours = f"{request.url.scheme}://{request.url.netloc}"
    if origin != ours or site not in (None, "same-origin"):
        raise RequestRefused(
            HTTPStatus.FORBIDDEN,
            "other_origin",
            "A signed-in browser may change things from this service's own pages only: "
            "send the request from there, or with a bearer token instead of the cookie.",
        )


def _unrecognised(sentence: str) -> RequestRefused:
    return RequestRefused(
        HTTPStatus.UNAUTHORIZED,
        "not_signed_in",
        sentence,
        headers={"WWW-Authenticate": 'Bearer realm="practice-audit"'},
    )


ActorDep = Annotated[Actor, Depends(whoever_asks)]
