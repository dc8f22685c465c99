"""A simulation as text for a person."""

from collections.abc import Iterator, Mapping

from rules.auditors_needed import AuditorsNeeded
from rules.dates_in_words import month_in_words
from rules.programme import first_day_of
from rules.promise_breaks import MENDED_BY_AUDITORS, WHY_IT_BROKE
from rules.year_figures import AuditedSo, YearFigures
from rules.year_simulations import Simulation

_TEAMS_SHOWN = 5
_TITLES_OF_RANGES = {
    "kept_percent": "intervals kept, per cent",
    "practitioners_kept_percent": "practitioners never longer, per cent",
    "new_audits": "new audits",
    "re_audits": "re-audits",
    "most_load": "most audits of one auditor",
    "re_audits_waiting": "re-audits waiting at the end",
    "auditors_needed": "auditors needed",
}


def as_text(simulation: Simulation) -> str:
    """The report, ending in a line break."""
    return "\n".join(_lines(simulation)) + "\n"


def _lines(simulation: Simulation) -> Iterator[str]:
    figures = simulation.first
    yield f"{figures.year} played for {simulation.council}"
    yield f"edition {figures.edition}, seed {figures.seed!r}: one possible year by these rules, not a forecast."
    yield from _assumed(simulation)
    yield from _promise(figures)
    yield from _breaks(figures)
    yield from _how_often(figures)
    yield from _checks(figures)
    yield from _load(figures)
    yield from _re_audits(figures)
    if simulation.needed:
        yield from _needed(simulation.needed[0], figures)
    if len(simulation.figures) > 1:
        yield from _ranges(simulation)


def _assumed(simulation: Simulation) -> Iterator[str]:
    chances = simulation.chances
    grades = ", ".join(f"{share} % {grade}" for grade, share in chances.grades.items())
    yield (
        f"Assumed: {grades}; {chances.leave_in_a_year} % of practitioners leave in a year and are followed after "
        f"{chances.vacant_months} months;"
    )
    yield (
        f"{chances.away_in_a_year} % are away for {chances.least_months_away} to {chances.most_months_away} months "
        f"once a year; {chances.issued_late} % of audits are issued late."
    )


def _promise(figures: YearFigures) -> Iterator[str]:
    intervals = figures.intervals_kept + figures.intervals_broken
    yield ""
    yield f"The promise: nobody waits longer than {figures.longest_wait} (S3)"
    yield f"  intervals kept       {_share(figures.kept_percent)}  ({figures.intervals_kept} of {intervals})"
    yield (
        f"  practitioners who never waited longer {_share(figures.practitioners_kept_percent)}  "
        f"({figures.practitioners_kept} of {figures.in_post_all_year} in post all year)"
    )
    yield f"  waited longer already when the year began: {figures.overdue_at_start}"


def _breaks(figures: YearFigures) -> Iterator[str]:
    if not figures.waiting_by_month:
        return
    yield ""
    yield "Where it breaks, and why"
    yield from (
        f"  {number:>5}  {rule:<3} {WHY_IT_BROKE.get(rule, 'kept out by this rule')}"
        for rule, number in figures.broken_by_rule.items()
    )
    yield "  month           broken  waiting  broken by"
    for month, waiting in figures.waiting_by_month.items():
        rules = figures.broken_by_month.get(month, {})
        name = month_in_words(first_day_of(month))
        yield f"  {name:<15}{sum(rules.values()):>7}  {waiting:>7}  {_counted(rules)}".rstrip()
    teams = list(figures.broken_by_team.items())[:_TEAMS_SHOWN]
    yield f"  most in {', '.join(f'{team} ({number})' for team, number in teams)}"


def _how_often(figures: YearFigures) -> Iterator[str]:
    yield ""
    yield f"Who is audited how often ({figures.in_post_all_year} practitioners in post all year)"
    yield from (_audited_so(row) for row in figures.audits_each)
    if not any(row.audits == 0 for row in figures.audits_each):
        yield "      0 never"
    yield f"  months between two audits: {_counted(figures.months_between) or 'none'}"
    yield f"  months from start to first audit: {_counted(figures.months_to_first) or 'none'}"


def _audited_so(row: AuditedSo) -> str:
    often = {0: "never", 1: "once", 2: "twice"}.get(row.audits, f"{row.audits} times")
    named = ", ".join(row.such_as) + (" …" if row.practitioners > len(row.such_as) else "")
    return f"  {row.practitioners:>5} {often} ({named})"


def _checks(figures: YearFigures) -> Iterator[str]:
    audits = figures.new_audits + figures.re_audits
    yield ""
    yield f"Checked: of {audits} audits nobody has two in a month: {figures.twice_in_a_month} exceptions (S2);"
    yield f"new audits sooner than S3 allows: {figures.sooner_than_allowed}."


def _load(figures: YearFigures) -> Iterator[str]:
    yield ""
    yield (
        f"Load of {figures.auditors} auditors: {figures.least_load} to {figures.most_load} audits in the year, "
        f"{figures.mean_load} on average"
    )
    yield "  cycle    auditors  asked  drawn  re-audits  held over  load"
    for cycle in figures.cycles:
        yield (
            f"  {cycle.month}  {cycle.auditors_available:>8}  {cycle.new_audits_asked:>5}  {cycle.new_audits:>5}  "
            f"{cycle.re_audits:>9}  {cycle.held_over:>9}  {cycle.least_load}–{cycle.most_load}"
            f"{'  moderation' if cycle.moderation else ''}"
        )
    if figures.shortfalls_by_rule:
        yield f"  shortfalls told by the draws: {_counted(figures.shortfalls_by_rule)}"


def _re_audits(figures: YearFigures) -> Iterator[str]:
    yield ""
    yield f"Re-audits: {figures.re_audits} done, {figures.re_audits_waiting} still to come at the end"
    late = {
        f"{cycles} cycles" if cycles > 1 else "1 cycle": number
        for cycles, number in figures.re_audits_cycles_late.items()
        if cycles
    }
    in_time = figures.re_audits_cycles_late.get(0, 0)
    yield f"  in the first cycle after their due date: {in_time}; later by {_counted(late) or 'any cycle: 0'}"
    yield f"  held over by: {_counted(figures.re_audits_held_over_by_rule) or 'nothing'}"


def _needed(needed: AuditorsNeeded, figures: YearFigures) -> Iterator[str]:
    yield ""
    yield "Auditors needed"
    goal = (
        "nobody waits longer for want of an auditor"
        if needed.goal_percent is None
        else f"{needed.goal_percent} % of the intervals are kept"
    )
    if needed.number is None:
        yield f"  No number of auditors in this mix is enough that {goal}."
    else:
        yield f"  With {needed.number} auditors {goal}; with {figures.auditors} it is as above."
    if needed.keeps_for_everybody:
        yield "  The promise is then kept for everybody."
    else:
        most = "with that number" if needed.number is not None else "even with the most that was tried"
        yield f"  The promise is not kept for everybody {most}: {_share(needed.kept_percent)} of intervals are kept."
        yield from _why_more_do_not_help(needed.still_broken)
    yield "  auditors  kept     broken  months waited for want of auditors"
    for tried in needed.tried:
        yield (
            f"  {tried.auditors:>8}  {_share(tried.kept_percent):<7}  {tried.broken:>5}  "
            f"{tried.waits_for_want_of_auditors:>34}"
        )


def _why_more_do_not_help(still_broken: Mapping[str, int]) -> Iterator[str]:
    beyond = {rule: number for rule, number in still_broken.items() if rule not in MENDED_BY_AUDITORS}
    if beyond:
        yield "  No further auditor mends these:"
        yield from (f"  {number:>5}  {rule:<3} {WHY_IT_BROKE.get(rule, '')}" for rule, number in beyond.items())


def _ranges(simulation: Simulation) -> Iterator[str]:
    yield ""
    yield f"From the least to the most over {len(simulation.figures)} seeds"
    found = simulation.ranges()
    for name, title in _TITLES_OF_RANGES.items():
        if name in found:
            least, most = found[name]
            yield f"  {title:<38} {least} to {most}"


def _share(percent: float | None) -> str:
    return "–" if percent is None else f"{percent} %"


def _counted(counts: Mapping[int, int] | Mapping[str, int]) -> str:
    return ", ".join(f"{key}: {number}" for key, number in counts.items())
