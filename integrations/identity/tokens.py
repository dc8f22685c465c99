"""Taking a signed token apart: form, algorithm, signature. Nothing in it is believed before its signature holds.

The key is found by `kid` among the issuer's own: keys and addresses of keys that the token itself brings along (`jwk`,
`jku`, `x5c`, `x5u`) are not looked at.
"""

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError

from integrations.identity.signing_keys import Key
from usecases.ports import TokenRefused

LONGEST = 16 * 1024
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)
_LONGEST_KID = 200
_KINDS = frozenset({"jwt", "at+jwt", "application/at+jwt"})


class _LenientRegistry(jws.JWSRegistry):
    """Headers that we do not look at are no reason to refuse; what we do look at is checked below."""

    max_header_length = LONGEST
    max_payload_length = LONGEST
    max_signature_length = LONGEST


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token of good form, its signature not yet checked."""

    text: str
    kid: str
    algorithm: str


def signed_token(text: str, algorithms: frozenset[str]) -> SignedToken:
    """Reads the header. Raises TokenRefused for what is no signed token, or is signed by a way that is not allowed."""
    if len(text) > LONGEST:
        raise TokenRefused(f"The token is longer than {LONGEST} characters")
    parts = text.split(".")
    if len(parts) != 3 or not all(_BASE64URL.fullmatch(part) for part in parts):
        raise TokenRefused("The token is not a signed JSON Web Token of three parts")
    header = _object_in(parts[0])
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise TokenRefused("The token is signed by an algorithm that is not accepted here")
    if "crit" in header:
        raise TokenRefused("The token demands extensions (crit) that are not understood here")
    if str(header.get("typ", "JWT")).lower() not in _KINDS:
        raise TokenRefused("The token is of another kind than an access token")
    kid = header.get("kid")
    if not isinstance(kid, str) or not 1 <= len(kid) <= _LONGEST_KID:
        raise TokenRefused("The token does not name its key (kid)")
    return SignedToken(text, kid, algorithm)


def claims_of(token: SignedToken, key: Key) -> dict[str, Any]:
    """What the token claims, its signature checked with that key."""
    declared = key.get("alg")
    if declared is not None and declared != token.algorithm:
        raise TokenRefused("The token is signed by another algorithm than its key is for")
    registry = _LenientRegistry(algorithms=[token.algorithm], strict_check_header=False)
    try:
        jws.deserialize_compact(token.text, key, registry=registry)
    except (JoseError, ValueError, TypeError) as why:
        raise TokenRefused("The token's signature does not hold") from why
    return _object_in(token.text.split(".")[1])


def _object_in(part: str) -> dict[str, Any]:
    try:
        found = json.loads(
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)),
            object_pairs_hook=_without_duplicates,
            parse_constant=_no_such_number,
        )
    except (ValueError, RecursionError) as why:
        raise TokenRefused(
            "The token cannot be read: a part of it is no JSON object, or names something twice"
        ) from why
    if not isinstance(found, dict):
        raise TokenRefused("The token cannot be read: a part of it is no JSON object")
    return found


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of two claims of one name, one reader would believe the first and another the last."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_such_number(name: str) -> Any:
    raise ValueError(f"{name} is no number")
