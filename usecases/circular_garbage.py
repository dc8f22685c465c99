"""Python looks for circular garbage the more often the more objects there are: a quarter of a large draw's time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def not_looked_for() -> Iterator[None]:
    """While many thousand rows are put together of which none refers in a circle; what is freed is freed all the same.

    It is the process's own setting: of two that overlap, the first to end switches it on again, which does no harm.
    """
    was_looked_for = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looked_for:
            gc.enable()
