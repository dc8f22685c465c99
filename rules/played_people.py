"""Who is in post while a year is played: leavers, joiners, absences, and the cases that they hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from rules.absences import Absence
from rules.lengths import CalendarMonths, first_of_numbered_month, last_day_of_month, month_number
from rules.played_chances import Chances, Dice
from rules.programme import first_day_of
from rules.sampling_frames import Case, Practitioner, SamplingFrame

_MONTHS = 12
_DAY = timedelta(days=1)


@dataclass(slots=True)
class PlayedPerson:
    """A practitioner in a year that is played. Days are first and last days of months, `left_on` the last in post."""

    id: str
    team_id: str
    started_on: date | None
    last_audited_on: date | None
    begins_on: date
    left_on: date | None
    slots: int
    absences: tuple[Absence, ...] = ()

    def is_in_post(self, on: date) -> bool:
        """Whether they are there on that day, as far as the play knows of them."""
        return self.begins_on <= on and (self.left_on is None or on <= self.left_on)

    @property
    def waiting_since(self) -> date | None:
        """What S3 counts from: the last audit, else the start."""
        return self.last_audited_on or self.started_on


@dataclass(slots=True)
class PlayedStaff:
    """Everybody who is in post at some time, and the cases held at the moment."""

    people: dict[str, PlayedPerson]
    cases: dict[str, Case]
    chances: Chances
    dice: Dice
    _closing: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    _serial: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def move_to(self, month_on: date, kept_open: Iterable[str]) -> None:
        """What happens up to the first day of a month: people have left or begun, cases have closed, others came.

        Cases `kept_open` are in an open chain of re-audits and close a month later at the earliest.
        """
        kept = set(kept_open)
        for case_id in self._closing.pop(month_number(month_on), ()):
            if case_id in kept:
                self._closing[month_number(month_on) + 1].append(case_id)
            elif (closed := self.cases.pop(case_id, None)) is not None:
                self._allocate(self.people[closed.practitioner_id], month_on)
        for person in self.people.values():
            if person.begins_on == month_on:
                for _ in range(person.slots):
                    self._allocate(person, month_on)
        gone = {person.id for person in self.people.values() if person.left_on == month_on - _DAY}
        if gone:
            self.cases = {it.id: it for it in self.cases.values() if it.practitioner_id not in gone}

    def audited(self, practitioner_id: str, case_id: str, month_on: date) -> None:
        """Somebody and one of their cases were audited in the cycle of a month."""
        self.people[practitioner_id].last_audited_on = month_on
        if case_id in self.cases:
            self.cases[case_id] = replace(self.cases[case_id], last_audited_on=month_on)

    def in_post(self, on: date) -> list[PlayedPerson]:
        """Whoever is in post on that day."""
        return [person for person in self.people.values() if person.is_in_post(on)]

    def plan_closing(self, case: Case, from_on: date) -> None:
        """Settles in which month after that day a case closes."""
        months = self.dice.between(self.chances.least_months_open, self.chances.most_months_open, "open for", case.id)
        self._closing[month_number(from_on) + months].append(case.id)

    def _allocate(self, person: PlayedPerson, on: date) -> None:
        self._serial[person.id] += 1
        case = Case(f"{person.id}-new-{self._serial[person.id]}", person.id, on, on)
        self.cases[case.id] = case
        self.plan_closing(case, on)


def staff_of(frame: SamplingFrame, until_on: date, chances: Chances, dice: Dice) -> PlayedStaff:
    """Everybody of a frame with all who follow them until a day, and the frame's cases."""
    first_on = first_day_of(frame.cycle)
    slots: dict[str, int] = defaultdict(int)
    for case in frame.cases:
        slots[case.practitioner_id] += 1
    people = {
        person.id: person
        for practitioner in frame.practitioners
        for person in _line_of(practitioner, slots[practitioner.id], first_on, until_on, chances=chances, dice=dice)
    }
    staff = PlayedStaff(people, {case.id: case for case in frame.cases}, chances, dice)
    for case in frame.cases:
        staff.plan_closing(case, first_on)
    return staff


def absences_of(identifier: str, first_year: int, last_year: int, chances: Chances, dice: Dice) -> tuple[Absence, ...]:
    """When somebody is away for long: at most once a year."""
    found = []
    for year in range(first_year, last_year + 1):
        subject = f"{identifier} {year}"
        if dice.happens(chances.away_in_a_year, "away", subject):
            first_on = date(year, dice.between(1, _MONTHS, "away from month", subject), 1)
            months = dice.between(chances.least_months_away, chances.most_months_away, "away for", subject)
            found.append(Absence(first_on, CalendarMonths(months).after(first_on) - _DAY))
    return tuple(found)


def _line_of(
    practitioner: Practitioner, slots: int, first_on: date, until_on: date, *, chances: Chances, dice: Dice
) -> Iterator[PlayedPerson]:
    """A practitioner and, each time somebody leaves, who follows in the same team with as many cases."""
    # Whoever was there when the play began has begun before it: their cases are in the frame.
    begins_on, follower = first_on - _DAY, 0
    started_on, last_on, identifier = practitioner.started_on, practitioner.last_audited_on, practitioner.id
    while begins_on <= until_on:
        left_on = _last_day(identifier, max(begins_on, first_on), until_on, chances, dice)
        absences = absences_of(identifier, first_on.year, until_on.year, chances, dice)
        yield PlayedPerson(identifier, practitioner.team_id, started_on, last_on, begins_on, left_on, slots, absences)
        if left_on is None:
            return
        follower += 1
        begins_on = CalendarMonths(chances.vacant_months).after(left_on + _DAY)
        started_on, last_on, identifier = begins_on, None, f"{practitioner.id}+{follower}"


def _last_day(identifier: str, from_on: date, until_on: date, chances: Chances, dice: Dice) -> date | None:
    """The end of the month in which somebody leaves; None if they stay. Nobody leaves in the month they come."""
    for year in range(from_on.year, until_on.year + 1):
        subject = f"{identifier} {year}"
        if dice.happens(chances.leave_in_a_year, "leaves", subject):
            month = date(year, dice.between(1, _MONTHS, "leaves in month", subject), 1)
            if month_number(month) > month_number(from_on):
                return last_day_of_month(first_of_numbered_month(month_number(month)))
    return None
