"""Publishing a year's programme: what it must hold, and what it warns of (P1, P2, P7)."""

import enum
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words, month_in_words
from rules.decisions import Reason
from rules.errors import Problem
from rules.policy.shape import Policy
from rules.programme import (
    AuditCycle,
    audit_year,
    first_cycle_with_re_audit,
    first_day_of,
    month_of,
    why_re_audit_waits,
)
from rules.themes import Narrowing, Theme, codes_without_cases
from rules.working_days import WorkingDayCalendar


class CycleKind(enum.StrEnum):
    """The two kinds of cycle (P2)."""

    ORDINARY = "ordinary"
    THEMED = "themed"


# A cycle that no published programme plans opens as this (P2).
KIND_WITHOUT_PROGRAMME = CycleKind.ORDINARY


@dataclass(frozen=True, slots=True)
class PlannedCycle:
    """One line of a year's programme: a themed cycle has a topic and an origin, an ordinary one has neither.

    `services` and `narrowings` narrow a themed cycle, empty for all.
    """

    month: str
    kind: CycleKind
    topic: str | None = None
    origin: str | None = None
    services: tuple[str, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()

    @property
    def theme(self) -> Theme:
        """What it narrows new audits to."""
        return Theme(tuple(sorted(self.services)), self.narrowings)


def validate_programme(policy: Policy, year: int, planned: Sequence[PlannedCycle]) -> tuple[Problem, ...]:
    """Everything that stands in the way of publishing a year's programme; nothing means that it may be published.

    Pointers lead into the list of cycles ("/cycles/3/topic"); each problem names its rule, and its sentence the clause.
    """
    return tuple(_problems(policy, year, planned))


def why_not_changed(
    policy: Policy, before: Sequence[PlannedCycle], after: Sequence[PlannedCycle], begun: Collection[str]
) -> tuple[Problem, ...]:
    """What stands in the way of changing a published programme: lines that differ of cycles that have `begun` (P2).

    A cycle has begun when it was opened or its opening day has come: people were told of it as it was planned.
    """
    was = {cycle.month: cycle for cycle in before}
    positions = {cycle.month: position for position, cycle in enumerate(after)}
    return tuple(
        Problem(
            f"/cycles/{positions[month]}" if month in positions else "/cycles",
            f"The cycle of {month_in_words(first_day_of(month))} has begun: it stays as it was planned "
            f"{_cited(policy, 'P2')}; change those that are still to come.",
            month,
            "P2",
        )
        for month in sorted(begun)
        if was.get(month) != (after[positions[month]] if month in positions else None)
    )


def changed_months(before: Sequence[PlannedCycle], after: Sequence[PlannedCycle]) -> tuple[str, ...]:
    """The months whose lines differ, in order."""
    differing = {cycle.month for cycle in {*before} ^ {*after}}
    return tuple(sorted(differing))


def why_next_programme_is_missing(policy: Policy, today: date, years_published: Collection[int]) -> Reason | None:
    """The warning of P2: from the policy's day on, while no programme is published for next year."""
    warned_from = policy.programme.next_programme_warned_from
    following = today.year + 1
    if today < warned_from.in_year(today.year) or following in years_published:
        return None
    first = month_in_words(date(following, policy.programme.cycle_months[0], 1))
    return policy.reason(
        "P2",
        f"No programme is published for {following} (warned of from {warned_from}): unless there is one, "
        f"the cycle of {first} opens as {KIND_WITHOUT_PROGRAMME}.",
    )


def narrowed_to_nothing(policy: Policy, month: str, narrowing: Narrowing, in_use: Collection[str]) -> Reason | None:
    """The warning that no open case has some of the codes a theme looks for (P2); None if each is in use."""
    missing = {*narrowing.codes} - {*in_use}
    return policy.reason("P2", codes_without_cases(month, narrowing, missing)) if missing else None


def delayed_re_audits(policy: Policy, calendar: WorkingDayCalendar, year: int) -> tuple[Reason, ...]:
    """For each moderation month of a year: until when the re-audits wait that fall due in it (P7)."""
    # The best of the grades that call for a re-audit waits under every reading of the policy in which any waits.
    grade = policy.gradings.re_audit_grades[0]
    return tuple(
        _delay(policy, calendar, cycle, grade)
        for cycle in audit_year(policy, calendar, year)
        if why_re_audit_waits(policy, cycle, grade)
    )


def _problems(policy: Policy, year: int, planned: Sequence[PlannedCycle]) -> Iterator[Problem]:
    yield from _wrong_months(policy, year, planned)
    yield from _wrong_numbers(policy, planned)
    for position, cycle in enumerate(planned):
        yield from _theme_problems(policy, f"/cycles/{position}", cycle)


def _wrong_months(policy: Policy, year: int, planned: Sequence[PlannedCycle]) -> Iterator[Problem]:
    cited = _cited(policy, "P1")
    expected = [month_of(date(year, month, 1)) for month in policy.programme.cycle_months]
    seen: set[str] = set()
    for position, cycle in enumerate(planned):
        pointer = f"/cycles/{position}/month"
        if cycle.month not in expected:
            sentence = f"{cycle.month!r:.40} has no cycle in the programme of {year}: leave it out {cited}."
            yield Problem(pointer, sentence, cycle.month[:40], "P1")
        elif cycle.month in seen:
            yield Problem(pointer, f"{cycle.month} is planned twice: keep one {cited}.", cycle.month, "P1")
        seen.add(cycle.month)
    for month in expected:
        if month not in seen:
            named = month_in_words(first_day_of(month))
            yield Problem("/cycles", f"No cycle is planned for {named}: add one {cited}.", month, "P1")


def _wrong_numbers(policy: Policy, planned: Sequence[PlannedCycle]) -> Iterator[Problem]:
    asked = {
        CycleKind.ORDINARY: policy.programme.ordinary_cycles,
        CycleKind.THEMED: policy.programme.themed_cycles,
    }
    for kind, number in asked.items():
        found = sum(cycle.kind == kind for cycle in planned)
        if found != number:
            sentence = f"The programme has {found} {kind} cycles and needs {number} {_cited(policy, 'P2')}."
            yield Problem("/cycles", sentence, str(found), "P2")


def _theme_problems(policy: Policy, pointer: str, cycle: PlannedCycle) -> Iterator[Problem]:
    if cycle.kind is CycleKind.THEMED:
        yield from _incomplete_theme(policy, pointer, cycle)
        return
    for name, value in (("topic", cycle.topic), ("origin", cycle.origin)):
        if value is not None:
            way_out = f"leave it out or make the cycle themed {_cited(policy, 'P2')}"
            sentence = f"The ordinary cycle {cycle.month} has no {name}: {way_out}."
            yield Problem(f"{pointer}/{name}", sentence, value[:40], "P2")


def _incomplete_theme(policy: Policy, pointer: str, cycle: PlannedCycle) -> Iterator[Problem]:
    themed, cited = f"The themed cycle {cycle.month}", _cited(policy, "P2")
    if not (cycle.topic or "").strip():
        sentence = f"{themed} lacks a topic: name a practice topic or a service area {cited}."
        yield Problem(f"{pointer}/topic", sentence, cycle.topic, "P2")
    if cycle.origin not in policy.programme.theme_origins:
        found = "lacks an origin" if cycle.origin is None else f"has the unknown origin {cycle.origin!r:.40}"
        sentence = f"{themed} {found}: give one of {', '.join(policy.programme.theme_origins)} {cited}."
        yield Problem(f"{pointer}/origin", sentence, cycle.origin and cycle.origin[:40], "P2")


def _cited(policy: Policy, rule: str) -> str:
    return f"({rule}, clause {policy.clause_of(rule)})"


def _delay(policy: Policy, calendar: WorkingDayCalendar, cycle: AuditCycle, grade: str) -> Reason:
    until = first_cycle_with_re_audit(policy, calendar, grade, cycle.opens_on)
    latest_issue_on = policy.selection.months_before_re_audit.before(cycle.opens_on)
    return policy.reason(
        "P7",
        f"{month_in_words(cycle.opens_on)} is a moderation month: a re-audit of work graded "
        f"{policy.gradings.grades[grade]} that falls due by {day_in_words(cycle.opens_on)} (its audit issued by "
        f"{day_in_words(latest_issue_on)}) waits until {day_in_words(until.opens_on)}.",
    )
