"""Tokens that must open nothing (TARGETS, fault 13): each really signed, or forged, and sent over HTTP."""

import hmac
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from clock import Clock
from db.tables.access import Account
from tests.api.signing_in import app_of, asking, bearer, settings_of
from tests.integrations.pretend_provider import (
    TENANT,
    PretendProvider,
    ec_key,
    part,
    pretend_provider,
    rsa_key,
    signed,
)

Make = Callable[["Forge"], str]


class Forge:
    """What a forger has: a good token, all that is public, and keys of their own."""

    def __init__(self, provider: PretendProvider, now: float) -> None:
        self.provider = provider
        self.now = now

    def claims(self, **others: Any) -> dict[str, Any]:
        return self.provider.claims(self.now, **{"roles": ["System.Administrator"], **others})

    def signed(
        self, *, key: Any = None, alg: str = "RS256", header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        return signed(self.claims(**claims), key, alg, **(header or {}))

    def unsigned(self, signature: str = "", **header: Any) -> str:
        return f"{part({'typ': 'JWT', 'kid': 'first', **header})}.{part(self.claims())}.{signature}"

    def with_public_key_as_secret(self, as_text: Callable[[], bytes]) -> str:
        text = f"{part({'alg': 'HS256', 'kid': 'first'})}.{part(self.claims())}"
        return f"{text}.{part(hmac.digest(as_text(), text.encode(), 'sha256'))}"

    def altered(self) -> str:
        head, _, signature = self.signed().split(".")
        return f"{head}.{part(self.claims(oid='somebody else'))}.{signature}"


def _twice(claims: dict[str, Any], name: str, value: Any) -> bytes:
    text = json.dumps(claims)
    return f'{text[:-1]}, "{name}": {json.dumps(value)}}}'.encode()


STRANGERS_KEY = rsa_key("strangers")
SAME_NAME = rsa_key("first", 2056)  # a key of the forger's that is named like the provider's
REFUSED: dict[str, tuple[str, Make]] = {
    "signed by a stranger's key": ("does not hold", lambda f: f.signed(key=SAME_NAME)),
    "by a key that is not published": ("does not publish", lambda f: f.signed(key=STRANGERS_KEY)),
    "by one published key in the name of another": ("does not hold", lambda f: f.signed(header={"kid": "second"})),
    "unknown kid": ("does not publish", lambda f: f.signed(header={"kid": "third"})),
    "no kid": ("does not name its key", lambda f: f.signed(header={"kid": ...})),
    "kid of another type": ("does not name its key", lambda f: f.signed(header={"kid": ["first"]})),
    "kid that is a path": ("does not publish", lambda f: f.signed(header={"kid": "../../dev/null"})),
    "kid that is SQL": ("does not publish", lambda f: f.signed(header={"kid": "x' UNION SELECT 'x"})),
    "other issuer": ("another issuer", lambda f: f.signed(iss="https://elsewhere.example")),
    "issuer with a slash more": ("another issuer", lambda f: f.signed(iss=f.provider.issuer + "/")),
    "issuers as a list": ("another issuer", lambda f: f.signed(iss=[f.provider.issuer])),
    "no issuer": ("another issuer", lambda f: f.signed(iss=...)),
    "other audience": ("another audience", lambda f: f.signed(aud="api://payroll")),
    "audience that begins alike": ("another audience", lambda f: f.signed(aud="api://practice-audit-test")),
    "other audiences": ("another audience", lambda f: f.signed(aud=["api://payroll", "api://hr"])),
    "audience as an object": ("another audience", lambda f: f.signed(aud={"api://practice-audit": True})),
    "no audience": ("another audience", lambda f: f.signed(aud=...)),
    "other tenant": ("another tenant", lambda f: f.signed(tid="8f4d6f0e-0000-4000-8000-000000000009")),
    "no tenant": ("another tenant", lambda f: f.signed(tid=...)),
    "other version": ("another version", lambda f: f.signed(ver="1.0")),
    "expired": ("has expired", lambda f: f.signed(exp=f.now - 61)),
    "not yet valid": ("not valid yet", lambda f: f.signed(nbf=f.now + 62)),
    "no exp": ("has no end", lambda f: f.signed(exp=...)),
    "exp null": ("no point in time", lambda f: f.signed(exp=None)),
    "exp as text": ("no point in time", lambda f: f.signed(exp="2099-01-01")),
    "exp true": ("no point in time", lambda f: f.signed(exp=True)),
    "exp as a number of 400 digits": ("no point in time", lambda f: f.signed(exp=10**400)),
    "exp infinite": ("cannot be read", lambda f: f.signed(exp=float("inf"))),
    "nbf as text": ("no point in time", lambda f: f.signed(nbf="now")),
    "alg none": ("algorithm", lambda f: f.unsigned("AA", alg="none")),
    "alg None in capitals": ("algorithm", lambda f: f.unsigned("AA", alg="NoNe")),
    "alg none without a signature": ("not a signed", lambda f: f.unsigned(alg="none")),
    "no alg": ("algorithm", lambda f: f.unsigned("AA")),
    "alg as a list": ("algorithm", lambda f: f.unsigned("AA", alg=["RS256"])),
    "HS256 with the public key as PEM": (
        "algorithm",
        lambda f: f.with_public_key_as_secret(lambda: rsa_key("first").as_pem(private=False)),
    ),
    "HS256 with the public key as DER": (
        "algorithm",
        lambda f: f.with_public_key_as_secret(lambda: rsa_key("first").as_der(private=False)),
    ),
    "HS256 with the public key as JWK": (
        "algorithm",
        lambda f: f.with_public_key_as_secret(
            lambda: json.dumps(rsa_key("first").as_dict(private=False), separators=(",", ":")).encode()
        ),
    ),
    "RS512, which is not set": ("algorithm", lambda f: f.signed(alg="RS512")),
    "PS256, which is not set": ("algorithm", lambda f: f.signed(alg="PS256")),
    "ES256, which is not set": ("algorithm", lambda f: f.signed(key=ec_key("curve"), alg="ES256")),
    "jwk: a key brought along": (
        "does not hold",
        lambda f: f.signed(key=SAME_NAME, header={"jwk": SAME_NAME.as_dict(private=False)}),
    ),
    "jku: an address of keys brought along": (
        "does not hold",
        lambda f: f.signed(key=SAME_NAME, header={"jku": f"{f.provider.issuer}/forged-keys"}),
    ),
    "x5u: an address of certificates brought along": (
        "does not hold",
        lambda f: f.signed(key=SAME_NAME, header={"x5u": f"{f.provider.issuer}/forged.pem"}),
    ),
    "x5c: a certificate brought along": ("does not hold", lambda f: f.signed(key=SAME_NAME, header={"x5c": ["AA=="]})),
    "crit": ("crit", lambda f: f.signed(header={"crit": ["exp"], "exp": 1})),
    "crit that is empty": ("crit", lambda f: f.signed(header={"crit": []})),
    "b64 false": ("crit", lambda f: f.unsigned("AA", alg="RS256", crit=["b64"], b64=False)),
    "two audiences by name": (
        "twice",
        lambda f: signed(_twice(f.claims(aud="api://payroll"), "aud", "api://practice-audit")),
    ),
    "exp twice": ("twice", lambda f: signed(_twice(f.claims(exp=1), "exp", f.now + 99))),
    "alg twice": (
        "twice",
        lambda f: part(b'{"alg":"RS256","kid":"first","alg":"none"}') + f".{part(f.claims())}.AA",
    ),
    "claims altered": ("does not hold", lambda f: f.altered()),
    "signature cut": ("does not hold", lambda f: f.signed()[:-4]),
    "signature of zeros": ("does not hold", lambda f: f.unsigned(part(bytes(256)), alg="RS256")),
    "an ID token": ("not an access token", lambda f: f.signed(nonce="n")),
    "an ID token without a nonce": ("not an access token", lambda f: f.signed(azp=..., scp=...)),
    "a logout token": ("another kind", lambda f: f.signed(header={"typ": "logout+jwt"})),
    "nobody's": ("whose it is", lambda f: f.signed(oid=...)),
    "whose is no text": ("whose it is", lambda f: f.signed(oid={"a": 1})),
    "whose has a line break": ("whose it is", lambda f: f.signed(oid="ada\nadministrator")),
    "an e-mail address instead of an id": ("whose it is", lambda f: f.signed(oid=..., email="ada@council.example")),
    "roles as text": ("no list", lambda f: f.signed(roles="System.Administrator")),
    "claims as a list": ("no JSON object", lambda _: signed(b"[1]")),
    "claims nested 5,000 deep": ("cannot be read", lambda _: signed(b"[" * 5_000)),
    "claims in UTF-16": ("cannot be read", lambda f: signed(json.dumps(f.claims()).encode("utf-16-be") + b"\xd8")),
    "of 17,000 characters": ("longer than", lambda f: f.signed(padding="x" * 12_000)),
    "of five parts": ("three parts", lambda f: f.signed() + ".AA.AA"),
    "of two parts": ("three parts", lambda f: f.signed().rpartition(".")[0]),
    "a header that is no JSON": ("cannot be read", lambda _: f"{part(b'{')}.e30.AA"),
    "a header that is no base64": ("three parts", lambda f: "é" + f.signed()[1:]),
    "padding": ("three parts", lambda f: f.signed() + "=="),
    "garbage": ("three parts", lambda _: "garbage"),
    "dots": ("three parts", lambda _: ".."),
}


@pytest.fixture(scope="module")
def provider() -> Iterator[PretendProvider]:
    with pretend_provider() as provider:
        provider.keys.append(rsa_key("second").as_dict(private=False))
        provider.keys.append(ec_key("curve").as_dict(private=False))
        yield provider


@pytest.fixture
def client(
    provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]
) -> Iterator[TestClient]:
    with asking(app_of(settings_of(provider, tmp_path), clock, sessions)) as client:
        yield client


@pytest.mark.saves_nothing
@pytest.mark.parametrize(("why", "make"), REFUSED.values(), ids=REFUSED.keys())
def test_a_token_that_proves_nothing_opens_nothing(
    client: TestClient, provider: PretendProvider, clock: Clock, why: str, make: Make
) -> None:
    provider.asked.clear()
    token = make(Forge(provider, clock.now().timestamp()))

    answer = client.get("/v1/accounts", headers={b"Authorization": f"Bearer {token}".encode()})

    assert answer.status_code == 401
    assert why in answer.json()["detail"]
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith('Bearer realm="practice-audit", error="invalid_token", error_description="The token')
    assert why in challenge
    assert not any("forged" in path for path in provider.asked)
    for secret in (provider.issuer, TENANT, "api://practice-audit"):
        assert secret not in answer.text + challenge


def test_no_refused_token_leaves_a_trace(
    client: TestClient, provider: PretendProvider, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    forge = Forge(provider, clock.now().timestamp())
    for _, make in REFUSED.values():
        client.get("/v1/me", headers={b"Authorization": f"Bearer {make(forge)}".encode()})

    with sessions() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0


def test_the_same_token_unforged_is_let_in(client: TestClient, provider: PretendProvider, clock: Clock) -> None:
    forge = Forge(provider, clock.now().timestamp())

    for good in (
        forge.signed(),
        forge.signed(key=rsa_key("second")),
        forge.signed(exp=forge.now - 50),
        forge.signed(nbf=forge.now + 50),
        forge.signed(nbf=...),
        forge.signed(aud=["api://payroll", "api://practice-audit"]),
        forge.signed(header={"typ": "at+jwt", "x5t": "AA"}),
        forge.signed(header={"typ": ...}),
    ):
        assert client.get("/v1/accounts", headers=bearer(good)).status_code == 200


def test_another_way_of_signing_counts_where_it_is_set(
    provider: PretendProvider, tmp_path: Path, clock: Clock, sessions: sessionmaker[Session]
) -> None:
    settings = settings_of(provider, tmp_path, oidc_algorithms="RS256, ES256")
    forge = Forge(provider, clock.now().timestamp())

    with asking(app_of(settings, clock, sessions)) as client:
        curve = forge.signed(key=ec_key("curve"), alg="ES256")
        assert client.get("/v1/accounts", headers=bearer(curve)).status_code == 200
        assert client.get("/v1/accounts", headers=bearer(forge.signed())).status_code == 200
        confused = f"{part({'alg': 'ES256', 'kid': 'first'})}.{part(forge.claims())}.{part(bytes(64))}"
        assert client.get("/v1/accounts", headers=bearer(confused)).status_code == 401
