"""Routes for every application of the tests: what each takes is worked out at the first request, which takes long.

So does what is told of them all in the OpenAPI document, a second for each application.
"""

from functools import cache

from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from api.main import create_app
from clock import Clock
from rules.policy.load import load_edition
from settings import Settings


@cache
def worked_out() -> FastAPI:
    """The application whose routes are lent; nobody asks it anything."""
    return create_app(Settings(local_mode=True), Clock(), sessionmaker[Session](), load_edition(), token="nobody's")


def with_lent_routes(app: FastAPI) -> FastAPI:
    """The application with those routes, which know it only by each request; overrides are where they look for them."""
    app.router.routes[:] = worked_out().router.routes
    app.dependency_overrides = worked_out().dependency_overrides
    app.openapi = worked_out().openapi  # type: ignore[method-assign]  # the same, for it tells of the routes alone
    return app
