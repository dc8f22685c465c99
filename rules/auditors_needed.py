"""How many auditors would keep the promise of an audit every two to three months (S3): a search over played years."""

from collections.abc import Callable
from dataclasses import dataclass

from rules.promise_breaks import MENDED_BY_AUDITORS
from rules.year_figures import YearFigures

# Past so many auditors for each practitioner no further one could be given anything, whatever the mix.
_MOST_EACH = 16
# So many numbers above the one found are tried too: a year by chance might break the promise again with one more.
_TRIED_ABOVE = 3


@dataclass(frozen=True, slots=True)
class Tried:
    """What a number of auditors came to; `waits_for_want_of_auditors` counts practitioners month by month."""

    auditors: int
    kept_percent: float | None
    broken: int
    waits_for_want_of_auditors: int


@dataclass(frozen=True, slots=True)
class AuditorsNeeded:
    """The least number with which the goal is reached; None when no number reaches it.

    `goal_percent` None asks that nobody waits for want of an auditor. `still_broken` are the intervals that break
    all the same with that number, or with the most that was tried, by the rule in the way.
    """

    goal_percent: int | None
    number: int | None
    keeps_for_everybody: bool
    still_broken: dict[str, int]
    kept_percent: float | None
    tried: tuple[Tried, ...]


def auditors_needed(
    play: Callable[[int], YearFigures],
    practitioners: int,
    goal_percent: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> AuditorsNeeded:
    """Searches by halving; the number found, and some above it, are checked one by one before it is told.

    `play` plays the year with so many auditors; `progress` is told how many of about how many years were played.
    """
    search = _Search(play, goal_percent, progress, about=(2 * practitioners).bit_length() + _TRIED_ABOVE)
    too_few, enough = search.bounds(max(1, practitioners))
    number = None if enough is None else search.least(too_few + 1, enough)
    at = search.figures(too_few if number is None else number)
    return AuditorsNeeded(
        goal_percent=goal_percent,
        number=number,
        keeps_for_everybody=number is not None and at.intervals_broken == 0,
        still_broken=dict(at.broken_by_rule),
        kept_percent=at.kept_percent,
        tried=tuple(_tried(number, search.played[number]) for number in sorted(search.played)),
    )


class _Search:
    def __init__(
        self,
        play: Callable[[int], YearFigures],
        goal_percent: int | None,
        progress: Callable[[int, int], None] | None,
        about: int,
    ) -> None:
        self.play, self.goal_percent, self.progress, self.about = play, goal_percent, progress, about
        self.played: dict[int, YearFigures] = {}

    def figures(self, auditors: int) -> YearFigures:
        if auditors not in self.played:
            self.played[auditors] = self.play(auditors)
            if self.progress is not None:
                self.progress(len(self.played), max(self.about, len(self.played)))
        return self.played[auditors]

    def reaches(self, auditors: int) -> bool:
        figures = self.figures(auditors)
        if self.goal_percent is None:
            return _for_want_of_auditors(figures) == 0
        if figures.kept_percent is None:
            return not figures.waiting_by_rule
        return figures.kept_percent >= self.goal_percent

    def bounds(self, practitioners: int) -> tuple[int, int | None]:
        """A number that is too few and one that is enough; None when twice as many mend nothing any more."""
        too_few, number = 0, practitioners
        while not self.reaches(number):
            no_better = too_few and self._missing(number) >= self._missing(too_few)
            too_few, number = number, number * 2
            if no_better or number > practitioners * _MOST_EACH:
                return too_few, None
        return too_few, number

    def _missing(self, auditors: int) -> int:
        figures = self.figures(auditors)
        return _for_want_of_auditors(figures) if self.goal_percent is None else sum(figures.waiting_by_rule.values())

    def least(self, lowest: int, highest: int) -> int:
        """The least number from which on the goal is reached; `highest` reaches it."""
        while True:
            top = highest
            while lowest < top:
                middle = (lowest + top) // 2
                if self.reaches(middle):
                    top = middle
                else:
                    lowest = middle + 1
            above = range(top + 1, min(top + _TRIED_ABOVE, highest) + 1)
            missed = [number for number in above if not self.reaches(number)]
            if not missed:
                return top
            lowest = missed[-1] + 1


def _for_want_of_auditors(figures: YearFigures) -> int:
    return sum(waits for rule, waits in figures.waiting_by_rule.items() if rule in MENDED_BY_AUDITORS)


def _tried(auditors: int, figures: YearFigures) -> Tried:
    return Tried(auditors, figures.kept_percent, figures.intervals_broken, _for_want_of_auditors(figures))
