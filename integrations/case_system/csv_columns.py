"""The columns that an extract must have, may have, and has in vain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Columns:
    """By our own names; what a file calls them is the mapping's business."""

    needed: tuple[str, ...]
    optional: tuple[str, ...]
    known_but_not_read: tuple[str, ...] = ()
