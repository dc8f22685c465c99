"""The rules on the command line, with nothing but the standard library.

`python -m rules "5 working days"` tells where the framework says that, and whether its text does or we do.
`python -m rules play-year --year 2027 --practitioners 230 --auditors 45` plays a year.
`python -m rules life-of-an-audit` prints what can happen to an audit, and what follows.
`python -m rules ladders` prints disputes, safety alerts and other escalation paths, rung by rung.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from rules.errors import PolicyError, RulesError
from rules.ladder_pages import as_markdown as ladders_as_markdown
from rules.lifecycle_pages import as_markdown
from rules.made_up_councils import CouncilSize, made_up_council
from rules.played_chances import chances_for
from rules.policy.load import DEFAULT_EDITION, load_edition
from rules.policy.register import as_lines, entries_about
from rules.working_days import WorkingDayCalendar
from rules.year_reports import as_text
from rules.year_simulations import as_plain, seeds_from, simulate

PLAY = "play-year"
LIFE = "life-of-an-audit"
LADDERS = "ladders"


def main(arguments: Sequence[str]) -> int:
    """Obeys the arguments. Ends with 0, with 1 where nothing was found, with 2 and a sentence for what is refused."""
    obey = {PLAY: _play, LIFE: _print_life, LADDERS: _print_ladders}.get(arguments[0] if arguments else "")
    try:
        return obey(arguments[1:]) if obey else _find(arguments)
    except (PolicyError, RulesError) as error:
        sys.stderr.write(f"{error}\n")
        return 2


def _find(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m rules", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("words", nargs="*", help="what to look for; nothing lists the whole register")
    _add_edition(parser)
    asked = parser.parse_args(arguments)
    policy = load_edition(asked.edition)
    words = " ".join(asked.words)
    found = entries_about(policy, words) if words else list(policy.entries)
    for line in as_lines(found):
        sys.stdout.write(f"{line}\n")
    if not found:
        sys.stderr.write(f"Nothing in edition {policy.edition.id} speaks of {words!r}.\n")
    return 0 if found else 1


def _play(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m rules {PLAY}", description="Play a year of a made-up council.")
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("--practitioners", type=int, required=True)
    parser.add_argument("--auditors", type=int, required=True)
    parser.add_argument("--teams", type=int)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--seeds", type=int, default=1, help="play so many years, for ranges")
    parser.add_argument("--no-search", action="store_true", help="do not search for the number of auditors")
    parser.add_argument("--json", action="store_true")
    _add_edition(parser)
    asked = parser.parse_args(arguments)
    policy = load_edition(asked.edition)
    size, chances = CouncilSize(asked.practitioners, asked.auditors, asked.teams), chances_for(policy)
    simulation = simulate(
        lambda seed: made_up_council(policy, size, asked.year, chances, seed),
        described=size.in_words(),
        year=asked.year,
        seeds=seeds_from(asked.seed, asked.seeds),
        policy=policy,
        calendar=WorkingDayCalendar.of_policy(policy.calendar),
        chances=chances,
        search=not asked.no_search,
    )
    sys.stdout.write(f"{json.dumps(as_plain(simulation))}\n" if asked.json else as_text(simulation))
    return 0


def _print_life(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m rules {LIFE}", description="The life of an audit, to read.")
    _add_edition(parser)
    sys.stdout.write(as_markdown(load_edition(parser.parse_args(arguments).edition)))
    return 0


def _print_ladders(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog=f"python -m rules {LADDERS}", description="The ladders, to read.")
    _add_edition(parser)
    sys.stdout.write(ladders_as_markdown(load_edition(parser.parse_args(arguments).edition)))
    return 0


def _add_edition(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--edition", default=DEFAULT_EDITION, help="an edition's name or folder")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
