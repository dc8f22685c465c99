"""Where things stand, in a few lines, for whoever starts an installation."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from db.queries import overview, programme
from db.tables.programme import AuditCycle as CycleRow
from rules.dates_in_words import day_in_words
from rules.programme import cycle_name, cycle_running_on
from usecases.work import Work

_WIDTH = 11


def say_where_things_stand(work: Work, say: Callable[[str], None], mail_goes_to: str) -> None:
    """What the database holds and, if a cycle is open, its audits, load, shortfalls and messages."""
    held = overview.holdings(work.session, work.today)
    if not held.people:
        _line(say, "Database", "empty; load your own organisation and extracts, see README.md")
        return
    _line(
        say,
        "Council",
        f"{held.services} services, {held.teams} teams, {held.people} people, of whom {held.practitioners} hold "
        f"{held.open_cases:,} open cases; {held.recorded_audits} past audits",
    )
    cycle = cycle_running_on(work.policy, work.calendar, work.today)
    row = programme.cycle_in(work.session, cycle.month) if cycle else None
    if row is not None and row.state == "open":
        say_cycle(work, row, say)
        _say_messages(work, row, say, mail_goes_to)


def say_cycle(work: Work, row: CycleRow, say: Callable[[str], None]) -> None:
    """A cycle that was opened: its audits by kind and team, how they are spread, what fell short."""
    name = cycle_name(row.month)
    _line(
        say, "Cycle", f"{name}, {row.kind}, open until {day_in_words(row.closes_on)}: GET /v1/audit-cycles/{row.month}"
    )
    by_kind = overview.audits_by_kind(work.session, row.id)
    kinds = ", ".join(f"{count} {kind.replace('_', '-')}" for kind, count in by_kind.items())
    _line(say, "Audits", f"{sum(by_kind.values())} ({kinds})" if by_kind else "none")
    for team in programme.counts_by_team(work.session, row.id):
        _line(say, "", f"{team.audits + team.re_audits:>3}  {team.team_name}")
    loads = [count for _, count in programme.audits_per_auditor(work.session, row.id)]
    if loads:
        _line(say, "Load", f"{len(loads)} auditors, the least with {min(loads)} and the most with {max(loads)}")
    _say_by_rule(say, "Shortfalls", row.shortfalls)
    _say_by_rule(say, "Warnings", row.warnings)


def _say_by_rule(say: Callable[[str], None], heading: str, found: Sequence[Mapping[str, str]]) -> None:
    """How many there are of each rule, with one sentence of each; the answer over HTTP has them all."""
    first = {each["rule"]: each["sentence"] for each in reversed(found)}
    counts = Counter(each["rule"] for each in found)
    _line(say, heading, ", ".join(f"{counts[rule]} by {rule}" for rule in sorted(first)) or "none")
    for rule in sorted(first):
        _line(say, "", f"{rule}: {first[rule]}")


def _say_messages(work: Work, row: CycleRow, say: Callable[[str], None], mail_goes_to: str) -> None:
    states = overview.notices_by_state(work.session, row.id)
    words = {"sent": "sent", "pending": "to be sent", "leased": "being sent", "parked": "waiting for an address"}
    counts = ", ".join(f"{states[state]} {said}" for state, said in words.items() if states.get(state))
    _line(say, "Messages", f"{counts or 'none'}: {mail_goes_to}")


def _line(say: Callable[[str], None], heading: str, words: str) -> None:
    say(f"  {heading:<{_WIDTH}}{words}")
