"""Whether a token is for us and of the moment, and who it speaks of (OpenID Connect; RFC 9068; Microsoft Entra)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integrations.identity.signing_keys import SigningKeys
from integrations.identity.tokens import claims_of, signed_token
from usecases.ports import Clock, Identity, ProviderAway, TokenRefused

LEEWAY = timedelta(seconds=60)
_LONGEST_SUBJECT = 255
# Only in tokens for the client that somebody signed in to, and in notes of signing out: not for us.
_NOT_OF_ACCESS_TOKENS = ("nonce", "at_hash", "c_hash", "events")
# Entra names the client in each access token, and in no token about a sign-in.
_CLIENT_OF_ENTRA = {"azp", "appid"}


@dataclass(frozen=True, slots=True)
class TokensExpected:
    """What a token must say. With `tenant` it is one of Microsoft Entra, of that tenant and version."""

    issuer: str
    audience: str
    algorithms: frozenset[str]
    tenant: str | None = None
    version: str = "2.0"
    roles_claim: str = "roles"


class OidcIdentities:
    """Implements usecases.ports.Identities with the keys that the issuer publishes."""

    def __init__(self, expected: TokensExpected, jwks_url: str | None, clock: Clock) -> None:
        self._expected = expected
        self._keys = SigningKeys(expected.issuer, jwks_url, clock)

    def lacks_key_of(self, token: str) -> bool:
        """Whether asking the issuer could help; False for a token that is refused anyway."""
        try:
            return self._keys.might_find(signed_token(token, self._expected.algorithms).kid)
        except TokenRefused:
            return False

    def fetch_key_of(self, token: str) -> None:
        """Asks the issuer for its keys; takes up to ten seconds."""
        self._keys.fetch(signed_token(token, self._expected.algorithms).kid)

    def identity_in(self, token: str, now: datetime) -> Identity:
        """Who the token speaks of. Raises TokenRefused, or ProviderAway when no key was ever fetched."""
        signed = signed_token(token, self._expected.algorithms)
        self._keys.renew_when_old()
        key = self._keys.get(signed.kid)
        if key is None:
            if not self._keys:
                raise ProviderAway
            raise TokenRefused("The token is signed with a key that its issuer does not publish")
        claims = claims_of(signed, key)
        _refuse_other_tokens(claims, self._expected)
        _refuse_other_moments(claims, now)
        return _identity(claims, self._expected)


def _refuse_other_tokens(claims: Mapping[str, Any], expected: TokensExpected) -> None:
    if claims.get("iss") != expected.issuer:
        raise TokenRefused("The token is of another issuer")
    audience = claims.get("aud")
    if expected.audience not in (audience if isinstance(audience, list) else [audience]):
        raise TokenRefused("The token is for another audience")
    if expected.tenant is not None and claims.get("tid") != expected.tenant:
        raise TokenRefused("The token is of another tenant")
    if expected.tenant is not None and claims.get("ver") != expected.version:
        raise TokenRefused("The token is of another version than is accepted here")
    is_of_entra = expected.tenant is not None
    if any(name in claims for name in _NOT_OF_ACCESS_TOKENS) or (is_of_entra and not claims.keys() & _CLIENT_OF_ENTRA):
        raise TokenRefused("The token is not an access token")


def _refuse_other_moments(claims: Mapping[str, Any], now: datetime) -> None:
    """Both clocks may be a minute off. A token without an end is never good."""
    leeway = LEEWAY.total_seconds()
    ends = _instant(claims, "exp")
    if ends is None:
        raise TokenRefused("The token has no end (exp)")
    if now.timestamp() >= ends + leeway:
        raise TokenRefused("The token has expired")
    begins = _instant(claims, "nbf")
    if begins is not None and now.timestamp() < begins - leeway:
        raise TokenRefused("The token is not valid yet (nbf)")


def _instant(claims: Mapping[str, Any], name: str) -> float | None:
    """Seconds since 1970; None when it is not claimed."""
    if name not in claims:
        return None
    value = claims[name]
    try:
        seconds = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        seconds = math.inf
    if not math.isfinite(seconds):
        raise TokenRefused(f"The token's {name} is no point in time")
    return seconds


def _identity(claims: Mapping[str, Any], expected: TokensExpected) -> Identity:
    """In Entra a person is `oid` in `tid`, elsewhere `sub`; never an e-mail address, which may pass to another."""
    name = "sub" if expected.tenant is None else "oid"
    subject = claims.get(name)
    if not isinstance(subject, str) or not 1 <= len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise TokenRefused(f"The token does not say whose it is ({name})")
    if expected.tenant is not None:
        subject = f"{expected.tenant}/{subject}"
    return Identity(expected.issuer, subject, _is_machine(claims, expected), _roles(claims, expected))


def _is_machine(claims: Mapping[str, Any], expected: TokensExpected) -> bool:
    """A person's token says for which of the client's purposes it was given; a machine's only which roles it has."""
    if claims.get("idtyp") == "app":
        return True
    if expected.tenant is not None:
        return "scp" not in claims
    client = claims.get("client_id", claims.get("azp"))
    return client == claims["sub"] or not ("scp" in claims or "scope" in claims)


def _roles(claims: Mapping[str, Any], expected: TokensExpected) -> frozenset[str]:
    roles = claims.get(expected.roles_claim, [])
    if not isinstance(roles, list):
        raise TokenRefused(f"The token's {expected.roles_claim} are no list of names")
    return frozenset(role for role in roles if isinstance(role, str))
