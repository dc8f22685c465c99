"""Reading the provider's documents: its discovery document and its keys (OpenID Connect Discovery, RFC 7517)."""

import json
import ssl
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpx

from usecases.ports import Clock

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_BYTES = 256 * 1024
_EACH_WAIT = httpx.Timeout(5.0)
_LONGEST = timedelta(seconds=10)


class ProviderUnreachable(Exception):
    """The provider gave no usable answer; the message says why, for the log."""


def is_safe_address(url: str) -> bool:
    """Keys are taken over an encrypted connection only, or from this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def document_at(url: str, clock: Clock) -> dict[str, Any]:
    """The JSON object at an address of the provider.

    Redirects are not followed, no more than `MOST_BYTES` are read, and it takes no longer than ten seconds.
    """
    if not is_safe_address(url):
        raise ProviderUnreachable(f"{url} is neither https nor on this machine")
    try:
        document = json.loads(_read(url, clock))
    except (httpx.HTTPError, httpx.InvalidURL) as why:
        raise ProviderUnreachable(f"{url}: {type(why).__name__}") from why
    except (ValueError, RecursionError) as why:
        raise ProviderUnreachable(f"{url} holds no JSON") from why
    if not isinstance(document, dict):
        raise ProviderUnreachable(f"{url} holds no JSON object")
    return document


def _read(url: str, clock: Clock) -> bytes:
    is_elsewhere = urlsplit(url).hostname not in LOOPBACK  # only then a proxy of the environment is of use
    uncompressed = {"Accept": "application/json", "Accept-Encoding": "identity"}
    ends_at = clock.now() + _LONGEST
    with (
        httpx.Client(
            follow_redirects=False,
            timeout=_EACH_WAIT,
            trust_env=is_elsewhere,
            verify=True if is_elsewhere else _authorities_on_this_machine(),
        ) as client,
        client.stream("GET", url, headers=uncompressed) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise ProviderUnreachable(f"{url} answered {answer.status_code}")
        read = b""
        for piece in answer.iter_raw():
            read += piece
            if len(read) > MOST_BYTES or clock.now() > ends_at:
                raise ProviderUnreachable(f"{url} sends too much, or too slowly")
        return read


@cache
def _authorities_on_this_machine() -> ssl.SSLContext:
    """Read once: a provider on this machine is asked by tests, demonstrations and tunnels, and mostly without TLS.

    Those of the wide world are read anew with each fetch, once an hour, so that a renewed file of them counts at once.
    """
    return httpx.create_ssl_context(trust_env=False)
