"""API keys for machines: `pa_<id>_<secret>`, of which only a hash is kept (DESIGN §7).

A secret is 32 random bytes, so that SHA-256 is hash enough: there is no dictionary to try. What is counted and slowed
down are wrong keys from one address; a right key is never held up by wrong ones that others send for it.
"""

import hmac
import secrets
import uuid
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from db.queries import api_keys
from db.queries.api_keys import KeyFound
from db.tables.access import ApiKey
from rules.errors import InvalidFacts, Problem
from usecases.errors import NotAllowedNow, NotFound
from usecases.sign_in import hash_of
from usecases.trail import Entry, record
from usecases.work import LONDON, Work

PREFIX = "pa_"
_SLOTS = (1, 2)
_NOBODYS_HASH = hash_of("nobody")  # compared with when there is no such key, so that the answer takes as long


@dataclass(frozen=True, slots=True)
class KeyAsked:
    """A key as somebody wants it: for what it is, what it may do, until when."""

    name: str
    permissions: frozenset[str]
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class KeyMade:
    """The new key. `text` is what its bearer sends; it is known here once, now."""

    id: uuid.UUID
    text: str


@dataclass(frozen=True, slots=True)
class KeyBearer:
    """A machine that showed a good key."""

    key_id: uuid.UUID
    permissions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Throttle:
    """So many refused keys an address may send in so long a time."""

    refusals: int
    counted_for: timedelta


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """A key that opens nothing. That it ended is told to whoever knows its secret, and to nobody else."""

    sentence: str


@dataclass(frozen=True, slots=True)
class TooManyRefusals:
    """Too many wrong keys lately; `seconds` until the next is looked at."""

    seconds: int


def make_key(work: Work, asked: KeyAsked, may_grant: AbstractSet[str]) -> KeyMade:
    """Makes a key with some of the permissions that its maker may grant.

    Raises InvalidFacts for others, NotAllowedNow when two live keys of the name exist.
    """
    _refuse_permissions(asked.permissions, may_grant)
    api_keys.end_expired(work.session, asked.name, work.now)
    free = [slot for slot in _SLOTS if slot not in api_keys.slots_taken(work.session, asked.name)]
    if not free:
        raise NotAllowedNow(
            f"There are two live keys named {asked.name!r} already, the one in use and the one to take over: "
            "revoke one of them first."
        )
    secret = secrets.token_urlsafe(32)
    key = ApiKey(
        name=asked.name,
        slot=free[0],
        secret_sha256=hash_of(secret),
        permissions=sorted(asked.permissions),
        made_at=work.now,
        made_by=work.actor,
        expires_at=work.now + asked.lasts,
    )
    api_keys.add_api_key(work.session, key)
    details = {
        "permissions": sorted(asked.permissions),
        "expires_on": key.expires_at.astimezone(LONDON).date().isoformat(),
    }
    record(work, Entry(("api_key", str(key.id)), "api_key_made", rule="C4", details=details))
    return KeyMade(key.id, f"{PREFIX}{key.id.hex}_{secret}")


def revoke_key(work: Work, key_id: uuid.UUID) -> None:
    """The key opens nothing from now on. Raises NotFound, or NotAllowedNow for one that was revoked before."""
    if not api_keys.revoke(work.session, key_id, work.now, work.actor):
        if api_keys.one_api_key(work.session, key_id) is None:
            raise NotFound(f"There is no API key {key_id}: GET /v1/api-keys lists them.")
        raise NotAllowedNow("The key was revoked before: it opens nothing any more.")
    record(work, Entry(("api_key", str(key_id)), "api_key_revoked", rule="C4"))


def bearer_of(
    session: Session, text: str, address: str, now: datetime, throttle: Throttle
) -> KeyBearer | KeyRefused | TooManyRefusals:
    """Who shows this key, from that address.

    A wrong key is counted for the address, and for the key if there is one with this id; what this writes is to be
    saved whatever it answers.
    """
    key_id, secret = _parts(text)
    sources = (f"address {address}", f"key {key_id}")
    since = now - throttle.counted_for
    found = api_keys.key_shown(session, key_id, address=sources[0], of_key=sources[1], counted_since=since)
    wait = TooManyRefusals(int(throttle.counted_for.total_seconds()))
    if found.refused >= throttle.refusals:
        return wait
    is_right = hmac.compare_digest(hash_of(secret), found.secret_sha256 or _NOBODYS_HASH)
    if key_id is None or found.secret_sha256 is None or not is_right:
        api_keys.count_refusal(session, sources if found.secret_sha256 else sources[:1], now, since)
        return wait if found.refused_of_key >= throttle.refusals else KeyRefused("The API key is not known here")
    return _bearer(session, key_id, found, now)


def _bearer(session: Session, key_id: uuid.UUID, found: KeyFound, now: datetime) -> KeyBearer | KeyRefused:
    """Whoever has the secret of a key, if it has not ended."""
    if found.revoked_at is not None:
        return KeyRefused("The API key was revoked")
    if found.expires_at is None or found.expires_at <= now:
        return KeyRefused("The API key has expired")
    today = now.astimezone(LONDON).date()
    if found.last_used_on != today:
        api_keys.note_used(session, key_id, today)
    return KeyBearer(key_id, frozenset(found.permissions))


def _parts(text: str) -> tuple[uuid.UUID | None, str]:
    """The id and the secret; no id for what is no key of ours."""
    key_id, _, secret = text.removeprefix(PREFIX).partition("_")
    try:
        return uuid.UUID(hex=key_id), secret
    except ValueError:
        return None, secret


def _refuse_permissions(asked: AbstractSet[str], may_grant: AbstractSet[str]) -> None:
    grantable = f"You can grant: {', '.join(sorted(may_grant)) or 'nothing'}."
    problems = [
        Problem("/permissions", f"You cannot grant {name[:60]!r} to a key. {grantable}", name)
        for name in sorted(asked - may_grant)
    ]
    if problems:
        raise InvalidFacts(problems)
