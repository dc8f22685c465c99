"""Addresses that settings name: which of them are safe to send to."""

from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from settings.variables import SettingsError

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def postgresql(address: str) -> URL:
    """The address of a PostgreSQL server, which is not shown where it is none: it may hold a password."""
    try:
        url = make_url(address)
    except ArgumentError:
        url = None
    if url is None or not url.drivername.startswith("postgres"):
        raise SettingsError(
            "DATABASE_URL is no address of a PostgreSQL server: write postgresql://account@host/database."
        ) from None
    return url
