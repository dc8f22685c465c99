"""A year played by the rules alone: each cycle drawn as a real one is, from what the cycles before it left behind.

Between cycles people leave, join and are away, cases close and open, audits are issued with grades, re-audits fall
due, all by chance from one seed (rules/played_chances.py). What comes out is one possible year, not a forecast.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rules.absences import is_away, leaves_before_close
from rules.errors import InvalidFacts, Problem
from rules.lengths import CalendarMonths
from rules.played_audits import PlayedAudit, PlayedAudits
from rules.played_chances import Chances, Dice
from rules.played_people import PlayedPerson, PlayedStaff, absences_of, staff_of
from rules.policy.shape import Policy
from rules.programme import AuditCycle, cycle_of, first_day_of, month_of
from rules.promise_breaks import WaitTooLong, waits_too_long
from rules.sample_sizes import size_asked
from rules.samples import Sample, choose
from rules.sampling_frames import Auditor, Practitioner, SamplingFrame
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar

_LONGEST_YEARS = 5


@dataclass(frozen=True, slots=True)
class CyclePlayed:
    """One cycle: what was asked for, what was done, what waited.

    `re_audits_due_before` counts those whose day had come when it opened, `held_over` names the rule for each of
    them that was not done.
    """

    cycle: AuditCycle
    size_asked: int
    size_drawn: int
    auditors_available: int
    audits: tuple[PlayedAudit, ...]
    re_audits_due_before: int
    held_over: dict[str, str]
    shortfalls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class YearPlayed:
    """What happened in one year of a play.

    `auditors` are the ids of those with room, `people` all who were in post in it, and `overdue_at_start` the ids of
    those for whom the promise was broken already when it began.
    """

    year: int
    edition: str
    seed: str
    teams: int
    auditors: tuple[str, ...]
    people: tuple[PlayedPerson, ...]
    overdue_at_start: frozenset[str]
    cycles: tuple[CyclePlayed, ...]
    waits: tuple[WaitTooLong, ...]
    re_audits_waiting: int

    @property
    def breaks(self) -> list[WaitTooLong]:
        """Where the promise broke in this year: the first month of each wait that was too long."""
        return [wait for wait in self.waits if wait.is_new]

    @property
    def audits(self) -> list[PlayedAudit]:
        """Every audit of the year, cycle by cycle."""
        return [audit for cycle in self.cycles for audit in cycle.audits]


@dataclass(slots=True)
class _Play:
    """The state of a play, and the record of the year that is looked at."""

    frame: SamplingFrame
    year: int
    seed: str
    policy: Policy
    calendar: WorkingDayCalendar
    dice: Dice
    staff: PlayedStaff
    audits: PlayedAudits
    cycles: list[CyclePlayed] = field(default_factory=list)
    waits: list[WaitTooLong] = field(default_factory=list)
    overdue_at_start: frozenset[str] = frozenset()

    def month(self, month_on: date) -> None:
        """One month: who comes and goes, then its cycle if it has one, then for whom the promise has broken."""
        self.staff.move_to(month_on, self.audits.cases_in_chains())
        if (month_on.year, month_on.month) == (self.year, 1):
            self.overdue_at_start = frozenset(self._overdue(month_on))
        sample = None
        if month_on.month in self.policy.programme.cycle_months:
            sample = self._cycle(month_on)
        if month_on.year == self.year:
            people, moderated = self.staff.people.values(), self.audits.moderated
            self.waits.extend(waits_too_long(people, month_on, sample, moderated, self.policy))

    def _overdue(self, month_on: date) -> Iterator[str]:
        target = self.policy.selection.target_months_between_audits
        for person in self.staff.in_post(month_on):
            since = person.waiting_since
            if since is not None and target.after(since.replace(day=1)) < month_on:
                yield person.id

    def _cycle(self, month_on: date) -> Sample:
        cycle = cycle_of(self.policy, self.calendar, month_of(month_on))
        frame = self._frame(cycle)
        asked = size_asked(frame, cycle, self.policy)
        sized = replace(frame, size=asked.size).in_order()
        sample = choose(sized, cycle, Tickets(f"{self.seed} {cycle.month}"), self.policy)
        done = self.audits.of_cycle(sample, self.staff)
        if month_on.year == self.year:
            self.cycles.append(_played(sample, asked.size, done, [it.rule for it in asked.shortfalls]))
        return sample

    def _frame(self, cycle: AuditCycle) -> SamplingFrame:
        people = {person.id: person for person in self.staff.in_post(cycle.opens_on)}
        return replace(
            self.frame,
            cycle=cycle.month,
            practitioners=tuple(self._practitioner(person, cycle) for person in people.values()),
            cases=tuple(case for case in self.staff.cases.values() if case.practitioner_id in people),
            auditors=tuple(self._auditors(cycle, people)),
            **self.audits.facts_for(cycle, people, self.staff.cases),
        )

    def _practitioner(self, person: PlayedPerson, cycle: AuditCycle) -> Practitioner:
        leaves = leaves_before_close(cycle, person.left_on)
        away = leaves or is_away(self.policy, self.calendar, cycle, person.absences)
        return Practitioner(person.id, person.team_id, person.last_audited_on, person.started_on, away)

    def _auditors(self, cycle: AuditCycle, people: dict[str, PlayedPerson]) -> Iterable[Auditor]:
        for auditor in self.frame.auditors:
            absences = absences_of(auditor.id, self.year - 1, self.year, self.staff.chances, self.dice)
            away = bool(absences) and is_away(self.policy, self.calendar, cycle, absences)
            themselves = auditor.practitioner_id if auditor.practitioner_id in people else None
            manages = tuple(person for person in auditor.line_manages if person in people)
            capacity = 0 if away else auditor.capacity
            yield replace(auditor, capacity=capacity, practitioner_id=themselves, line_manages=manages)


def play_year(
    frame: SamplingFrame, year: int, seed: str, *, policy: Policy, calendar: WorkingDayCalendar, chances: Chances
) -> YearPlayed:
    """Plays from the frame's own cycle to the end of a year, and tells of that year.

    The frame's size, `away` and `set_aside` play no part: the edition works out the size (S8), chance the absences.
    Raises `InvalidFacts` for a year that lies before the frame's cycle or far behind it, `OutsideCalendar` for one
    without known bank holidays.
    """
    first_on = first_day_of(frame.cycle)
    if not first_on.year <= year <= first_on.year + _LONGEST_YEARS:
        sentence = (
            f"The play begins in {frame.cycle}: give a year from {first_on.year} to {first_on.year + _LONGEST_YEARS}."
        )
        raise InvalidFacts([Problem("/year", sentence, str(year))])
    dice, until_on = Dice(seed), date(year, 12, 31)
    plain = replace(frame, set_aside=())
    staff = staff_of(plain, until_on, chances, dice)
    audits = PlayedAudits(plain, policy, calendar, chances, dice)
    play = _Play(plain, year, seed, policy, calendar, dice, staff, audits)
    for month_on in _months(first_on, until_on):
        play.month(month_on)
    return _year(play)


def _year(play: _Play) -> YearPlayed:
    first_on, last_on = date(play.year, 1, 1), date(play.year, 12, 31)
    return YearPlayed(
        year=play.year,
        edition=play.policy.edition.id,
        seed=play.seed,
        teams=len(play.frame.teams),
        auditors=tuple(auditor.id for auditor in play.frame.auditors if auditor.capacity > 0),
        people=tuple(
            person
            for person in play.staff.people.values()
            if person.begins_on <= last_on and (person.left_on is None or person.left_on >= first_on)
        ),
        overdue_at_start=play.overdue_at_start,
        cycles=tuple(play.cycles),
        waits=tuple(play.waits),
        re_audits_waiting=play.audits.waiting(),
    )


def _played(sample: Sample, asked: int, done: Sequence[PlayedAudit], shortfalls: list[str]) -> CyclePlayed:
    opens_on, turns = sample.cycle.opens_on, sample.turns
    had_come = {it.id for it in sample.frame.re_audits if it.due_on <= opens_on}
    return CyclePlayed(
        cycle=sample.cycle,
        size_asked=asked,
        size_drawn=sample.seats.given,
        auditors_available=sum(auditor.capacity > 0 for auditor in sample.frame.auditors),
        audits=tuple(done),
        re_audits_due_before=len(had_come),
        held_over={
            **{key: reasons[0].rule for key, reasons in turns.held_over.items() if key in had_come},
            **sample.refused_re_audits,
        },
        shortfalls=tuple(sorted([*shortfalls, *sample.stopped_teams.values(), *sample.refused_re_audits.values()])),
    )


def _months(first_on: date, until_on: date) -> Iterator[date]:
    while first_on <= until_on:
        yield first_on
        first_on = CalendarMonths(1).after(first_on)
