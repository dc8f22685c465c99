"""The provider's keys: fetched when needed, kept when it is away, and never waited for by those who need them not."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.identity.oidc import OidcIdentities, TokensExpected
from integrations.identity.provider import MOST_BYTES
from tests.integrations.pretend_provider import (
    AUDIENCE,
    TENANT,
    PretendProvider,
    ec_key,
    pretend_provider,
    rsa_key,
    signed,
)
from usecases.ports import ProviderAway, TokenRefused


class HeldClock:
    def __init__(self) -> None:
        self.at = datetime(2026, 10, 1, 9, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def wait(self, **length: float) -> None:
        self.at += timedelta(**length)


@pytest.fixture
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        yield provider


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


@pytest.fixture
def identities(provider: PretendProvider, clock: HeldClock) -> OidcIdentities:
    expected = TokensExpected(provider.issuer, AUDIENCE, frozenset({"RS256", "ES256"}), TENANT)
    return OidcIdentities(expected, None, clock)


def ask(identities: OidcIdentities, clock: HeldClock, token: str) -> str:
    """As the door does it."""
    if identities.lacks_key_of(token):
        identities.fetch_key_of(token)
    return identities.identity_in(token, clock.now()).subject


def token(provider: PretendProvider, clock: HeldClock, key: Any = None, **others: Any) -> str:
    return signed(provider.claims(clock.now().timestamp(), **others), key)


def test_keys_are_fetched_once_for_many_tokens(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    for person in ("ada", "ben", "cem"):
        assert ask(identities, clock, token(provider, clock, oid=person)) == f"{TENANT}/{person}"

    assert provider.asked == ["/tenant/.well-known/openid-configuration", "/tenant/keys"]


def test_a_new_key_is_found_and_a_withdrawn_one_no_longer_good(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    old = token(provider, clock)
    ask(identities, clock, old)
    provider.keys = [rsa_key("second").as_dict(private=False)]
    clock.wait(seconds=61)

    assert ask(identities, clock, token(provider, clock, rsa_key("second"))) == f"{TENANT}/ada"
    with pytest.raises(TokenRefused, match="does not publish"):
        ask(identities, clock, old)


def test_an_unknown_key_is_asked_for_once_a_minute_whoever_names_it(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    ask(identities, clock, token(provider, clock))
    provider.asked.clear()
    for second in range(120):
        for kid in ("x", f"guess-{second}"):
            with pytest.raises(TokenRefused):
                ask(identities, clock, signed(provider.claims(clock.now().timestamp()), kid=kid))
        clock.wait(seconds=1)

    assert provider.asked.count("/tenant/keys") == 1


def test_what_is_refused_by_its_form_asks_nobody(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    for text in ("garbage", "a.b.c", signed(provider.claims(0), kid=...), "x" * 20_000):
        with pytest.raises(TokenRefused):
            ask(identities, clock, text)

    assert provider.asked == []


def test_known_keys_go_on_serving_while_the_provider_is_away(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    ask(identities, clock, token(provider, clock))
    provider.is_away = True
    clock.wait(days=1)

    with pytest.raises(TokenRefused):
        ask(identities, clock, token(provider, clock, rsa_key("second")))
    assert ask(identities, clock, token(provider, clock)) == f"{TENANT}/ada"


def test_without_any_key_the_provider_is_away_and_asked_again_after_five_seconds(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    provider.is_away = True
    for _ in range(3):
        with pytest.raises(ProviderAway):
            ask(identities, clock, token(provider, clock))
    assert len(provider.asked) == 1

    provider.is_away = False
    clock.wait(seconds=5)
    assert ask(identities, clock, token(provider, clock)) == f"{TENANT}/ada"


def test_a_slow_provider_keeps_nobody_waiting_whose_key_is_known(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    ask(identities, clock, token(provider, clock))
    clock.wait(seconds=61)
    provider.answers.clear()
    unknown = signed(provider.claims(clock.now().timestamp()), kid="unknown")
    waiting = threading.Thread(target=identities.fetch_key_of, args=(unknown,))
    waiting.start()
    while len(provider.asked) < 3:
        pass

    assert ask(identities, clock, token(provider, clock)) == f"{TENANT}/ada"
    assert identities.lacks_key_of(unknown), "it may be in what is on its way"
    provider.answers.set()
    identities.fetch_key_of(unknown)
    waiting.join()
    assert provider.asked.count("/tenant/keys") == 2, "whoever waited asked again"


def test_keys_are_renewed_once_an_hour_beside_the_requests(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    ask(identities, clock, token(provider, clock))
    provider.keys = [rsa_key("second").as_dict(private=False)]
    old = token(provider, clock, exp=clock.now().timestamp() + 9_000)
    clock.wait(minutes=61)
    assert ask(identities, clock, old) == f"{TENANT}/ada"
    for running in threading.enumerate():
        if running.name == "fetch signing keys":
            running.join()

    with pytest.raises(TokenRefused, match="does not publish"):
        ask(identities, clock, old)


ODD_KEYS: list[Any] = [
    "no object",
    {"kty": "RSA"},
    {"kty": "oct", "kid": "first", "k": "c2VjcmV0"},
    {"kty": "RSA", "kid": "first", "n": "AQAB", "e": "AQAB"},
    {"kty": "EC", "kid": "first", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "XX", "kid": "first"},
    {**rsa_key("first").as_dict(private=False), "use": "enc"},
    {**rsa_key("first").as_dict(private=False), "kid": 1},
    {**rsa_key("short", 1024).as_dict(private=False), "kid": "first"},
]


@pytest.mark.parametrize("odd", ODD_KEYS)
def test_an_odd_key_is_passed_over_and_spoils_no_set(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock, odd: Any
) -> None:
    provider.keys = [odd, ec_key("curve").as_dict(private=False)]
    good = signed(provider.claims(clock.now().timestamp()), ec_key("curve"), "ES256")

    assert ask(identities, clock, good) == f"{TENANT}/ada"
    with pytest.raises(TokenRefused, match="does not publish"):
        ask(identities, clock, token(provider, clock))


def test_a_key_for_one_algorithm_is_good_for_no_other(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    provider.keys = [{**rsa_key("first").as_dict(private=False), "alg": "PS256"}]

    with pytest.raises(TokenRefused, match="another algorithm"):
        ask(identities, clock, token(provider, clock))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"[]", b"null", b'{"keys": 1}', b'{"keys": []}', b"[" * 100_000, b" " * (MOST_BYTES + 1), b"\xff"],
    ids=len,
)
def test_a_document_that_cannot_be_used_is_no_fault(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock, raw: bytes
) -> None:
    provider.raw = raw

    with pytest.raises(ProviderAway):
        ask(identities, clock, token(provider, clock))


def test_a_discovery_document_of_another_issuer_is_not_believed(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock
) -> None:
    provider.said_issuer = "https://elsewhere.example"

    with pytest.raises(ProviderAway):
        ask(identities, clock, token(provider, clock))


@pytest.mark.parametrize("uri", ["http://elsewhere.example/keys", "file:///etc/passwd", "ftp://127.0.0.1/keys", "", 1])
def test_keys_are_taken_from_no_address_that_is_not_encrypted(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock, uri: Any
) -> None:
    provider.raw = json.dumps({"issuer": provider.issuer, "jwks_uri": uri}).encode()

    with pytest.raises(ProviderAway):
        ask(identities, clock, token(provider, clock))


def test_redirects_are_not_followed(identities: OidcIdentities, provider: PretendProvider, clock: HeldClock) -> None:
    provider.redirects_to = f"{provider.issuer}/elsewhere"

    with pytest.raises(ProviderAway):
        ask(identities, clock, token(provider, clock))
    assert provider.asked == ["/tenant/.well-known/openid-configuration"]


@pytest.mark.parametrize(
    ("claims", "is_machine"),
    [
        ({}, False),
        ({"scp": ...}, True),
        ({"idtyp": "app"}, True),
        ({"idtyp": "app", "scp": ...}, True),
        ({"idtyp": "user"}, False),
    ],
)
def test_a_token_of_entra_without_a_purpose_is_a_machines(
    identities: OidcIdentities, provider: PretendProvider, clock: HeldClock, claims: dict[str, Any], is_machine: bool
) -> None:
    text = token(provider, clock, **claims)
    ask(identities, clock, text)

    assert identities.identity_in(text, clock.now()).is_machine is is_machine


@pytest.mark.parametrize(
    ("claims", "is_machine"),
    [
        ({"scp": ..., "scope": "openid audit"}, False),
        ({"scp": ..., "scope": "audit", "client_id": "pairwise"}, True),
        ({"scp": ..., "scope": "audit", "azp": "pairwise"}, True),
        ({"scp": ...}, True),
    ],
)
def test_elsewhere_whoever_is_the_client_itself_is_a_machine(
    provider: PretendProvider, clock: HeldClock, claims: dict[str, Any], is_machine: bool
) -> None:
    identities = OidcIdentities(TokensExpected(provider.issuer, AUDIENCE, frozenset({"RS256"})), None, clock)
    text = token(provider, clock, **claims)

    assert ask(identities, clock, text) == "pairwise", "the `oid` of another provider is nothing to go by"
    assert identities.identity_in(text, clock.now()).is_machine is is_machine
