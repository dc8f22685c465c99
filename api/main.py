"""The HTTP door: one application, made from an installation."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from anyio import CapacityLimiter, to_thread
from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker

from api import (
    caseload_rows,
    metrics,
    rules_draws,
)
from api.alert_sender import AlertSender
from api.app_roles import AppRole
from api.body_limits import BodyLimits
from api.connector_calls import with_what_is_offered
from api.envelope import Envelope
from api.errors import add_error_handlers
from api.every_router import ROUTERS
from api.host_names import HostNames, names_of
from api.installation import Installation
from api.openapi import describe_with
from api.token_roles import UnusableRoles, token_roles
from clock import Clock
from db.session import SPARE_CONNECTIONS, reading
from integrations.wiring import (
    alias_reader,
    connector_contract,
    extract_reader,
    identities_of,
    list_reader,
    mail_of,
    organisation_reader,
    rows_reader,
)
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings, SettingsError, listed
from usecases.letters import Letterhead
from usecases.outbox import deliver_alerts
from usecases.ports import Mail
from version import VERSION

# Safety alerts being raised at the same moment, of the spare connections; one more of these sends.
URGENT_AT_ONCE = 2


def create_app(
    settings: Settings, clock: Clock, sessions: sessionmaker[Session], policy: Policy, *, token: str | None = None
) -> FastAPI:
    """The application of one installation. `token` is the local administrator's, in local mode."""
    app = FastAPI(
        title="Practice Audit",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
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
        read_extract=extract_reader(settings),
        read_rows=rows_reader(settings),
        read_aliases=alias_reader(),
        read_list=list_reader(),
        read_organisation=organisation_reader(),
        token=token,
        identities=identities_of(settings, clock),
        token_roles=_token_roles(settings),
        fetching_keys=CapacityLimiter(1),
        alert_sender=_alert_sender(settings, clock, sessions, policy),
        urgent=CapacityLimiter(URGENT_AT_ONCE),
        at_once=CapacityLimiter(settings.database_pool_size),
    )
    app.state.measures = metrics.RequestMeasures()
    add_error_handlers(app)
    _add_layers(app, settings)
    for router in ROUTERS:
        app.include_router(router)
    describe_with(app, ROUTERS)
    return app


def described_for_connectors(app: FastAPI) -> dict[str, Any]:
    """The connector's contract, and which paths of this service a connector may call."""
    return with_what_is_offered(connector_contract(), app.openapi())


@dataclass(frozen=True, slots=True)
class _MeansOfSending:
    """What sending about safety alerts works with."""

    sessions: sessionmaker[Session]
    clock: Clock
    policy: Policy
    calendar: WorkingDayCalendar
    mail: Mail
    letterhead: Letterhead


def _alert_sender(settings: Settings, clock: Clock, sessions: sessionmaker[Session], policy: Policy) -> AlertSender:
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    letterhead = Letterhead(settings.mail_from, settings.address)
    means = _MeansOfSending(sessions, clock, policy, calendar, mail_of(settings), letterhead)
    return AlertSender(lambda: deliver_alerts(means))


def _token_roles(settings: Settings) -> Mapping[str, AppRole]:
    try:
        return token_roles(settings.oidc_roles)
    except UnusableRoles as why:
        raise SettingsError(str(why)) from why


def _add_layers(app: FastAPI, settings: Settings) -> None:
    """From the innermost to the outermost."""
    app.add_middleware(
        BodyLimits,
        mebibytes=settings.body_mebibytes,
        mebibytes_of={
            "/v1/caseload-imports": settings.extract_mebibytes,
            "/v1/caseload-imports/rows": caseload_rows.MOST_MEBIBYTES,
            "/v1/organisation-imports": settings.extract_mebibytes,
            "/v1/rules/draw": rules_draws.MOST_MEBIBYTES,
        },
    )
    names = names_of(settings.public_url, listed(settings.hosts or ""), local_mode=settings.local_mode)
    if names is not None:
        app.add_middleware(HostNames, names=names)
    is_https = (settings.public_url or "").startswith("https://")
    app.add_middleware(Envelope, answered=app.state.measures.note, is_https=is_https)


@asynccontextmanager
async def _threads_for_connections(app: FastAPI) -> AsyncIterator[None]:
    """As many threads as connections: more would only queue for them, and make the slowest answers slower.

    Units of work never take the spare ones, so that readiness and the rules answer while all of those are busy.
    """
    units_of_work = app.state.installation.settings.database_pool_size
    to_thread.current_default_thread_limiter().total_tokens = units_of_work + SPARE_CONNECTIONS
    yield
    app.state.installation.alert_sender.stop()
