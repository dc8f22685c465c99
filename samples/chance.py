"""Repeatable chance: the same seed gives the same choices under every version of Python.

Only `random.Random.random()` is promised to stay the same from version to version, so everything is built on it.
"""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Choices that follow from a seed and the name of what they are for.

    Each part of the council has a chance of its own, so that a change in one part does not reshuffle all others.
    """

    def __init__(self, seed: str, part: str) -> None:
        self._random = random.Random(f"{seed}/{part}")

    def share(self) -> float:
        """Somewhere from 0 up to, not including, 1."""
        return self._random.random()

    def happens(self, share: float) -> bool:
        """True in that share of all tries."""
        return self.share() < share

    def between(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.share() * (most - least + 1))

    def one_of(self, things: Sequence[T]) -> T:
        """Any of them, all equally likely."""
        return things[self.between(0, len(things) - 1)]

    def some_of(self, things: Sequence[T], count: int) -> list[T]:
        """That many of them, none twice."""
        return self.shuffled(things)[:count]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All of them in an order of chance."""
        keyed = [(self.share(), position) for position in range(len(things))]
        return [things[position] for _, position in sorted(keyed)]

    def weighted(self, weights: Sequence[tuple[T, int]]) -> T:
        """One of them, as likely as its weight says."""
        left = self.share() * sum(weight for _, weight in weights)
        for thing, weight in weights:
            left -= weight
            if left < 0:
                return thing
        return weights[-1][0]
