"""Which addresses the connector may have: encrypted, and not what only this machine or its host should reach.

A council's middleware stands in its own network, so private addresses are right. What is refused is what nobody names
on purpose: this machine by another name, the link-local range with its metadata services, and addresses of nobody.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Reached from machines of a cloud provider alone, and private by their number.
_METADATA = frozenset({ip_address("fd00:ec2::254"), ip_address("100.100.100.200")})


class AddressRefused(Exception):
    """The connector's address cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where to connect: the address that was looked at, and the name that its certificate must have."""

    scheme: str
    host: str
    address: str
    port: int


def why_not(url: str) -> str | None:
    """What is wrong with an address as it is written; None for one that may be tried."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return f"{url} is no address"
    if parts.username is not None or parts.password is not None:
        return "it holds a password: that belongs in AUDIT_CASE_SYSTEM_KEY"
    if parts.query or parts.fragment or not parts.hostname or port == 0:
        return f"{url} is no plain address of a service"
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return f"{url} is neither https nor on this machine"
    return None


def reached(url: str) -> Reached:
    """Looks the name up, and answers an address that may be connected to. Raises AddressRefused."""
    wrong = why_not(url)
    if wrong:
        raise AddressRefused(wrong)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as why:
        raise AddressRefused(f"{host} is not known here") from why
    addresses = [str(entry[4][0]) for entry in found]
    for address in addresses:
        if not _may_be_reached(address, host):
            raise AddressRefused(f"{host} leads to {address}, which is no address of a connector")
    return Reached(parts.scheme, host, addresses[0], port)


def _may_be_reached(address: str, host: str) -> bool:
    """All addresses of a name have to be fit: which one is used is not for the name's owner to choose."""
    number = _plain(address)
    if number.is_loopback:
        return host in LOOPBACK
    is_nobodys = number.is_link_local or number.is_multicast or number.is_unspecified
    return not (is_nobodys or number in _METADATA)


def _plain(address: str) -> IPv4Address | IPv6Address:
    """The address without its zone, and the IPv4 one inside of an IPv6 one."""
    number = ip_address(address.partition("%")[0])
    mapped = number.ipv4_mapped if isinstance(number, IPv6Address) else None
    return mapped or number
