"""What a year that was played comes to, in figures (S2, S3, A3, P7)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rules.lengths import months_between
from rules.played_audits import PlayedAudit
from rules.policy.shape import Policy
from rules.programme import first_day_of, month_of
from rules.years_played import CyclePlayed, YearPlayed

_NAMED = 5


@dataclass(frozen=True, slots=True)
class AuditedSo:
    """How many were audited so often, with the first few of them by id."""

    audits: int
    practitioners: int
    such_as: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CycleFigures:
    """One cycle: new audits asked for and drawn, re-audits, and the load of whoever was available."""

    month: str
    moderation: bool
    auditors_available: int
    new_audits_asked: int
    new_audits: int
    re_audits: int
    held_over: int
    least_load: int
    most_load: int


@dataclass(frozen=True, slots=True)
class YearFigures:
    """The figures of one year and one seed.

    An interval is *kept* when its audit came within the longest wait promised, *broken* when that month passed
    without; `kept_percent` is the share of kept ones. `waiting_by_month` counts everybody who had waited too long at
    a month's end, `waiting_by_rule` the same by what stood in the way in that month. The counts of practitioners are
    of those in post all year. `twice_in_a_month` and `sooner_than_allowed` are counted from the audits themselves,
    and are to be 0 (S2, S3).
    """

    year: int
    edition: str
    seed: str
    longest_wait: str
    teams: int
    auditors: int
    people: int
    in_post_all_year: int
    new_audits: int
    re_audits: int
    kept_percent: float | None
    intervals_kept: int
    intervals_broken: int
    practitioners_kept_percent: float | None
    practitioners_kept: int
    overdue_at_start: int
    months_between: Mapping[int, int]
    months_to_first: Mapping[int, int]
    audits_each: tuple[AuditedSo, ...]
    broken_by_rule: Mapping[str, int]
    broken_by_month: Mapping[str, Mapping[str, int]]
    broken_by_team: Mapping[str, int]
    waiting_by_month: Mapping[str, int]
    waiting_by_rule: Mapping[str, int]
    twice_in_a_month: int
    sooner_than_allowed: int
    least_load: int
    most_load: int
    mean_load: float
    cycles: tuple[CycleFigures, ...]
    re_audits_cycles_late: Mapping[int, int]
    re_audits_held_over_by_rule: Mapping[str, int]
    re_audits_waiting: int
    shortfalls_by_rule: Mapping[str, int]


def figures_of(played: YearPlayed, policy: Policy) -> YearFigures:
    """Counts a year that was played."""
    audits = played.audits
    target = policy.selection.target_months_between_audits
    counted = [audit for audit in audits if audit.waited is not None]
    kept = sum(audit.waited is not None and audit.waited <= target.count for audit in counted)
    everybody = _in_post_all_year(played)
    breaks = played.breaks
    disappointed = played.overdue_at_start | {wait.practitioner_id for wait in played.waits}
    content = len(everybody - disappointed)
    loads = _loads(played.auditors, audits)
    re_audits = [audit for audit in audits if audit.is_re_audit]
    return YearFigures(
        year=played.year,
        edition=played.edition,
        seed=played.seed,
        longest_wait=str(target),
        teams=played.teams,
        auditors=len(played.auditors),
        people=len(played.people),
        in_post_all_year=len(everybody),
        new_audits=len(audits) - len(re_audits),
        re_audits=len(re_audits),
        kept_percent=_percent(kept, kept + len(breaks)),
        intervals_kept=kept,
        intervals_broken=len(breaks),
        practitioners_kept_percent=_percent(content, len(everybody)),
        practitioners_kept=content,
        overdue_at_start=len(played.overdue_at_start),
        months_between=_tally(audit.waited for audit in counted if not audit.is_first),
        months_to_first=_tally(audit.waited for audit in counted if audit.is_first),
        audits_each=_audited_so(everybody, audits),
        broken_by_rule=_by(broken.rule for broken in breaks),
        broken_by_month=_broken_by_month(played),
        broken_by_team=_by(broken.team_id for broken in breaks),
        waiting_by_month=dict(sorted(Counter(month_of(wait.month_on) for wait in played.waits).items())),
        waiting_by_rule=_by(wait.rule for wait in played.waits),
        twice_in_a_month=_twice_in_a_month(audits),
        sooner_than_allowed=_too_soon(audits, policy),
        least_load=min(loads, default=0),
        most_load=max(loads, default=0),
        mean_load=round(sum(loads) / len(loads), 1) if loads else 0.0,
        cycles=tuple(map(_cycle, played.cycles)),
        re_audits_cycles_late=_tally(audit.cycles_late for audit in re_audits),
        re_audits_held_over_by_rule=_by(_held_over(played.cycles)),
        re_audits_waiting=played.re_audits_waiting,
        shortfalls_by_rule=_by(rule for cycle in played.cycles for rule in cycle.shortfalls),
    )


def _in_post_all_year(played: YearPlayed) -> set[str]:
    first_on, last_on = date(played.year, 1, 1), date(played.year, 12, 31)
    return {person.id for person in played.people if person.is_in_post(first_on) and person.is_in_post(last_on)}


def _audited_so(everybody: set[str], audits: Iterable[PlayedAudit]) -> tuple[AuditedSo, ...]:
    """How often those in post all year were audited, most often first; nobody is left out."""
    times = Counter(audit.practitioner_id for audit in audits)
    by_times: dict[int, list[str]] = {}
    for identifier in sorted(everybody):
        by_times.setdefault(times[identifier], []).append(identifier)
    return tuple(
        AuditedSo(number, len(by_times[number]), tuple(by_times[number][:_NAMED]))
        for number in sorted(by_times, reverse=True)
    )


def _twice_in_a_month(audits: Iterable[PlayedAudit]) -> int:
    """How many practitioners had a second audit in a month (S2)."""
    return sum(times > 1 for times in Counter((audit.practitioner_id, audit.month) for audit in audits).values())


def _too_soon(audits: Iterable[PlayedAudit], policy: Policy) -> int:
    """How many new audits came sooner after the one before than S3 allows, counted from the audits alone."""
    least, found = policy.selection.least_months_between_audits.count, 0
    last: dict[str, date] = {}
    for audit in sorted(audits, key=lambda it: it.month):
        month_on = first_day_of(audit.month)
        before = last.get(audit.practitioner_id)
        found += not audit.is_re_audit and before is not None and months_between(before, month_on) < least
        last[audit.practitioner_id] = month_on
    return found


def _loads(auditors: Iterable[str], audits: Iterable[PlayedAudit]) -> list[int]:
    given = Counter(audit.auditor_id for audit in audits)
    return [given[auditor] for auditor in auditors]


def _cycle(played: CyclePlayed) -> CycleFigures:
    given = Counter(audit.auditor_id for audit in played.audits)
    re_audits = sum(audit.is_re_audit for audit in played.audits)
    everybody_has_one = len(given) >= played.auditors_available
    return CycleFigures(
        month=played.cycle.month,
        moderation=played.cycle.moderation,
        auditors_available=played.auditors_available,
        new_audits_asked=played.size_asked,
        new_audits=played.size_drawn,
        re_audits=re_audits,
        held_over=played.re_audits_due_before - re_audits,
        least_load=min(given.values(), default=0) if everybody_has_one else 0,
        most_load=max(given.values(), default=0),
    )


def _held_over(cycles: Iterable[CyclePlayed]) -> Iterable[str]:
    """The rule for each re-audit and each cycle that it waited in although it was due."""
    return [rule for cycle in cycles for rule in cycle.held_over.values()]


def _broken_by_month(played: YearPlayed) -> dict[str, dict[str, int]]:
    months: dict[str, Counter[str]] = {}
    for broken in played.breaks:
        months.setdefault(month_of(broken.month_on), Counter())[broken.rule] += 1
    return {month: dict(sorted(months[month].items())) for month in sorted(months)}


def _by(keys: Iterable[str]) -> dict[str, int]:
    """The most frequent first."""
    return dict(sorted(Counter(keys).items(), key=lambda it: (-it[1], it[0])))


def _tally(numbers: Iterable[int | None]) -> dict[int, int]:
    return dict(sorted(Counter(number for number in numbers if number is not None).items()))


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
