"""Signing in a browser on this machine by the one-time link that the start prints (DESIGN §7, local mode)."""

import html
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.actors import cookie_name
from api.dependencies import InstallationDep, StrangersWorkDep, WorkDep, open_to_anyone, requires
from api.permissions import Permission
from api.problems import problem
from api.routers import Router, described
from usecases.errors import NotAllowedNow, NotFound
from usecases.sign_in import sign_in, sign_out

AFTER_SIGN_IN = "/docs"

router = Router("sign-in")


@router.get(
    "/sign-in",
    operation_id="sign_in",
    dependencies=[open_to_anyone()],
    status_code=HTTPStatus.SEE_OTHER,
    response_class=Response,
    responses={
        303: {"description": f"Signed in by a cookie; read on at {AFTER_SIGN_IN}"},
        **described(403, "The link was used before, has expired, or is not from this installation"),
        **described(404, "There are no links outside of local mode"),
    },
)
def sign_in_by_link(
    code: Annotated[str, Query(min_length=1, max_length=200, examples=["the-code-of-the-link"])],
    request: Request,
    installation: InstallationDep,
    work: StrangersWorkDep,
) -> Response:
    """Exchange the code of a one-time link for a session cookie, once."""
    if not installation.settings.local_mode:
        raise NotFound("There are no sign-in links here: sign in at your council's identity provider.")
    lasts_for = timedelta(hours=installation.settings.session_hours)
    try:
        cookie = sign_in(work, code, lasts_for)
    except NotAllowedNow as refusal:
        return _no_such_link(request, refusal.sentence)
    answer = RedirectResponse(AFTER_SIGN_IN, HTTPStatus.SEE_OTHER)
    answer.set_cookie(
        cookie_name(request),
        cookie,
        max_age=int(lasts_for.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post(
    "/sign-out",
    operation_id="sign_out",
    dependencies=[requires(Permission.READ_OWN_ACCOUNT)],
    status_code=HTTPStatus.NO_CONTENT,
    response_class=Response,
)
def sign_out_browser(request: Request, work: WorkDep) -> Response:
    """End the session of this browser. A bearer token has none and stays as it is."""
    name = cookie_name(request)
    sign_out(work, request.cookies.get(name, ""))
    answer = Response(status_code=HTTPStatus.NO_CONTENT)
    answer.delete_cookie(name, httponly=True, samesite="lax")
    return answer


def _no_such_link(request: Request, sentence: str) -> Response:
    """A page for a person who followed an old link, problem details for a program."""
    if "text/html" not in request.headers.get("accept", ""):
        return problem(request, HTTPStatus.FORBIDDEN, "unusable_sign_in_link", sentence)
    page = f"<!doctype html><html lang=en><title>Not signed in</title><h1>Not signed in</h1><p>{html.escape(sentence)}"
    return HTMLResponse(page, HTTPStatus.FORBIDDEN)
