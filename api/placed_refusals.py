"""Where in a request something is that the rules refuse without knowing how it was asked for."""

from collections.abc import Iterator
from contextlib import contextmanager

from rules.errors import NoSuchCycle, OutsideCalendar, Problem


@contextmanager
def placed_at(pointer: str, value: object) -> Iterator[None]:
    """Gives a month without a cycle, or a date that no calendar knows, the place of the field that asked for it."""
    try:
        yield
    except (NoSuchCycle, OutsideCalendar) as refusal:
        if refusal.place is None:
            refusal.place = Problem(pointer, refusal.sentence, str(value), refusal.rule)
        raise
