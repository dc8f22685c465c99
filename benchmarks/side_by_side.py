"""Measures contestants side by side: alternated, so that a busy moment of the machine falls on all of them alike."""

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

LEAST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to do the work. `run` does it all once; `amount` is how many pieces that is, to give a time for one."""

    name: str
    run: Callable[[], object]
    amount: int = 1


def medians(contestants: Sequence[Contestant], rounds: int = LEAST_ROUNDS) -> Mapping[str, float]:
    """Seconds for one piece of work, the median of the rounds, after one round that does not count."""
    taken: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for round_number in range(max(rounds, LEAST_ROUNDS) + 1):
        for contestant in contestants:
            started = time.perf_counter()
            contestant.run()
            seconds = (time.perf_counter() - started) / contestant.amount
            if round_number:
                taken[contestant.name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def table(title: str, found: Mapping[str, float], beside: str, notes: Mapping[str, str] | None = None) -> str:
    """One line a contestant: its median, and its ratio to the one named in `beside`."""
    width = max(len(name) for name in found)
    lines = [f"{title} (medians; ratio to: {beside})"]
    for name, seconds in found.items():
        note = (notes or {}).get(name, "")
        ratio = seconds / found[beside]
        lines.append(f"  {name:<{width}}  {_seconds(seconds):>10}  {ratio:>9.2f} x  {note}".rstrip())
    return "\n".join(lines)


def _seconds(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1 or unit == "µs":
            return f"{seconds * factor:.2f} {unit}"
    return ""
