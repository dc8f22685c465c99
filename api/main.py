"""The HTTP door: one application, made from an installation."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from api import (
    audit_cycles,
    audit_years,
    audits,
    caseload_imports,
    docs_pages,
    draws,
    jobs,
    me,
    metrics,
    notices,
    operations,
    people,
    policy,
    post_holders,
    posts,
    rules_audit_years,
    rules_draws,
    rules_working_days,
    services,
    sign_in,
    tasks,
    teams,
)
from api.body_limits import BodyLimits
from api.envelope import Envelope
from api.errors import add_error_handlers
    trail,
from api.installation import Installation
from api.loopback_names import LoopbackNamesOnly
from api.openapi import describe_with
from clock import Clock
from db.session import SPARE_CONNECTIONS, reading
from integrations.wiring import extract_reader
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings

# Alphabetical: one line a noun.
ROUTERS = (
    audit_cycles.router,
    audit_years.router,
    audits.router,
    caseload_imports.router,
    docs_pages.router,
    draws.router,
    jobs.router,
    me.router,
    metrics.router,
    notices.router,
    operations.router,
    people.router,
    policy.router,
    post_holders.router,
    posts.router,
    rules_audit_years.router,
    rules_draws.router,
    rules_working_days.router,
    services.router,
    sign_in.router,
    tasks.router,
    teams.router,
)


def create_app(
    settings: Settings, clock: Clock, sessions: sessionmaker[Session], policy: Policy, *, token: str | None = None
) -> FastAPI:
    """The application of one installation. `token` is the local administrator's, in local mode."""
    app = FastAPI(
        title="Practice Audit",
        version=operations.VERSION,
        docs_url=None,
    trail.router,
        redoc_url=None,
        lifespan=_threads_for_connections,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.installation = Installation(
        settings=settings,
        clock=clock,
        sessions=sessions,
        reading_sessions=reading(sessions),
        policy=policy,
        calendar=WorkingDayCalendar.of_policy(policy.calendar),
        read_extract=extract_reader(),
        token=token,
        at_once=CapacityLimiter(settings.database_pool_size),
    )
    app.state.measures = metrics.RequestMeasures()
    add_error_handlers(app)
    _add_layers(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    describe_with(app, ROUTERS)
    return app


def _add_layers(app: FastAPI, settings: Settings) -> None:
    """From the innermost to the outermost."""
    app.add_middleware(
        BodyLimits,
        mebibytes=settings.body_mebibytes,
        mebibytes_of={
            "/v1/caseload-imports": settings.extract_mebibytes,
            "/v1/rules/draw": rules_draws.MOST_MEBIBYTES,
        },
    )
    if settings.local_mode:
        app.add_middleware(LoopbackNamesOnly)
    app.add_middleware(Envelope, answered=app.state.measures.note)


@asynccontextmanager
async def _threads_for_connections(app: FastAPI) -> AsyncIterator[None]:
    """As many threads as connections: more would only queue for them, and make the slowest answers slower.

    Units of work never take the spare ones, so that readiness and the rules answer while all of those are busy.
    """
    units_of_work = app.state.installation.settings.database_pool_size
    to_thread.current_default_thread_limiter().total_tokens = units_of_work + SPARE_CONNECTIONS
    yield
