"""The same POST twice has one effect and one answer, when it carries the same Idempotency-Key (DESIGN §6).

The key is claimed by the unit of work before the route runs, and the answer is saved in the same transaction as the
effect, so that there is never one without the other. A second request with the key waits for the first a while; one
that is refused leaves no key behind, because it had no effect.
"""

import hashlib
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from inspect import iscoroutinefunction
from typing import Any, Protocol, runtime_checkable

from fastapi.routing import APIRoute
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.installation import installation_of
from api.problems import RequestRefused
from db.queries import access
from usecases.work import Work

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Claim:
    """A key that this request holds until its transaction ends."""

    session: Session
    request: access.KeyedRequest


@runtime_checkable
class Doorkeeper(Protocol):
    """What a route asks of whoever calls it, and can be asked before the body is read."""

    async def admit(self, request: Request) -> None: ...


class AnsweredBefore(Exception):
    """The request had its effect already; this is what it was answered."""

    def __init__(self, kept: access.KeptAnswer) -> None:
        super().__init__("answered before")
        self.kept = kept


class AnswerOnce(APIRoute):
    """A route that saves its answer with its effect when the request claimed a key.

    It takes one thread a request: FastAPI would take another to check the answer of a plain function. And it asks who
    calls before it reads what they send: FastAPI by itself would first take in whatever a stranger uploads.
    """

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint if iscoroutinefunction(endpoint) else _in_a_thread(endpoint), **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle: Callable[[Request], Awaitable[Response]] = super().get_route_handler()

        async def handle_and_keep(request: Request) -> Response:
            if self.body_field is not None:
                for doorkeeper in self._doorkeepers():
                    await doorkeeper.admit(request)
            response = await handle(request)
            claim: Claim | None = getattr(request.state, "claim", None)
            if claim is not None:
                kept: bytes = getattr(request.state, "kept_instead", None) or bytes(response.body)
                await run_in_threadpool(_keep, claim, response, kept)
            return response

        return handle_and_keep

    def _doorkeepers(self) -> Iterator[Doorkeeper]:
        asked: Iterator[object] = (depends.dependency for depends in self.dependencies)
        return (dependency for dependency in asked if isinstance(dependency, Doorkeeper))


def _in_a_thread(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(endpoint)
    async def run(*args: Any, **facts: Any) -> Any:
        return await run_in_threadpool(endpoint, *args, **facts)

    return run


async def answer_kept_for(request: Request, work: Work) -> None:
    """Claims the key of a POST that carries one. Raises AnsweredBefore if it had its effect already."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST":
        return
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise RequestRefused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unusable_idempotency_key",
            f"The {HEADER} has {len(key)} characters: give 1 to {LONGEST_KEY} printable ASCII characters, "
            "for instance a UUID.",
        )
    asked = access.KeyedRequest(work.actor, key, await _digest_of(request), work.now)
    settings = installation_of(request).settings
    kept = await run_in_threadpool(
        access.claim_key,
        work.session,
        asked,
        forgotten_before=work.now - timedelta(days=settings.idempotency_days),
        wait_seconds=settings.idempotency_wait_seconds,
    )
    if kept is not None:
        raise _answer_or_refusal(asked, kept)
    request.state.claim = Claim(work.session, asked)


def replayed(kept: access.KeptAnswer) -> Response:
    """The answer that was given, once more."""
    headers = {"Idempotency-Replayed": "true"}
    if kept.location is not None:
        headers["Location"] = kept.location
    return Response(kept.body, kept.code, headers=headers, media_type="application/json" if kept.body else None)


def _answer_or_refusal(asked: access.KeyedRequest, kept: access.KeptAnswer) -> Exception:
    if kept.request_sha256 == asked.sha256:
        return AnsweredBefore(kept)
    return RequestRefused(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "idempotency_key_used_otherwise",
        f"The {HEADER} {asked.key[:60]!r} came with another request before (other path or other body): "
        "take a new key for a new request, or send the same one to hear its answer again.",
    )


def keep_instead(request: Request, body: str) -> None:
    """Has this kept in place of the answer, which holds a secret that nobody may read a second time."""
    request.state.kept_instead = body.encode()


def _keep(claim: Claim, response: Response, kept: bytes) -> None:
    asked = claim.request
    location = response.headers.get("location")
    answer = access.KeptAnswer(asked.sha256, response.status_code, location, kept)
    access.keep_answer(claim.session, asked.actor, asked.key, answer)


async def _digest_of(request: Request) -> str:
    digest = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}\n".encode())
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        await _add_form(request, digest.update)
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _add_form(request: Request, update: Callable[[bytes], None]) -> None:
    """A form by its parts: the boundary between them is another one each time it is sent."""
    for name, value in (await request.form()).multi_items():
        update(f"{name}\n".encode())
        if isinstance(value, UploadFile):
            update(f"{value.filename}\n".encode())
            while piece := await value.read(1 << 20):
                update(piece)
            await value.seek(0)
        else:
            update(value.encode())
