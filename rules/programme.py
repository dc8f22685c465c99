"""The programme: which months have an audit cycle, and its days (P1, P3, P5, P7, L5); extra themed cycles (P2).

A cycle's days follow from its id alone: of one of the programme its month ("2026-10"), of an extra one the day on which
it opens ("2026-08-12-extra-1"). One that is opened late keeps them: its rules use the nominal opening day and its due
dates do not move (P3).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rules.dates_in_words import MONTHS, day_in_words, listed, month_in_words
from rules.decisions import Reason
from rules.errors import InvalidFacts, NoSuchCycle, Problem
from rules.lengths import CalendarMonths
from rules.policy.draw_shapes import ReAuditsInModerationMonth
from rules.policy.shape import Policy
from rules.working_days import WorkingDayCalendar

_MONTH_ID = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_EXTRA_ID = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})-extra-([1-9][0-9]{0,3})")
_ONE_MONTH = CalendarMonths(1)


@dataclass(frozen=True, slots=True)
class AuditCycle:
    """One cycle; `month` is its id: of one of the programme its first month, of an extra one what names its day.

    `working_days` counts both ends. In a `moderation` month senior leaders moderate instead of re-auditing (P7).
    """

    month: str
    opens_on: date
    report_due_on: date
    closes_on: date
    working_days: int
    moderation: bool
    services_every_cycle: tuple[str, ...]

    @property
    def is_extra(self) -> bool:
        """Whether it stands outside the programme (P2): without re-audits, and no service is audited in each."""
        return extra_opens_on(self.month) is not None

    @property
    def first_on(self) -> date:
        """The first day of the calendar month in which history is compared (S2, S3)."""
        return month_of_cycle(self.month)

    @property
    def name(self) -> str:
        """ "October 2026", or "12 August 2026 (extra)"."""
        return cycle_name(self.month)


def month_of(on: date) -> str:
    """The id of a date's month: "2026-10"."""
    return f"{on.year:04}-{on.month:02}"


def first_day_of(month: str) -> date:
    """The first calendar day of a month id. Raises `InvalidFacts` for anything but "yyyy-mm"."""
    if not _MONTH_ID.fullmatch(month) or month.startswith("0000"):
        sentence = f'cycle {month!r:.40} is not a month: write year and month, such as "2026-10".'
        raise InvalidFacts([Problem("/cycle", sentence, month[:40], "P1")])
    return date(int(month[:4]), int(month[5:]), 1)


def extra_id(opens_on: date, number: int) -> str:
    """The id of an extra cycle: the day on which it opens, and which of that day's it is."""
    return f"{opens_on.isoformat()}-extra-{number}"


def extra_opens_on(cycle: str) -> date | None:
    """The day in the id of an extra cycle; None for what is no such id."""
    matched = _EXTRA_ID.fullmatch(cycle)
    try:
        return date.fromisoformat(matched[1]) if matched else None
    except ValueError:
        return None


def month_of_cycle(cycle: str) -> date:
    """The first day of the month of a cycle of either kind. Raises `InvalidFacts` for what is no cycle's id."""
    opens_on = extra_opens_on(cycle)
    return opens_on.replace(day=1) if opens_on else first_day_of(cycle)


def cycle_name(cycle: str) -> str:
    """A cycle of either kind in words: "October 2026", "12 August 2026 (extra)", the second of a day "(extra 2)"."""
    opens_on = extra_opens_on(cycle)
    if opens_on is None:
        return month_in_words(first_day_of(cycle))
    number = cycle.rpartition("-")[2]
    return f"{opens_on.day} {month_in_words(opens_on)} (extra{'' if number == '1' else f' {number}'})"


def cycle_with_id(policy: Policy, calendar: WorkingDayCalendar, cycle: str) -> AuditCycle:
    """The cycle of an id of either kind; whether such an extra one was arranged is not asked. Raises as `cycle_of`."""
    opens_on = extra_opens_on(cycle)
    return cycle_of(policy, calendar, cycle) if opens_on is None else _extra(policy, calendar, cycle, opens_on)


def cycle_of(policy: Policy, calendar: WorkingDayCalendar, month: str) -> AuditCycle:
    """The cycle of a month.

    Raises `InvalidFacts` for what is no month, `NoSuchCycle` naming the next cycle for a month without one (P1), and
    `OutsideCalendar` for a year without known bank holidays.
    """
    first_on = first_day_of(month)
    if first_on.month not in policy.programme.cycle_months:
        raise NoSuchCycle(_why_no_cycle(policy, first_on), rule="P1", clause=policy.clause_of("P1"))
    return _cycle(policy, calendar, first_on)


def audit_year(policy: Policy, calendar: WorkingDayCalendar, year: int) -> tuple[AuditCycle, ...]:
    """The cycles that open in a year, in order (P1). Raises `OutsideCalendar`."""
    calendar.first_of_month(date(year, 1, 1))
    return tuple(_cycle(policy, calendar, date(year, month, 1)) for month in policy.programme.cycle_months)


def cycle_running_on(policy: Policy, calendar: WorkingDayCalendar, on: date) -> AuditCycle | None:
    """The cycle between whose opening and closing day a date lies, these included; None between cycles."""
    for months_earlier in range(policy.programme.cycle_length.count):
        first_on = CalendarMonths(months_earlier).before(on.replace(day=1))
        if first_on.month in policy.programme.cycle_months:
            cycle = _cycle(policy, calendar, first_on)
            if cycle.opens_on <= on <= cycle.closes_on:
                return cycle
    return None


def first_cycle_from(policy: Policy, calendar: WorkingDayCalendar, on: date) -> AuditCycle:
    """The first cycle that opens on that day or later."""
    return next(cycle for cycle in _cycles_from(policy, calendar, on.replace(day=1)) if cycle.opens_on >= on)


def first_cycle_with_re_audit(policy: Policy, calendar: WorkingDayCalendar, grade: str, on: date) -> AuditCycle:
    """The first cycle opening on that day or later in which a re-audit for that grade can be allocated (S7, P7)."""
    return next(
        cycle
        for cycle in _cycles_from(policy, calendar, on.replace(day=1))
        if cycle.opens_on >= on and why_re_audit_waits(policy, cycle, grade) is None
    )


def re_audit_cycles(policy: Policy, calendar: WorkingDayCalendar, year: int, grade: str) -> tuple[AuditCycle, ...]:
    """The cycles of a year in which re-audits for that grade are done (P6, P7)."""
    cycles = audit_year(policy, calendar, year)
    return tuple(cycle for cycle in cycles if why_re_audit_waits(policy, cycle, grade) is None)


def why_re_audit_waits(policy: Policy, cycle: AuditCycle, grade: str) -> Reason | None:
    """Why a re-audit for that grade is held over from a cycle that moderates (P7); None if it is not."""
    if not cycle.moderation or not _waits(policy, grade):
        return None
    this, following = (month_in_words(on) for on in (first_day_of(cycle.month), _next_first_day(policy, cycle)))
    return policy.reason(
        "P7",
        f"{this} is a moderation month: senior leaders moderate instead of re-auditing, "
        f"so a re-audit that falls due then waits for {following}.",
    )


def why_not_open(policy: Policy, cycle: AuditCycle, today: date) -> Reason | None:
    """Why a cycle may not be opened today: before its day, or after it has closed (P3); None within its days."""
    name = cycle.name
    if today < cycle.opens_on:
        return policy.reason(
            "P3",
            f"The cycle of {name} opens on {day_in_words(cycle.opens_on)} and today is {day_in_words(today)}: "
            "wait for its day, or have it opened early with a reason.",
        )
    if today > cycle.closes_on:
        way_out = "arrange another"
        if not cycle.is_extra:
            way_out = f"the next to open is {month_in_words(_next_first_day(policy, cycle))}"
        return policy.reason(
            "P3",
            f"The cycle of {name} closed on {day_in_words(cycle.closes_on)} and today is {day_in_words(today)}: "
            f"{way_out}.",
        )
    return None


def why_opened_late(policy: Policy, calendar: WorkingDayCalendar, cycle: AuditCycle, opened_on: date) -> Reason | None:
    """That a cycle was opened after its day, and that its dates stay (P3); None if it was opened in time."""
    if opened_on <= cycle.opens_on:
        return None
    late = calendar.between(cycle.opens_on, opened_on)
    return policy.reason(
        "P3",
        f"Opened on {day_in_words(opened_on)}, {late} working day{'' if late == 1 else 's'} after its nominal day, "
        f"{day_in_words(cycle.opens_on)}: its rules use the nominal day and its due dates do not move.",
    )


def next_cycle_month(policy: Policy, month: str) -> str:
    """The id of the first cycle after that month, whether or not that month has one itself."""
    return month_of(_first_day_after(policy, first_day_of(month)))


def _cycle(policy: Policy, calendar: WorkingDayCalendar, first_on: date) -> AuditCycle:
    programme = policy.programme
    opens_on = calendar.nth_from(first_on, programme.opens_on_working_day)
    cycle = _days(policy, calendar, month_of(first_on), opens_on, programme.cycle_length.after(first_on))
    return replace(
        cycle,
        moderation=first_on.month in programme.moderation_months,
        services_every_cycle=programme.services_every_cycle,
    )


def _extra(policy: Policy, calendar: WorkingDayCalendar, cycle: str, named_on: date) -> AuditCycle:
    """A day that became a day off after it was arranged opens it on the next working day."""
    opens_on = calendar.nth_from(named_on, 1)
    return _days(policy, calendar, cycle, opens_on, policy.programme.extra_cycle_length.after(opens_on))


def _days(
    policy: Policy, calendar: WorkingDayCalendar, cycle: str, opens_on: date, first_day_beyond: date
) -> AuditCycle:
    programme = policy.programme
    closes_on = calendar.nth_back_from(first_day_beyond - timedelta(days=1), programme.closes_on_working_day_from_end)
    return AuditCycle(
        month=cycle,
        opens_on=opens_on,
        report_due_on=calendar.subtract(closes_on, programme.report_due_before_close),
        closes_on=closes_on,
        working_days=calendar.count_both_ends(opens_on, closes_on),
        moderation=False,
        services_every_cycle=(),
    )


def _cycles_from(policy: Policy, calendar: WorkingDayCalendar, first_on: date) -> Iterator[AuditCycle]:
    while True:
        if first_on.month in policy.programme.cycle_months:
            yield _cycle(policy, calendar, first_on)
        first_on = _ONE_MONTH.after(first_on)


def _first_day_after(policy: Policy, first_on: date) -> date:
    following = _ONE_MONTH.after(first_on)
    while following.month not in policy.programme.cycle_months:
        following = _ONE_MONTH.after(following)
    return following


def _next_first_day(policy: Policy, cycle: AuditCycle) -> date:
    return _first_day_after(policy, first_day_of(cycle.month))


def _waits(policy: Policy, grade: str) -> bool:
    rule = policy.programme.reaudits_in_moderation_month
    if rule is ReAuditsInModerationMonth.INADEQUATE_ONLY:
        return grade != list(policy.gradings.grades)[-1]
    return rule is ReAuditsInModerationMonth.DEFER


def _why_no_cycle(policy: Policy, first_on: date) -> str:
    following = _first_day_after(policy, first_on)
    return (
        f"cycle {month_of(first_on)!r}: the programme has no cycle in {month_in_words(first_on)}; "
        f"it has one in {_months_with_a_cycle(policy)} (P1, clause {policy.clause_of('P1')}). "
        f"The next cycle is {month_of(following)!r}."
    )


def _months_with_a_cycle(policy: Policy) -> str:
    with_cycle = policy.programme.cycle_months
    without = [name for number, name in enumerate(MONTHS, 1) if number not in with_cycle]
    if len(without) < len(with_cycle):
        return f"every month but {listed(without)}"
    return listed([MONTHS[number - 1] for number in with_cycle])
