"""What routes are handed: who asks, whether they may, and the unit of work that is committed before the answer goes.

Nothing is decided here. The transaction begins with the first statement, ends before the answer is sent, and is
rolled back by whatever error there is; a POST with an Idempotency-Key has its answer saved in the same transaction.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access import roles_with
from api.actors import ActorDep, whoever_asks
from api.idempotency import answer_kept_for
from api.installation import Installation, installation_asked, installation_of
from api.permissions import Permission
from api.problems import RequestRefused
from db.queries.reaches import NOTHING, Reach
from rules.policy.ladder_shapes import roles_in_words
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class Requires:
    """Lets those pass whose roles have the permission.

    Who has it for their own audits, team or service alone is let in only where the route narrows what it shows to
    that, by `work.reach`: one that forgets to say so is closed to them.
    """

    permission: Permission
    is_narrowed: bool = False

    async def __call__(self, request: Request, actor: ActorDep) -> None:
        reach = actor.reach_of(self.permission)
        if not (reach.is_all or (self.is_narrowed and reach.relations)):
            raise RequestRefused(
                HTTPStatus.FORBIDDEN,
                "not_permitted",
                f"{actor.name} may not do this: it is for {self._whose()} to do, with the permission "
                f"{self.permission.value}{' for everything' if reach.relations else ''}. Ask one of them to do it; "
                "whoever is one of them asks the administrator for the role.",
            )
        request.state.reach = reach

    def _whose(self) -> str:
        return roles_in_words(roles_with(self.permission, is_narrowed=self.is_narrowed))

    async def admit(self, request: Request) -> None:
        """The same, for a route that asks before it reads what is sent."""
        await self(request, await whoever_asks(request))


class OpenToAnyone:
    """Says of a route that nobody need be signed in to use it."""

    async def __call__(self) -> None:
        return None


class OpenOnThisMachine:
    """Lets anyone pass in local mode, where nobody else is there; elsewhere whoever is recognised."""

    async def __call__(self, request: Request) -> None:
        if not installation_of(request).settings.local_mode:
            await whoever_asks(request)


def requires(permission: Permission, *, is_narrowed: bool = False) -> Any:
    """`dependencies=[requires(Permission.READ_AUDITS)]` on a route: 401 for strangers, 403 without the permission."""
    return Depends(Requires(permission, is_narrowed))


def open_to_anyone() -> Any:
    """`dependencies=[open_to_anyone()]` on the few routes that strangers may use."""
    return Depends(OpenToAnyone())


def open_on_this_machine() -> Any:
    """`dependencies=[open_on_this_machine()]` on the pages about the API itself: 401 for strangers elsewhere."""
    return Depends(OpenOnThisMachine())


@asynccontextmanager
async def _unit_of_work(request: Request, actor: str, *, is_urgent: bool = False) -> AsyncIterator[Work]:
    installation = installation_of(request)
    # No more at once than there are connections: one that waits for a thread to commit would keep its connection
    # from those that hold the threads. What is urgent has spare ones.
    async with installation.urgent if is_urgent else installation.at_once:
        session = installation.sessions()
        try:
            yield _work_with(request, session, actor)
            if session.in_transaction():
                await run_in_threadpool(session.commit)
        finally:
            await run_in_threadpool(session.close) if session.in_transaction() else session.close()


@asynccontextmanager
async def _question(request: Request, actor: str) -> AsyncIterator[Work]:
    installation = installation_of(request)
    async with installation.at_once:
        with installation.reading_sessions() as session:
            yield _work_with(request, session, actor)
            assert not session.new, "a GET changes nothing; what it adds would be lost"


def _work_with(request: Request, session: Session, actor: str) -> Work:
    installation = installation_of(request)
    return Work(
        session,
        installation.clock.now(),
        installation.calendar,
        installation.policy,
        actor,
        correlation_id=request.scope.get("correlation_id"),
        reach=_reach_of(request),
    )


async def _work(request: Request, actor: ActorDep) -> AsyncIterator[Work]:
    if request.method == "GET":
        async with _question(request, actor.name) as work:
            yield work
    else:
        async with _unit_of_work(request, actor.name) as work:
            await answer_kept_for(request, work)
            yield work


async def _urgent_work(request: Request, actor: ActorDep) -> AsyncIterator[Work]:
    async with _unit_of_work(request, actor.name, is_urgent=True) as work:
        await answer_kept_for(request, work)
        yield work


async def _work_on_record(request: Request, actor: ActorDep) -> AsyncIterator[Work]:
    async with _unit_of_work(request, actor.name) as work:
        yield work


def _reach_of(request: Request) -> Reach:
    """What `requires(...)` found; nothing where a route asks for no permission."""
    reach = getattr(request.state, "reach", NOTHING)
    assert isinstance(reach, Reach)
    return reach


async def _work_of_a_stranger(request: Request) -> AsyncIterator[Work]:
    async with _unit_of_work(request, "stranger") as work:
        yield work


# Committed before the answer is sent, rolled back on any error; a GET has nothing to commit. The connection is taken
# with the first statement.
WorkDep = Annotated[Work, Depends(_work, scope="function")]
# For what waits behind no other request, however many of those wait for each other (W7).
UrgentWorkDep = Annotated[Work, Depends(_urgent_work, scope="function")]
# For a GET of what may be read on record only (C4): the entry in the trail is committed before the answer is sent.
WorkOnRecordDep = Annotated[Work, Depends(_work_on_record, scope="function")]
StrangersWorkDep = Annotated[Work, Depends(_work_of_a_stranger, scope="function")]
InstallationDep = Annotated[Installation, Depends(installation_asked)]
