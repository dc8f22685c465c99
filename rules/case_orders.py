"""In which order the practitioners of a team come, and which of their cases (S3, S4, S5)."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from rules.lengths import CalendarMonths, months_between
from rules.sampling_frames import Case, Practitioner
from rules.tickets import Tickets

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A practitioner with something to draw. `long_held` are the cases allocated for long enough (S4).

    `waiting_since` is the month of their last audit, or in which they started; None if neither is known.
    """

    practitioner: Practitioner
    ticket: str
    waiting_since: date | None
    long_held: list[str]
    newer: list[str]

    def waiting_months(self, opens_on: date) -> int | None:
        """How many months they have waited when the cycle opens; None where nobody knows since when."""
        return None if self.waiting_since is None else months_between(self.waiting_since, opens_on)

    def case_to_draw(self, tickets: Tickets) -> str:
        """The case that goes first: one held for long enough where there is one, then by ticket."""
        return tickets.first("case", self.long_held or self.newer)


def latest_long_held(opens_on: date, preferred: CalendarMonths) -> date:
    """The latest allocation that is `preferred` old when the cycle opens: day + months ≤ opening day (S4)."""
    latest = preferred.before(opens_on)
    while preferred.after(latest + _DAY) <= opens_on:
        latest += _DAY
    return latest


def places_in_order(places: list[Place]) -> list[Place]:
    """A team's order: longest waiting first, then who has a case held for long enough, then the ticket (S3, S4)."""
    return sorted(places, key=_sooner)


def _sooner(place: Place) -> tuple[int, bool, str]:
    since = place.waiting_since
    month = 0 if since is None else since.year * 12 + since.month
    return month, not place.long_held, place.ticket


def eligible_cases(
    cases: tuple[Case, ...],
    kept_out: Container[str],
    cases_out: Container[str],
    audited_too_lately_from: date,
    long_held_until: date,
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The cases that can be drawn, by practitioner: those held for long enough, and the newer ones.

    One pass over the whole caseload with nothing in it but comparisons: a frame can have a million cases.
    """
    long_held: dict[str, list[str]] = {}
    newer: dict[str, list[str]] = {}
    for case in cases:
        holder = case.practitioner_id
        if holder in kept_out:
            continue
        last = case.last_audited_on
        if (last is not None and last >= audited_too_lately_from) or case.id in cases_out:
            continue
        held = long_held if case.allocated_on <= long_held_until else newer
        if holder in held:
            held[holder].append(case.id)
        else:
            held[holder] = [case.id]
    return long_held, newer


def places_by_team(
    practitioners: tuple[Practitioner, ...],
    long_held: Mapping[str, list[str]],
    newer: Mapping[str, list[str]],
    tickets: Tickets,
) -> dict[str, list[Place]]:
    """Everybody with a case to draw, by team and in order."""
    found: dict[str, list[Place]] = {}
    for practitioner in practitioners:
        held, recent = long_held.get(practitioner.id, []), newer.get(practitioner.id, [])
        if held or recent:
            since = practitioner.last_audited_on or practitioner.started_on
            ticket = tickets.of("practitioner", practitioner.id)
            found.setdefault(practitioner.team_id, []).append(Place(practitioner, ticket, since, held, recent))
    return {team_id: places_in_order(places) for team_id, places in found.items()}
