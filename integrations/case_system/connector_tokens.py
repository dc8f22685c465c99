"""Tokens for the connector by OAuth2 client credentials (RFC 6749 §4.4): asked for, kept until they end, renewed.

Whatever goes wrong at the token endpoint, nothing was sent to the connector: what is owed is tried again later. Neither
the secret nor a token is in any message or log.
"""

import re
import ssl
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Annotated
from urllib.parse import quote_plus, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.case_system.connector_addresses import LOOPBACK, why_not
from integrations.case_system.connector_answers import Answer, answer_in
from integrations.case_system.connector_faults import in_words
from usecases.case_system_ports import CaseSystemUnreachable
from usecases.ports import Clock

_RENEWED_BEFORE_ITS_END = timedelta(minutes=1)
_WITHOUT_A_WORD = 300  # seconds that a token lives whose answer says nothing of it
_LONGEST = 86_400
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,40}")  # of RFC 6749 §5.2, such as invalid_client


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens are given, to whom, and for what. `seconds` is the longest to wait for each part of an answer."""

    url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None
    seconds: float
    tls: ssl.SSLContext = field(repr=False)


class _TokenGiven(BaseModel):
    """What RFC 6749 §5.1 lets a token endpoint answer; other fields are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7e]+$", max_length=16_384)]
    token_type: Annotated[str, Field(pattern=r"(?i)^bearer$")]
    expires_in: Annotated[float, Field(gt=0, allow_inf_nan=False)] = _WITHOUT_A_WORD


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str = field(repr=False)
    until: datetime


class ClientCredentials:
    """Gives the token of the moment. Any number of threads may ask: one fetches, the others wait for it."""

    def __init__(self, endpoint: TokenEndpoint, clock: Clock) -> None:
        self._endpoint = endpoint
        self._clock = clock
        self._lock = Lock()
        self._kept: _Kept | None = None

    def token(self, instead_of: str | None = None) -> str:
        """A token that lives a while yet, and another than the one that the connector refused, if it did.

        Raises CaseSystemUnreachable when there is none to be had.
        """
        with self._lock:
            kept = self._kept
            if kept is None or kept.token == instead_of or kept.until <= self._clock.now():
                self._kept = None
                self._kept = kept = self._fetched()
            return kept.token

    def _fetched(self) -> _Kept:
        asked_at = self._clock.now()
        answer = self._ask()
        if answer.status != HTTPStatus.OK:
            raise _no_token(f"gives no token: it answered {answer.status}{_code_in(answer)}", answer.wait)
        try:
            given = _TokenGiven.model_validate(answer.body)
        except ValidationError:  # whose text would hold what came
            raise _no_token("answered 200 without a bearer token") from None
        lives = timedelta(seconds=min(given.expires_in, _LONGEST))
        return _Kept(given.access_token, asked_at + max(lives - _RENEWED_BEFORE_ITS_END, lives / 2))

    def _ask(self) -> Answer:
        """The endpoint may be outside of the council's network, so that a proxy of the environment is used."""
        endpoint = self._endpoint
        wrong = why_not(endpoint.url)
        if wrong:
            raise _no_token(f"can't be used: {wrong}")
        form = {"grant_type": "client_credentials"} | ({"scope": endpoint.scope} if endpoint.scope else {})
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        try:
            with (
                httpx.Client(
                    verify=endpoint.tls,
                    timeout=endpoint.seconds,
                    follow_redirects=False,
                    trust_env=urlsplit(endpoint.url).hostname not in LOOPBACK,
                    # The parts are form-encoded before they are joined (RFC 6749 §2.3.1).
                    auth=httpx.BasicAuth(quote_plus(endpoint.client_id), quote_plus(endpoint.client_secret)),
                ) as client,
                client.stream("POST", endpoint.url, data=form, headers=headers) as response,
            ):
                return answer_in(response, self._clock, endpoint.seconds)
        except (httpx.HTTPError, httpx.InvalidURL) as why:
            raise _no_token(f"gives no token: {in_words(why)}") from why


def _no_token(because: str, wait: timedelta | None = None) -> CaseSystemUnreachable:
    return CaseSystemUnreachable(f"The token endpoint {because}. Nothing was sent to the connector.", wait)


def _code_in(answer: Answer) -> str:
    """The endpoint's error code; its description is left out, for it may hold anything."""
    code = (answer.body or {}).get("error")
    return f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
