"""Bearers: of a token that the identity provider signed, or of an API key (DESIGN §7).

Wrong tokens cost no statement and no wait: their signature is checked with the keys at hand, and whoever waits for the
provider's keys waits beside the threads that serve the others.
"""

from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.access import Relations, relations_of
from api.app_roles import AppRole
from api.installation import Installation
from api.permissions import Permission
from api.problems import RequestRefused
from db.queries.accounts import note_seen
from db.queries.reaches import EVERYTHING, NOBODY, Reach, Standing
from db.queries.standings import AccountStanding, standing_of_account
from usecases.api_keys import KeyBearer, Throttle, TooManyRefusals, bearer_of
from usecases.ports import Identities, Identity, ProviderAway, TokenRefused

_REALM = 'Bearer realm="practice-audit"'
_SECONDS_WITHOUT_PROVIDER = "5"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who was recognised, by the name that the records keep, with what they are on the day.

    A machine with an API key has no roles but what its key grants, and that to everything.
    """

    name: str
    roles: frozenset[AppRole]
    granted: frozenset[Permission] = frozenset()
    standing: Standing = NOBODY

    def relations_of(self, permission: Permission) -> Relations:
        """To what they may do it; empty for not at all."""
        if permission in self.granted:
            return EVERYTHING.relations
        return relations_of(self.roles, permission)

    def reach_of(self, permission: Permission) -> Reach:
        """What their permission reaches, for use cases and queries to narrow by."""
        return Reach(self.relations_of(permission), self.standing)


async def bearer_of_token(installation: Installation, identities: Identities, token: str) -> Actor:
    """Whoever the provider's token speaks of. Refuses with 401 what does not hold, 503 while no key is to be had."""
    if identities.lacks_key_of(token):
        await to_thread.run_sync(identities.fetch_key_of, token, limiter=installation.fetching_keys)
    try:
        identity = identities.identity_in(token, installation.clock.now())
    except TokenRefused as refused:
        raise unrecognised(f"{refused.sentence}: ask your identity provider for a new one.", refused.sentence) from None
    except ProviderAway:
        raise _provider_is_away() from None
    return await run_in_threadpool(_actor_of, installation, identity)


def bearer_of_key(request: Request, installation: Installation, text: str) -> Actor:
    """The machine that shows a key. Refuses with 401, or with 429 after too many wrong ones from its address."""
    settings = installation.settings
    throttle = Throttle(settings.refusals, timedelta(minutes=settings.refusal_minutes))
    with installation.sessions.begin() as session:
        found = bearer_of(session, text, _network_of(request), installation.clock.now(), throttle)
    if isinstance(found, KeyBearer):
        granted = frozenset(permission for permission in Permission if permission.value in found.permissions)
        return Actor(f"key {found.key_id}", frozenset(), granted)
    if isinstance(found, TooManyRefusals):
        raise RequestRefused(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_refusals",
            f"Too many API keys from your address were refused lately: send a right one in {found.seconds} seconds.",
            headers={"Retry-After": str(found.seconds)},
        )
    raise unrecognised(f"{found.sentence}: ask the administrator for a new one.", found.sentence)


def unrecognised(sentence: str, why: str | None = None) -> RequestRefused:
    """401; `why` tells a bearer in the header what is wrong with what they sent (RFC 6750)."""
    challenge = _REALM if why is None else f'{_REALM}, error="invalid_token", error_description="{why}"'
    return RequestRefused(HTTPStatus.UNAUTHORIZED, "not_signed_in", sentence, headers={"WWW-Authenticate": challenge})


def _actor_of(installation: Installation, identity: Identity) -> Actor:
    """The roles come from the token, who it is and where they stand from the database, on the day.

    Whoever has left has no role any more, also while the provider still gives them one.
    """
    account = _account(installation, identity)
    given = frozenset(role for name, role in installation.token_roles.items() if name in identity.roles)
    roles = frozenset[AppRole]() if account.has_left else given
    if identity.is_machine or account.kind == "machine":
        return Actor(f"machine {account.id}", roles)
    reference = account.standing.reference
    name = f"account {account.id}" if reference is None else f"person {reference}"
    return Actor(name, roles, standing=account.standing)


def _account(installation: Installation, identity: Identity) -> AccountStanding:
    """One statement; on the first request of a day also one that notes the day, and makes a new account wait."""
    today = installation.clock.today()
    with installation.reading_sessions() as session:
        found = standing_of_account(session, identity.issuer, identity.subject, today)
    if found is not None and found.last_seen_on == today:
        return found
    kind = "machine" if identity.is_machine else "person"
    with installation.sessions.begin() as session:
        note_seen(session, identity.issuer, identity.subject, kind, today)
        account = standing_of_account(session, identity.issuer, identity.subject, today)
    assert account is not None, "it was noted just now"
    return account


def _network_of(request: Request) -> str:
    """The client's address; of IPv6 its network, of which one client may use every address."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if not isinstance(address, IPv6Address):
        return host
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def _provider_is_away() -> RequestRefused:
    return RequestRefused(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "identity_provider_away",
        "The identity provider does not answer, so that no token can be checked: ask again in a moment.",
        headers={"Retry-After": _SECONDS_WITHOUT_PROVIDER},
    )
