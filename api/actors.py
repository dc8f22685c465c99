"""Who asks: the bearer of a token or of an API key, or a browser signed in by a one-time link (DESIGN §7)."""

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.app_roles import AppRole
from api.bearers import Actor, bearer_of_key, bearer_of_token, unrecognised
from api.installation import Installation, installation_of
from api.problems import RequestRefused
from usecases.api_keys import PREFIX
from usecases.sign_in import LOCAL_ADMINISTRATOR, who_is_signed_in

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


_ADMINISTRATOR = Actor(LOCAL_ADMINISTRATOR, frozenset({AppRole.ADMINISTRATOR}))


def cookie_name(request: Request) -> str:
    """Browsers send a host's cookies to every port of it, and two installations may run on one machine."""
    return f"practice_audit_{request.url.port or 'session'}"


async def whoever_asks(request: Request) -> Actor:
    """The actor of this request, found once. Refuses with 401 when nobody is recognised."""
    known = getattr(request.state, "actor", None)
    if isinstance(known, Actor):
        return known
    actor = request.state.actor = await _recognised(request, installation_of(request))
    request.scope["actor"] = actor.name
    return actor


async def _recognised(request: Request, installation: Installation) -> Actor:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        return await _bearer(request, installation, authorization)
    cookie = request.cookies.get(cookie_name(request))
    if cookie is None or not installation.settings.local_mode:
        raise unrecognised("Nobody is signed in: send `Authorization: Bearer …` with a token or an API key.")
    _refuse_other_origins(request)
    return await run_in_threadpool(_signed_in, installation, cookie)


async def _bearer(request: Request, installation: Installation, authorization: str) -> Actor:
    kind, _, given = authorization.partition(" ")
    token = given.strip()
    if kind.lower() != "bearer" or not token:
        raise unrecognised("The Authorization header is not of the form `Bearer <token>`: send the token that way.")
    if token.startswith(PREFIX):
        return await run_in_threadpool(bearer_of_key, request, installation, token)
    known = installation.token
    if known is not None and hmac.compare_digest(token.encode(), known.encode()):
        return _ADMINISTRATOR
    if installation.identities is not None:
        return await bearer_of_token(installation, installation.identities, token)
    raise unrecognised("The token is not known here: send an API key, or in local mode the token of the token file.")


def _signed_in(installation: Installation, cookie: str) -> Actor:
    with installation.sessions() as session:
        actor = who_is_signed_in(session, cookie, installation.clock.now())
    if actor is None:
        raise unrecognised("This browser is no longer signed in: open a new sign-in link.")
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


ActorDep = Annotated[Actor, Depends(whoever_asks)]
