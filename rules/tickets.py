"""Tickets: how chance enters a draw, so that anyone can work it out again (S5).

The ticket of something is the SHA-256, in hexadecimal, of the UTF-8 text of seed, kind and id on three lines. A lower
ticket is earlier. Each thing has its own, so that adding or removing one leaves the order of all others as it was.
"""

from hashlib import sha256
from typing import Literal

Kind = Literal["team", "practitioner", "case", "re_audit", "auditor", "audit", "service", "moderator"]
_KINDS: tuple[Kind, ...] = ("team", "practitioner", "case", "re_audit", "auditor", "audit", "service", "moderator")


class Tickets:
    """The tickets of one seed."""

    def __init__(self, seed: str) -> None:
        # Hashes that have read seed and kind already: each ticket goes on from a copy.
        self._begun = {kind: sha256(f"{seed}\n{kind}\n".encode()) for kind in _KINDS}

    def of(self, kind: Kind, identifier: str) -> str:
        """The ticket of one thing, 64 hexadecimal digits."""
        ticket = self._begun[kind].copy()
        ticket.update(identifier.encode())
        return ticket.hexdigest()

    def first(self, kind: Kind, identifiers: list[str]) -> str:
        """The one with the lowest ticket."""
        if len(identifiers) == 1:
            return identifiers[0]
        begun = self._begun[kind].copy

        def ticket(identifier: str) -> bytes:
            hashed = begun()
            hashed.update(identifier.encode())
            return hashed.digest()

        return min(identifiers, key=ticket)
