"""Changing what somebody else may have changed meanwhile: `ETag` on reading, `If-Match` on writing (DESIGN §6)."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated

from fastapi import Header
from starlette.responses import Response

from api.problems import RequestRefused
from usecases.errors import AlreadyDifferent

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The ETag that was read; left out only for what is not there yet"),
]


def tag(response: Response, version: int) -> None:
    """Says which version was answered."""
    response.headers["ETag"] = f'"{version}"'


def version_in(if_match: str | None) -> int | None:
    """The version that an If-Match header names; None without one. Refuses with 412 what is no tag of ours."""
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isascii() or not text.isdigit():
        raise RequestRefused(
            HTTPStatus.PRECONDITION_FAILED, "stale", f"{if_match!r:.40} is no ETag of ours: read again, then save."
        )
    return int(text)


def refuse_without_tag(what: str) -> RequestRefused:
    """The answer to a change of what is there already, without saying which version was read."""
    return RequestRefused(
        HTTPStatus.PRECONDITION_REQUIRED,
        "needs_if_match",
        f"{what} is there already: read it and send its ETag as If-Match, so that nobody's change is lost.",
    )


def stale(sentence: str) -> RequestRefused:
    """The answer to a change of a version that is no longer the newest."""
    return RequestRefused(HTTPStatus.PRECONDITION_FAILED, "stale", sentence)


@contextmanager
def version_read(if_match: str | None, what: str) -> Iterator[int]:
    """The version that the If-Match header names, to be changed within.

    Refuses with 428 without one, and with 412 what is no tag of ours, or a version that is no longer the newest.
    """
    version = version_in(if_match)
    if version is None:
        raise refuse_without_tag(what)
    try:
        yield version
    except AlreadyDifferent as changed:
        raise stale(changed.sentence) from changed
