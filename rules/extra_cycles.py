"""Extra themed cycles: what may be arranged outside the ten of the programme (P2), and whom a re-audit keeps out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.re_audits import re_audit_due_on
from rules.themes import Narrowing, Theme, narrowing_problems
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class ExtraCycle:
    """What somebody asks for: a topic and an origin as every theme has, how many audits, and the day it opens."""

    opens_on: date
    topic: str
    origin: str
    size: int
    services: tuple[str, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()

    @property
    def theme(self) -> Theme:
        """What it narrows new audits to."""
        return Theme(tuple(sorted({*self.services})), self.narrowings)


def refuse_unfit(
    policy: Policy, calendar: WorkingDayCalendar, asked: ExtraCycle, today: date, services: Collection[str]
) -> None:
    """Raises `InvalidFacts` with everything that stands in the way of arranging it, and `OutsideCalendar`."""
    problems = [*_day_problems(policy, calendar, asked.opens_on, today), *_theme_problems(policy, asked, services)]
    most = policy.selection.largest_extra_sample
    if not 1 <= asked.size <= most:
        sentence = f"An extra cycle asks for 1 to {most} audits, not for {asked.size} {_cited(policy, 'S8')}."
        problems.append(Problem("/size", sentence, str(asked.size), "S8"))
    if problems:
        raise InvalidFacts(problems)


def why_re_audit_goes_first(
    policy: Policy, cycle: AuditCycle, practitioner_id: str, audit_id: str, issued_on: date
) -> Reason | None:
    """That a re-audit keeps its practitioner out of an extra cycle: one due by the end of its month (S2, S7)."""
    due_on = re_audit_due_on(policy, issued_on)
    if (due_on.year, due_on.month) > (cycle.first_on.year, cycle.first_on.month):
        return None
    return policy.reason(
        "S2",
        f"Practitioner {practitioner_id} has a re-audit of {audit_id} due on {day_in_words(due_on)}: nobody has two "
        "audits in a month, and the re-audit, which a cycle of the programme allocates, goes first.",
    )


def _day_problems(policy: Policy, calendar: WorkingDayCalendar, opens_on: date, today: date) -> Iterator[Problem]:
    day = day_in_words(opens_on)
    if opens_on < today:
        sentence = f"{day} is past: name today, {day_in_words(today)}, or a later working day {_cited(policy, 'P2')}."
        yield Problem("/opens_on", sentence, opens_on.isoformat(), "P2")
    elif (first := calendar.nth_from(opens_on, 1)) != opens_on:
        sentence = (
            f"{day} is no working day, and a cycle opens on one: the next is {day_in_words(first)} "
            f"{_cited(policy, 'P3')}."
        )
        yield Problem("/opens_on", sentence, opens_on.isoformat(), "P3")


def _theme_problems(policy: Policy, asked: ExtraCycle, services: Collection[str]) -> Iterator[Problem]:
    cited = _cited(policy, "P2")
    if not asked.topic.strip():
        sentence = f"An extra cycle has a topic: name a practice topic or a service area {cited}."
        yield Problem("/topic", sentence, asked.topic[:40], "P2")
    if asked.origin not in policy.programme.theme_origins:
        known = ", ".join(policy.programme.theme_origins)
        sentence = f"{asked.origin!r:.40} is no origin of a theme: give one of {known} {cited}."
        yield Problem("/origin", sentence, asked.origin[:40], "P2")
    for place, service in enumerate(asked.services):
        if service not in services:
            sentence = f"There is no service {service!r:.40}: name one of {', '.join(sorted(services)) or 'none yet'}."
            yield Problem(f"/services/{place}", sentence, service[:40], "P4")
    yield from narrowing_problems("/attributes", asked.narrowings)


def _cited(policy: Policy, rule: str) -> str:
    return f"({rule}, clause {policy.clause_of(rule)})"
