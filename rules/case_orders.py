"""In which order the practitioners of a team come, and which of their cases (S3, S4, S5)."""

from collections.abc import Container
from dataclasses import dataclass, field
from datetime import date, timedelta

from rules.lengths import CalendarMonths, month_number, months_between
from rules.sampling_frames import Case, Practitioner, SamplingFrame
from rules.tickets import Tickets

_DAY = timedelta(days=1)


@dataclass(slots=True, eq=False)
class Place:
    """A practitioner who can be drawn. `long_held` are their eligible cases allocated for long enough (S4).

    `waiting_since` lies in the month of their last audit, or in which they started; None if neither is known.
    """

    practitioner: Practitioner
    waiting_since: date | None
    long_held: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    ticket: str = ""

    def waiting_months(self, opens_on: date) -> int | None:
        """How many months they have waited when the cycle opens; None where nobody knows since when."""
        return None if self.waiting_since is None else months_between(self.waiting_since, opens_on)

    def standing(self) -> tuple[int, bool]:
        """What decides before any ticket: longest waiting first, then who has a case held for long enough (S3, S4)."""
        waiting_since = 0 if self.waiting_since is None else month_number(self.waiting_since)
        return waiting_since, not self.long_held

    def cases_ahead(self) -> list[str]:
        """The cases that go first, equals among themselves: those held for long enough where there is one (S4)."""
        return self.long_held or self.newer

    def case_to_draw(self, tickets: Tickets) -> str:
        """The case that goes first: one held for long enough where there is one, then by ticket."""
        return tickets.first("case", self.cases_ahead())


def latest_long_held(opens_on: date, preferred: CalendarMonths) -> date:
    """The latest allocation that is `preferred` old when the cycle opens: day + months ≤ opening day (S4)."""
    latest = preferred.before(opens_on)
    while preferred.after(latest + _DAY) <= opens_on:
        latest += _DAY
    return latest


def places_by_team(
    frame: SamplingFrame,
    tickets: Tickets,
    *,
    kept_out: Container[str],
    cases_out: Container[str],
    audited_too_lately_from: date,
    long_held_until: date,
) -> dict[str, list[Place]]:
    """Everybody with a case that can be drawn, by team and in order.

    `kept_out` are practitioners, `cases_out` cases; a case audited from `audited_too_lately_from` on is out too.
    """
    places = {
        practitioner.id: Place(practitioner, practitioner.last_audited_on or practitioner.started_on)
        for practitioner in frame.practitioners
        if practitioner.id not in kept_out
    }
    _hand_out_cases(frame.cases, places, cases_out, audited_too_lately_from, long_held_until)
    by_team: dict[str, list[tuple[int, bool, str, Place]]] = {}
    for place in places.values():
        if place.long_held or place.newer:
            place.ticket = tickets.of("practitioner", place.practitioner.id)
            by_team.setdefault(place.practitioner.team_id, []).append(_sooner(place))
    return {team_id: [place for *_, place in sorted(keyed)] for team_id, keyed in by_team.items()}


def _hand_out_cases(
    cases: tuple[Case, ...],
    places: dict[str, Place],
    cases_out: Container[str],
    audited_too_lately_from: date,
    long_held_until: date,
) -> None:
    """One pass over the whole caseload with nothing in it but comparisons: a frame can have a million cases."""
    place_of = places.get
    for case in cases:
        place = place_of(case.practitioner_id)
        if place is None:
            continue
        last = case.last_audited_on
        if last is not None and last >= audited_too_lately_from:
            continue
        case_id = case.id
        if case_id not in cases_out:
            (place.long_held if case.allocated_on <= long_held_until else place.newer).append(case_id)


def _sooner(place: Place) -> tuple[int, bool, str, Place]:
    """By standing, then by ticket; no ticket is there twice, so places themselves are never compared."""
    return *place.standing(), place.ticket, place
