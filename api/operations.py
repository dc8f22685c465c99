"""Whether the service lives and is ready, and which version it is. No details for strangers."""

from datetime import timedelta
from functools import cache
from http import HTTPStatus
from typing import Literal

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.dependencies import InstallationDep, open_to_anyone
from api.examples import answered
from api.installation import Installation
from api.routers import Router
from db.queries.jobs import last_heartbeat
from db.schema import newest_revision, present_revision
from version import VERSION

HEARTBEAT_SILENT_AFTER = timedelta(minutes=3)

router = Router("operations")
_newest_revision = cache(newest_revision)  # reading the migrations takes longer than asking the database
Part = Literal["ok", "away", "behind", "silent"]


class Alive(BaseModel):
    """The process answers."""

    state: Literal["alive"] = "alive"


class Ready(BaseModel):
    """Each part that requests depend on."""

    state: Literal["ready", "not_ready"]
    database: Part
    migrations: Part
    scheduler: Part


class Version(BaseModel):
    """Which release this is, and the edition of the framework that it works by."""

    version: str
    edition: str
    edition_version: str


@router.get(
    "/healthz",
    operation_id="is_alive",
    dependencies=[open_to_anyone()],
    responses=answered({"alive": {"state": "alive"}}),
)
async def is_alive() -> Alive:
    """Whether the process answers. Says nothing about the database: see /readyz."""
    return Alive()


_READY = {"state": "ready", "database": "ok", "migrations": "ok", "scheduler": "ok"}
_AWAY = {"state": "not_ready", "database": "away", "migrations": "away", "scheduler": "away"}


@router.get(
    "/readyz",
    operation_id="is_ready",
    dependencies=[open_to_anyone()],
    responses={
        **answered({"ready": _READY}),
        503: {
            "model": Ready,
            "description": "Not ready: a part is away, behind or silent",
            "content": {"application/json": {"examples": {"no database": {"value": _AWAY}}}},
        },
    },
)
def is_ready(installation: InstallationDep, response: Response) -> Ready:
    """Whether requests can be served: database reached, every migration run, scheduler heard of lately."""
    found = _readiness(installation)
    if found.state != "ready":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return found


@router.get(
    "/version",
    operation_id="tell_version",
    dependencies=[open_to_anyone()],
    responses=answered({"this one": {"version": VERSION, "edition": "waltham_forest_2023", "edition_version": "1"}}),
)
def tell_version(installation: InstallationDep) -> Version:
    """Which release this is, and the edition of the framework that it works by."""
    edition = installation.policy.edition
    return Version(version=VERSION, edition=edition.id, edition_version=edition.version)


def _readiness(installation: Installation) -> Ready:
    try:
        with installation.sessions() as session:
            migrated = present_revision(session.connection()) == _newest_revision()
            heard_at = last_heartbeat(session) if migrated else None
    except (DBAPIError, PoolTimeout):
        return Ready(state="not_ready", database="away", migrations="away", scheduler="away")
    silent = heard_at is None or installation.clock.now() - heard_at > HEARTBEAT_SILENT_AFTER
    return Ready(
        state="ready" if migrated and not silent else "not_ready",
        database="ok",
        migrations="ok" if migrated else "behind",
        scheduler="silent" if silent else "ok",
    )
