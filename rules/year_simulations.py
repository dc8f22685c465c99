"""A year played with one seed or several, and how many auditors would keep the promise: one answer for all doors."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from functools import partial
from typing import Any

from rules.auditors_needed import AuditorsNeeded, auditors_needed
from rules.made_up_councils import with_auditors
from rules.played_chances import Chances
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from rules.year_figures import YearFigures, figures_of
from rules.years_played import play_year

# Told of a step, how many years of it were played, and about how many there will be.
Progress = Callable[[str, int, int], None]

Council = Callable[[str], SamplingFrame]


@dataclass(frozen=True, slots=True)
class Simulation:
    """What was played: figures for each seed in turn, and the answers of the search where one was asked for."""

    council: str
    chances: Chances
    figures: tuple[YearFigures, ...]
    needed: tuple[AuditorsNeeded, ...]

    @property
    def first(self) -> YearFigures:
        return self.figures[0]

    def ranges(self) -> dict[str, tuple[float, float]]:
        """From the least to the most of every plain figure, over all seeds."""
        names = [
            field.name for field in fields(YearFigures) if isinstance(getattr(self.first, field.name), int | float)
        ]
        found = {name: _range(getattr(figures, name) for figures in self.figures) for name in names}
        numbers = [needed.number for needed in self.needed if needed.number is not None]
        return {**found, "auditors_needed": _range(numbers)} if numbers else found


def seeds_from(seed: str, number: int) -> list[str]:
    """The seed itself, then as many further ones as asked for, made from it."""
    return [seed, *(f"{seed}/{place}" for place in range(2, number + 1))]


def simulate(
    council: Council,
    *,
    described: str,
    year: int,
    seeds: Iterable[str],
    policy: Policy,
    calendar: WorkingDayCalendar,
    chances: Chances,
    search: bool = True,
    goal_percent: int | None = None,
    progress: Progress | None = None,
) -> Simulation:
    """Plays the year once for each seed and, where asked to, searches for the number of auditors.

    `council` gives the frame to begin from, for a seed. Raises what `play_year` raises.
    """
    frames = {seed: council(seed) for seed in seeds}

    def play(seed: str, auditors: int | None = None) -> YearFigures:
        frame = frames[seed] if auditors is None else with_auditors(frames[seed], auditors)
        return figures_of(play_year(frame, year, seed, policy=policy, calendar=calendar, chances=chances), policy)

    def search_with(seed: str) -> AuditorsNeeded:
        told = partial(progress, f"auditors needed, seed {seed}") if progress else None
        return auditors_needed(partial(play, seed), len(frames[seed].practitioners), goal_percent, told)

    figures = []
    for done, seed in enumerate(frames, 1):
        figures.append(play(seed))
        if progress:
            progress("years played", done, len(frames))
    needed = map(search_with, frames) if search else ()
    return Simulation(described, chances, tuple(figures), tuple(needed))


def as_plain(simulation: Simulation) -> dict[str, Any]:
    """The simulation in dictionaries, lists, texts and numbers, ready for JSON."""
    plain: dict[str, Any] = asdict(simulation)
    if len(simulation.figures) > 1:
        plain["ranges"] = {name: list(pair) for name, pair in simulation.ranges().items()}
    return plain


def _range(values: Iterable[Any]) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    return (min(known), max(known)) if known else (0, 0)
