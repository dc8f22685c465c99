"""Tickets: how chance enters a draw, so that anyone can work it out again (S5).

The ticket of something is the SHA-256, in hexadecimal, of the UTF-8 text of seed, kind and id on three lines. A lower
ticket is earlier. Each thing has its own, so that adding or removing one leaves the order of all others as it was.
"""

from hashlib import sha256
from typing import Literal

Kind = Literal["team", "practitioner", "case", "re_audit", "auditor"]


class Tickets:
    """The tickets of one seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()

    def of(self, kind: Kind, identifier: str) -> str:
        """The ticket of one thing, 64 hexadecimal digits."""
        return sha256(b"%b\n%b\n%b" % (self._seed, kind.encode(), identifier.encode())).hexdigest()

    def first(self, kind: Kind, identifiers: list[str]) -> str:
        """The one with the lowest ticket."""
        if len(identifiers) == 1:
            return identifiers[0]
        start, hashed = b"%b\n%b\n" % (self._seed, kind.encode()), sha256
        return min(identifiers, key=lambda identifier: hashed(start + identifier.encode()).digest())
