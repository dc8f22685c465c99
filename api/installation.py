"""What a door needs of the installation that it belongs to, handed to `create_app` and kept on the application."""

from collections.abc import Mapping
from dataclasses import dataclass

from anyio import CapacityLimiter
from sqlalchemy.orm import Session, sessionmaker
from starlette.requests import Request

from api.alert_sender import AlertSender
from api.app_roles import AppRole
from clock import Clock
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar
from settings import Settings
from usecases.extract_ports import AliasReader, ExtractReader, RowsReader
from usecases.first_use_rows import ListReader
from usecases.organisation_lists import OrganisationReader
from usecases.ports import Identities


@dataclass(frozen=True, slots=True)
class Installation:
    """One running service: what differs between two of them, and nothing that changes between two requests."""

    settings: Settings
    clock: Clock
    sessions: sessionmaker[Session]
    reading_sessions: sessionmaker[Session]
    policy: Policy
    calendar: WorkingDayCalendar
    read_extract: ExtractReader
    read_rows: RowsReader
    read_aliases: AliasReader
    read_list: ListReader
    read_organisation: OrganisationReader
    token: str | None  # the local administrator's, in local mode
    identities: Identities | None  # the council's identity provider, if there is one
    token_roles: Mapping[str, AppRole]  # what the roles that it gives mean here
    fetching_keys: CapacityLimiter  # of one: whoever waits for the provider's keys takes no thread from others
    alert_sender: AlertSender
    urgent: CapacityLimiter  # units of work that wait behind no others, on spare connections
    at_once: CapacityLimiter  # units of work under way; as many as there are connections


async def installation_asked(request: Request) -> Installation:
    """The same as a dependency; `async`, because one that is not would take a thread."""
    return installation_of(request)


def installation_of(request: Request) -> Installation:
    """The installation that this request reached."""
    installation = request.app.state.installation
    assert isinstance(installation, Installation)
    return installation
