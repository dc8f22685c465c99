"""Whether the service lives, is ready, and which version it is."""

from pydantic import BaseModel

from api.dependencies import open_to_anyone
from api.routers import Router

router = Router("operations")


class Alive(BaseModel):
    """The process answers."""

    state: str = "alive"


@router.get("/healthz", operation_id="is_alive", dependencies=[open_to_anyone()])
async def is_alive() -> Alive:
    """Whether the process answers. Says nothing about the database: see /readyz."""
    return Alive()
