"""Tokens for the connector by OAuth2 client credentials: fetched, kept, renewed, and never shown (C2)."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from integrations.case_system.connector import ConnectorAddress, ConnectorCaseSystem
from integrations.case_system.connector_tokens import ClientCredentials, TokenEndpoint
from integrations.wiring import connector_tls, why_no_case_system
from settings import Settings
from tests.case_systems import Means, SetClock, commands, owe_many, states
from tests.connectors import RunningConnector, running_connector
from usecases.case_system_ports import CaseSystemUnreachable
from usecases.case_system_runs import serve_case_system

CLIENT, SECRET = "practice audit", "s3cret:+/"
AUTHORIZATION = "Basic " + b64encode(b"practice+audit:s3cret%3A%2B%2F").decode()
TLS = connector_tls(None)


@dataclass
class Served:
    """A connector that takes only tokens of its own endpoint."""

    connector: RunningConnector
    clock: SetClock = field(default_factory=SetClock)
    secret: str = SECRET

    def gives(self, **told: Any) -> None:
        self.connector.tell(tokens={"authorization": AUTHORIZATION, **told})

    def system(self) -> ConnectorCaseSystem:
        url = f"{self.connector.url}/token"
        endpoint = TokenEndpoint(url, CLIENT, self.secret, "api://connector/.default", 0.3, TLS)
        tokens = ClientCredentials(endpoint, self.clock)
        return ConnectorCaseSystem(ConnectorAddress(f"{self.connector.url}/audit", None, 0.3, TLS, tokens), self.clock)

    def fetched(self) -> int:
        return sum(line.startswith("TOKEN") for line in self.connector.seen())


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConnector]:
    with running_connector(tmp_path_factory.mktemp("connector") / "made") as connector:
        yield connector


@pytest.fixture
def served(connector: RunningConnector) -> Served:
    connector.tell(key="nobody has this one")
    served = Served(connector)
    served.gives()
    return served


@pytest.mark.proves("C2")
def test_a_token_is_asked_for_by_the_standard_and_kept_until_shortly_before_its_end(served: Served) -> None:
    before, system = served.fetched(), served.system()

    for minutes in (0, 30, 28):  # a minute before the hour is over it is still good
        served.clock.wait(minutes=minutes)
        system.capabilities()
    assert served.fetched() - before == 1
    served.clock.wait(minutes=1)
    system.capabilities()

    assert served.fetched() - before == 2
    assert served.connector.seen()[-1] == "TOKEN grant_type=client_credentials&scope=api%3A%2F%2Fconnector%2F.default"


@pytest.mark.proves("C2")
def test_a_token_that_the_connector_refuses_is_renewed_once(served: Served) -> None:
    before, system = served.fetched(), served.system()
    system.capabilities()
    served.connector.tell(key="another")
    system.capabilities()
    assert served.fetched() - before == 2

    served.gives(spoilt=True)
    served.connector.tell(key="another")
    with pytest.raises(CaseSystemUnreachable, match="does not let us in"):
        system.receipt_of("any")
    assert served.fetched() - before == 3


NO_TOKEN: list[tuple[str, str]] = [
    ("500", "it answered 500 (oops)"),
    ("503", "it answered 503."),
    ("refused", "it answered 400 (invalid_scope)"),
    ("no token", "answered 200 without a bearer token"),
    ("another kind", "answered 200 without a bearer token"),
    ("two lines", "answered 200 without a bearer token"),
    ("page", "answered 200 without a bearer token"),
    ("endless", "answered 200 without a bearer token"),
    ("redirect", "it answered 302"),
    ("slow", "no answer came in time"),
]


@pytest.mark.proves("C2")
@pytest.mark.parametrize(("trouble", "said"), NO_TOKEN)
def test_without_a_token_nothing_is_sent_and_the_sentence_says_why(served: Served, trouble: str, said: str) -> None:
    served.gives(trouble=trouble)
    with pytest.raises(CaseSystemUnreachable) as why:
        served.system().receipt_of(f"never-asked-{trouble}")

    assert said in str(why.value)
    assert str(why.value).endswith("Nothing was sent to the connector.")
    assert why.value.wait == (timedelta(minutes=1) if trouble == "503" else None)
    assert f"GET never-asked-{trouble}" not in served.connector.seen()


@pytest.mark.proves("C2")
def test_a_token_endpoint_that_is_away_costs_time_alone_and_leaves_nothing_uncertain(
    served: Served, sessions: sessionmaker[Session]
) -> None:
    owe_many(sessions, 1)
    system = served.system()
    means = Means(sessions, system, served.clock)
    system.capabilities()  # so that the next refusal comes when a command is sent
    served.gives(trouble="500")
    served.connector.tell(key="another")
    served.clock.wait(seconds=1)
    serve_case_system(means)
    waits = commands(sessions)[0]
    assert (waits.state, waits.may_have_arrived) == ("pending", False)
    assert waits.last_error is not None
    assert waits.last_error.startswith("The token endpoint gives no token")

    served.gives()
    for _ in range(3):
        served.clock.wait(hours=1)
        serve_case_system(means)

    assert states(sessions) == {"done": 2}
    assert len(served.connector.made()) == len(set(served.connector.made()))


def test_neither_secret_nor_token_is_shown_anywhere(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    served.secret = "wr0ng"
    with pytest.raises(CaseSystemUnreachable, match=r"answered 401 \(invalid_client\)") as why:
        served.system().capabilities()
    served.secret = SECRET
    served.gives(token="t0ken")
    system = served.system()
    system.capabilities()

    shown = f"{why.value!r} {why.value.__cause__!r} {vars(system)!r} {vars(system._address.tokens)!r} {caplog.text}"
    for secret in ("wr0ng", SECRET, "s3cret", "t0ken", AUTHORIZATION):
        assert secret not in shown


def test_doctor_says_what_the_token_endpoint_says(served: Served) -> None:
    settings = Settings(
        case_system="push",
        case_system_url=f"{served.connector.url}/audit",
        case_system_token_url=f"{served.connector.url}/token",
        case_system_client_id=CLIENT,
        case_system_client_secret=SECRET,
    )
    assert why_no_case_system(settings, served.clock) is None
    served.gives(trouble="refused")
    assert "it answered 400 (invalid_scope)" in (why_no_case_system(settings, served.clock) or "")
