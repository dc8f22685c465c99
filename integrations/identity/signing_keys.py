"""The provider's keys as they are kept here: fetched when needed, kept when the provider is away.

A key that is not known is asked for at most once a minute, whoever names it. One fetch is under way at a time, and
requests whose key is known never wait for it.
"""

import base64
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey, import_key

from integrations.identity.provider import ProviderUnreachable, document_at
from usecases.ports import Clock

Key = RSAKey | ECKey
FEWEST_RSA_BITS = 2048
_PUBLIC = ("kty", "kid", "alg", "n", "e", "crv", "x", "y")
_PAUSE = timedelta(seconds=60)
_PAUSE_WITHOUT_KEYS = timedelta(seconds=5)
_GROW_OLD_AFTER = timedelta(hours=1)
_log = structlog.get_logger("identity")


class SigningKeys:
    """The keys of one issuer, by `kid`."""

    def __init__(self, issuer: str, jwks_url: str | None, clock: Clock) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._clock = clock
        self._keys: Mapping[str, Key] = MappingProxyType({})
        self._fetching = threading.Lock()
        self._tried_at: datetime | None = None

    def __bool__(self) -> bool:
        return bool(self._keys)

    def get(self, kid: str) -> Key | None:
        return self._keys.get(kid)

    def might_find(self, kid: str) -> bool:
        """Whether the key is unknown, and somebody is asking the provider now, or it is time to ask once more."""
        return kid not in self._keys and (self._fetching.locked() or self._may_ask())

    def fetch(self, kid: str | None = None) -> None:
        """Asks the provider, unless somebody did while this waited; what is known stays when it does not answer."""
        with self._fetching:
            if kid is not None and (kid in self._keys or not self._may_ask()):
                return
            self._tried_at = self._clock.now()
            try:
                self._keys = MappingProxyType(self._read())
            except ProviderUnreachable as why:
                _log.warning("signing_keys_not_fetched", kind=str(why))

    def renew_when_old(self) -> None:
        """Asks once an hour, beside the requests: what the provider withdrew is not good here for ever."""
        if self._last_try_is_past(_GROW_OLD_AFTER) and not self._fetching.locked():
            threading.Thread(target=self.fetch, name="fetch signing keys", daemon=True).start()

    def _may_ask(self) -> bool:
        return self._last_try_is_past(_PAUSE if self._keys else _PAUSE_WITHOUT_KEYS)

    def _last_try_is_past(self, pause: timedelta) -> bool:
        tried_at = self._tried_at
        # A clock that went back must not make us wait.
        return tried_at is None or not timedelta(0) <= self._clock.now() - tried_at < pause

    def _read(self) -> dict[str, Key]:
        entries = document_at(self._jwks_url or self._discovered(), self._clock).get("keys")
        if not isinstance(entries, list):
            raise ProviderUnreachable("the document of keys has no list of keys")
        keys = {key.kid: key for key in map(_usable, entries) if key is not None and key.kid}
        if not keys:
            raise ProviderUnreachable("the document of keys has none that is usable")
        return keys

    def _discovered(self) -> str:
        document = document_at(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", self._clock)
        if document.get("issuer") != self._issuer:
            raise ProviderUnreachable("the discovery document is another issuer's")
        url = document.get("jwks_uri")
        if not isinstance(url, str):
            raise ProviderUnreachable("the discovery document names no keys")
        return url


def _usable(entry: Any) -> Key | None:
    """A public key for signatures with an id; anything else is passed over, for one odd entry spoils no set."""
    if not isinstance(entry, dict) or not isinstance(entry.get("kid"), str) or entry.get("use", "sig") != "sig":
        return None
    try:
        if _is_too_short(entry):
            return None
        key = import_key({name: entry[name] for name in _PUBLIC if name in entry})
        return key if isinstance(key, ECKey | RSAKey) else None
    except (JoseError, ValueError, TypeError, AttributeError, KeyError):
        return None


def _is_too_short(entry: Mapping[str, Any]) -> bool:
    """Looked at before the key is made, because making a short one is a warning of its own."""
    if entry.get("kty") != "RSA":
        return False
    modulus = base64.urlsafe_b64decode(entry["n"] + "==")
    return int.from_bytes(modulus).bit_length() < FEWEST_RSA_BITS
