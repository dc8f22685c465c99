"""The audits of the ten cycles before a day, played by the framework's own rules so that history matters (C5).

Nobody twice in a month, two months between ordinary audits, re-audits by senior managers of the right services and
none in a moderation month. A few re-audits were left undone, so that some are overdue and others fall due next.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rules.ladders_of_audits import re_audits_by_themselves
from rules.lengths import CalendarMonths, WorkingDays
from rules.policy.draw_shapes import WhoMayAudit
from rules.policy.shape import Policy
from rules.programme import AuditCycle, cycle_of, month_of, why_re_audit_waits
from rules.working_days import WorkingDayCalendar
from samples.cases import SampleCase
from samples.chance import Chance
from samples.people import SamplePerson, Staff
from samples.themes import THEMED_MONTHS

PAST_CYCLES = 10
_FEWEST, _MOST = 42, 50
_LATE_SHARE = 0.06
_RE_AUDIT_LEFT_UNDONE_SHARE = 0.08
_CASE_SINCE_CLOSED_SHARE = 0.12

_GRADES = [("outstanding", 13), ("good", 71), ("requires_improvement", 12), ("inadequate", 4)]
_GRADES_OF_RE_AUDITS = [("outstanding", 4), ("good", 80), ("requires_improvement", 13), ("inadequate", 3)]


@dataclass(frozen=True, slots=True)
class SamplePastAudit:
    """An audit from before the product was in use. `re_audit_of` is the month of the audit that it followed up."""

    month: str
    case: str
    practitioner: str
    team: str
    auditor: str
    kind: str
    re_audit_of: str
    grade: str
    issued_on: date


def make_past_audits(
    staff: Staff, cases: Sequence[SampleCase], as_of: date, *, policy: Policy, calendar: WorkingDayCalendar, seed: str
) -> list[SamplePastAudit]:
    """What was audited in the ten cycles before the month of that day, oldest first."""
    history = _History(staff, cases, as_of=as_of, policy=policy, calendar=calendar, chance=Chance(seed, "past audits"))
    for cycle in past_cycles(as_of, policy, calendar):
        history.play(cycle)
    return history.audits


def past_cycles(as_of: date, policy: Policy, calendar: WorkingDayCalendar) -> list[AuditCycle]:
    """The ten cycles before the month of that day, oldest first."""
    months: list[str] = []
    on = CalendarMonths(1).before(as_of.replace(day=1))
    while len(months) < PAST_CYCLES:
        if on.month in policy.programme.cycle_months:
            months.append(month_of(on))
        on = CalendarMonths(1).before(on)
    return [cycle_of(policy, calendar, month) for month in reversed(months)]


class _History:
    def __init__(
        self,
        staff: Staff,
        cases: Sequence[SampleCase],
        *,
        as_of: date,
        policy: Policy,
        calendar: WorkingDayCalendar,
        chance: Chance,
    ) -> None:
        self.practitioners = {person.id: person for person in [*staff.practitioners, *staff.leavers]}
        self.auditors = staff.auditors
        self.cases_of: dict[str, list[SampleCase]] = {person: [] for person in self.practitioners}
        for case in cases:
            self.cases_of[case.holder].append(case)
        self.as_of, self.policy, self.calendar, self.chance = as_of, policy, calendar, chance
        self.audits: list[SamplePastAudit] = []
        self.last_month: dict[str, int] = {}
        self.audited_cases: set[str] = set()
        self.closed_cases = 0
        self.load: Counter[str] = Counter()

    def play(self, cycle: AuditCycle) -> None:
        """One cycle: the re-audits that are due, then whoever waited longest."""
        self.load.clear()
        for earlier in self.due_re_audits(cycle):
            if not self.chance.happens(_RE_AUDIT_LEFT_UNDONE_SHARE):
                self.re_audit(cycle, earlier)
        kind = "themed" if cycle.opens_on.month in THEMED_MONTHS else "ordinary"
        wanted = self.chance.between(_FEWEST, _MOST)
        for person in self.in_turn(cycle):
            auditor = self.free_auditor(person, self.who_may_audit(person)) if wanted else None
            if auditor:
                self.add(cycle, person, auditor, kind=kind, case=self.pick_case(cycle, person))
                wanted -= 1

    def due_re_audits(self, cycle: AuditCycle) -> list[SamplePastAudit]:
        after = self.policy.selection.months_before_re_audit.after
        followed_up = {(audit.practitioner, audit.re_audit_of) for audit in self.audits}
        return [
            audit
            for audit in sorted(self.audits, key=lambda a: (a.grade != "inadequate", a.issued_on))
            if audit.grade in self.policy.gradings.re_audit_grades
            and after(audit.issued_on) <= cycle.opens_on
            and (audit.practitioner, audit.month) not in followed_up
            and why_re_audit_waits(self.policy, cycle, audit.grade) is None
            and self.re_audits_so_far(audit) < re_audits_by_themselves(self.policy)
        ]

    def re_audits_so_far(self, audit: SamplePastAudit) -> int:
        """0 for an audit, 1 for a first re-audit, 2 for a second."""
        if not audit.re_audit_of:
            return 0
        key = (audit.practitioner, audit.re_audit_of)
        return 1 + self.re_audits_so_far(next(a for a in self.audits if (a.practitioner, a.month) == key))

    def re_audit(self, cycle: AuditCycle, earlier: SamplePastAudit) -> None:
        person = self.practitioners[earlier.practitioner]
        if self.months_since(person, cycle) == 0 or not _works_on(person, cycle.opens_on):
            return
        who = self.policy.eligibility.auditors_of_re_audits
        auditor = self.free_auditor(person, who, but=earlier.auditor)
        if auditor:
            self.add(cycle, person, auditor, kind="re_audit", case=earlier.case, re_audit_of=earlier.month)

    def in_turn(self, cycle: AuditCycle) -> Iterator[SamplePerson]:
        """Whoever may be audited: services audited every cycle first, then by waiting time, equals by chance."""
        least = self.policy.selection.least_months_between_audits.count
        every_cycle = self.policy.programme.services_every_cycle
        people = [p for p in self.practitioners.values() if _works_on(p, cycle.opens_on)]
        people = self.chance.shuffled([p for p in people if self.months_since(p, cycle) >= least])
        people.sort(key=lambda p: -self.months_since(p, cycle))
        first = [p for p in people if p.service in every_cycle][:3]
        yield from first
        yield from (p for p in people if p not in first)

    def months_since(self, person: SamplePerson, cycle: AuditCycle) -> int:
        return _month_number(cycle) - self.last_month.get(person.id, 0)

    def who_may_audit(self, person: SamplePerson) -> WhoMayAudit:
        eligibility = self.policy.eligibility
        return eligibility.auditors_of_services.get(person.service or "", eligibility.auditors_of_the_rest)

    def free_auditor(self, person: SamplePerson, who: WhoMayAudit, but: str = "") -> SamplePerson | None:
        """Somebody with nothing to audit in this cycle yet who may and is independent (A1, A2)."""
        free = [
            auditor
            for auditor in self.auditors
            if not self.load[auditor.id]
            and auditor.id not in (person.id, person.manager, but)
            and auditor.team != person.team
            and (not who.services or auditor.audits_for in who.services)
            and (not who.roles or auditor.grade in who.roles)
        ]
        return self.chance.one_of(free) if free else None

    def pick_case(self, cycle: AuditCycle, person: SamplePerson) -> str:
        """A case held at the time and not audited in these cycles; some have closed since."""
        held = [
            case.reference
            for case in self.cases_of[person.id]
            if case.allocated_on <= cycle.opens_on and not case.restricted and case.reference not in self.audited_cases
        ]
        if not held or self.chance.happens(_CASE_SINCE_CLOSED_SHARE):
            self.closed_cases += 1
            return f"SYN-8{self.closed_cases:05}"
        return self.chance.one_of(held)

    def add(
        self,
        cycle: AuditCycle,
        person: SamplePerson,
        auditor: SamplePerson,
        *,
        kind: str,
        case: str,
        re_audit_of: str = "",
    ) -> None:
        grades = _GRADES_OF_RE_AUDITS if re_audit_of else _GRADES
        grade, issued_on = self.chance.weighted(grades), self.issued_on(cycle)
        self.audits.append(
            SamplePastAudit(
                cycle.month, case, person.id, person.team or "", auditor.id, kind, re_audit_of, grade, issued_on
            )
        )
        self.load[auditor.id] += 1
        self.last_month[person.id] = _month_number(cycle)
        self.audited_cases.add(case)

    def issued_on(self, cycle: AuditCycle) -> date:
        """Most in the last days of the cycle, a few late."""
        if self.chance.happens(_LATE_SHARE):
            late_on = cycle.closes_on + timedelta(self.chance.between(1, 14))
            return min(late_on, self.as_of - timedelta(days=1))
        return self.calendar.subtract(cycle.closes_on, WorkingDays(self.chance.between(0, 5)))


def _works_on(person: SamplePerson, on: date) -> bool:
    return (person.started_on is None or person.started_on < on) and (person.left_on is None or person.left_on > on)


def _month_number(cycle: AuditCycle) -> int:
    return cycle.opens_on.year * 12 + cycle.opens_on.month
