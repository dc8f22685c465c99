"""An installation whose people sign in through an identity provider; shared by the tests of access."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from api.main import create_app
from clock import Clock
from db.tables.access import Account
from rules.policy.load import load_edition
from settings import Settings
from tests.api.lent_routes import with_lent_routes
from tests.integrations.pretend_provider import AUDIENCE, TENANT, PretendProvider, signed
from tests.small_council import SmallCouncil

PUBLIC = "https://audit.council.example"


def settings_of(provider: PretendProvider, data: Path, **others: Any) -> Settings:
    facts = {
        "local_mode": False,
        "data": data,
        "public_url": PUBLIC,
        "oidc_issuer": provider.issuer,
        "oidc_audience": AUDIENCE,
        "oidc_tenant": TENANT,
        **others,
    }
    return Settings(**{name: value for name, value in facts.items() if value is not None})


def app_of(settings: Settings, clock: Clock, sessions: sessionmaker[Session]) -> FastAPI:
    return with_lent_routes(create_app(settings, clock, sessions, load_edition()))


@contextmanager
def asking(app: FastAPI, token: str | None = None) -> Iterator[TestClient]:
    """Somebody who asks with this token."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with TestClient(app, base_url=PUBLIC, headers=headers, raise_server_exceptions=False) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def token_for(provider: PretendProvider, clock: Clock, oid: str, *roles: str, **claims: Any) -> str:
    """The token of the person with this id at the provider, in these app roles."""
    return signed(provider.claims(clock.now().timestamp(), oid=oid, roles=list(roles), **claims))


def link(council: SmallCouncil, provider: PretendProvider, oid: str, person: str) -> None:
    """The account of that id is that person's."""
    council.session.add(
        Account(
            issuer=provider.issuer,
            subject=f"{TENANT}/{oid}",
            kind="person",
            person_id=council.person_id(person),
            linked_at=datetime(2026, 9, 1, tzinfo=UTC),
            linked_by="a test",
        )
    )
    council.session.flush()
