"""The heads of all the trail's chains as one hash: what a restored backup must show again (DESIGN §5)."""

from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, text

# Sorted by bytes, so that the order is the same on any server.
_HEADS = text(
    """
    SELECT count(*), encode(sha256(convert_to(coalesce(
        string_agg(subject_kind || ' ' || subject_id || ' ' || number || ' ' || hash || chr(10),
                   '' ORDER BY subject_kind COLLATE "C", subject_id COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM trail_heads
    """
)
_IS_THERE = text("SELECT to_regclass('trail_heads')")


class TrailHeads(NamedTuple):
    """How many chains there are, and one hash over the newest entry of each."""

    chains: int
    sha256: str


def trail_heads(connection: Connection) -> TrailHeads:
    """The trail's heads as they are in this transaction; none in a database from before there was a trail."""
    if connection.execute(_IS_THERE).scalar_one() is None:
        return TrailHeads(0, sha256(b"").hexdigest())
    return TrailHeads(*connection.execute(_HEADS).one())
