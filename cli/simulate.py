"""`practice-audit simulate`: a year played by the rules alone."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import answer
from cli.council_files import council_of
from cli.house import open_house, settings_of
from cli.progress import progress
from cli.refusals import WordRefused
from cli.word_app import AsJson, DataFolder, Today, examples, word_app
from rules.made_up_councils import CouncilSize, made_up_council
from rules.played_chances import Chances, chances_for
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame
from rules.working_days import WorkingDayCalendar
from rules.year_reports import as_text
from rules.year_simulations import Simulation, as_plain, seeds_from, simulate
from samples.council import make_council
from samples.frames import council_frame
from usecases.circular_garbage import not_looked_for
from usecases.councils_to_play import council_to_play

app = word_app()

# The sample council of a year's play is that of the September before, so that the year begins with a history.
_SAMPLE_MONTH = 9


@dataclass(frozen=True, slots=True)
class _Council:
    """Whom the year is played with: a frame for each seed, and what it is in words."""

    described: str
    frame: Callable[[str], SamplingFrame]


@dataclass(frozen=True, slots=True)
class _YearAsked:
    """The year to play, once for each seed, by which policy and chances, and what to search for."""

    year: int
    policy: Policy
    chances: Chances
    seeds: Sequence[str]
    search: bool = True
    goal: int | None = None


@app.command(
    name="simulate",
    epilog=examples(
        "simulate --year 2027 --practitioners 230 --auditors 45",
        "simulate --year 2027 --sample --seeds 5",
        "simulate --year 2027 --from-database --json",
        "simulate --year 2027 --council council.json --goal 80",
    ),
)
def simulate_year(
    *,
    year: Annotated[int, typer.Option(min=1900, max=9000, help="The year to play")],
    practitioners: Annotated[int | None, typer.Option(help="Of a made-up council")] = None,
    auditors: Annotated[int | None, typer.Option(help="Of a made-up council")] = None,
    teams: Annotated[int | None, typer.Option(help="Of a made-up council; one for 20 practitioners")] = None,
    cases: Annotated[int, typer.Option(help="Open cases of each practitioner of a made-up council")] = 12,
    capacity: Annotated[int | None, typer.Option(help="Audits an auditor takes in a cycle, made-up council")] = None,
    council: Annotated[Path | None, typer.Option(help="Play with the council of this JSON file")] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Play with the sample council")] = False,
    from_database: Annotated[bool, typer.Option("--from-database", help="Play with this installation's")] = False,
    grade: Annotated[list[str] | None, typer.Option(help="Share of audits with a grade: inadequate=4")] = None,
    leave: Annotated[int, typer.Option(help="Per cent of practitioners who leave in a year")] = 12,
    away: Annotated[int, typer.Option(help="Per cent who are away for long once a year")] = 6,
    late: Annotated[int, typer.Option(help="Per cent of audits that are issued late")] = 6,
    seed: Annotated[str, typer.Option(help="Any text: the same gives the same year")] = "1",
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Play so many years, and tell ranges")] = 1,
    search: Annotated[bool, typer.Option(help="Search for how many auditors would keep the promise")] = True,
    goal: Annotated[int | None, typer.Option(min=1, max=100, help="Search for this share of intervals kept")] = None,
    edition: Annotated[str | None, typer.Option(help="Another edition of the framework: its name or folder")] = None,
    data: DataFolder = None,
    today: Today = None,
    as_json: AsJson = False,
) -> None:
    """Play a year by the rules alone: who is audited how often, by whom, and where the promise breaks.

    Nothing is saved. One seed is one possible year, not a forecast: --seeds tells how far years differ.
    """
    policy = load_edition(edition or settings_of(data).policy)
    chances = chances_for(policy, _shares(grade), leave_in_a_year=leave, away_in_a_year=away, issued_late=late)
    is_sized = any(number is not None for number in (practitioners, auditors, teams, capacity))
    if [is_sized, council is not None, sample, from_database].count(True) != 1:
        raise _other_than_one()
    if from_database:
        played = _of_database(edition, data, today)
    elif council is not None:
        played = _always(f"the council of {council.name}", council_of(council, policy, year))
    elif sample:
        played = _sample(policy, year)
    elif practitioners is None or auditors is None:
        raise _other_than_one()
    else:
        size = CouncilSize(practitioners, auditors, teams, cases, capacity)
        played = _made_up(policy, size, year, chances)
    with _bar(hidden=as_json) as told, not_looked_for():
        of_year = _YearAsked(year, policy, chances, seeds_from(seed, seeds), search, goal)
        simulation = _play(played, of_year, told)
    _say(simulation, as_json=as_json)


def _of_database(edition: str | None, data: Path | None, today: datetime | None) -> _Council:
    if edition is not None:
        raise WordRefused("--from-database plays by the installation's own edition: leave --edition out.")
    with open_house("simulate", data, today=today) as house, house.work() as work:
        return _always("the council of this database", council_to_play(work))


def play_sample(year: int) -> Simulation:
    """What `simulate --year YEAR --sample` plays, without a bar."""
    policy = load_edition()
    return _play(_sample(policy, year), _YearAsked(year, policy, chances_for(policy), ["1"]), None)


def _play(played: _Council, asked: _YearAsked, progress: Callable[[str, int, int], None] | None) -> Simulation:
    return simulate(
        played.frame,
        described=played.described,
        year=asked.year,
        seeds=asked.seeds,
        policy=asked.policy,
        calendar=WorkingDayCalendar.of_policy(asked.policy.calendar),
        chances=asked.chances,
        search=asked.search,
        goal_percent=asked.goal,
        progress=progress,
    )


def _say(simulation: Simulation, *, as_json: bool) -> None:
    if as_json:
        answer(as_plain(simulation), (), as_json=True)
    else:
        sys.stdout.write(as_text(simulation))


def _shares(grades: list[str] | None) -> dict[str, int]:
    shares = {}
    for written in grades or ():
        name, _, share = written.partition("=")
        if not share.isdigit():
            sentence = f"--grade {written!r:.60} is not understood: write a grade and per cent, such as inadequate=4."
            raise WordRefused(sentence, code="usage")
        shares[name] = int(share)
    return shares


def _other_than_one() -> WordRefused:
    return WordRefused(
        "Name one council to play with: --practitioners and --auditors together, --council FILE, --sample, "
        "or --from-database.",
        code="usage",
    )


def _made_up(policy: Policy, size: CouncilSize, year: int, chances: Chances) -> _Council:
    return _Council(size.in_words(), lambda seed: made_up_council(policy, size, year, chances, seed))


def _always(described: str, frame: SamplingFrame) -> _Council:
    with_room = sum(auditor.capacity > 0 for auditor in frame.auditors)
    people = f"{len(frame.practitioners)} practitioners and {with_room} auditors"
    return _Council(f"{described}, {people}", lambda _: frame)


def _sample(policy: Policy, year: int) -> _Council:
    """The sample council, with the ten cycles behind it."""
    calendar = WorkingDayCalendar.of_policy(policy.calendar)
    council = make_council(date(year - 1, _SAMPLE_MONTH, 1), policy, calendar)
    return _always("the sample council", council_frame(council, policy, calendar))


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[str, int, int], None]]:
    """One bar for all steps: a step's end is not known before, so the bar has none either."""
    with progress("years played", None, hidden=hidden) as advance:
        yield lambda _step, _done, _of: advance(1)
