"""How the seats of a draw are shared among the teams, one at a time (S1, P5)."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from heapq import heapify, heappop, heapreplace

from rules.sampling_frames import Practitioner, Team
from rules.tickets import Tickets

# Quotients are compared as whole numbers of this fraction: exact for teams of up to four thousand million people.
_FINE = 1 << 64


@dataclass(slots=True)
class Seats:
    """The seats of each team, and of all of them together."""

    by_team: dict[str, int]
    given: int = 0


def teams_in_turn(
    teams: Iterable[Team],
    practitioners: Iterable[Practitioner],
    every_cycle: Container[str],
    tickets: Tickets,
) -> list[Team]:
    """The order of first seats: services audited every cycle, never audited, longest ago, then the team's ticket."""
    latest = latest_audits(practitioners)

    def turn(team: Team) -> tuple[bool, tuple[int, int], str]:
        last = latest.get(team.id)
        month = (0, 0) if last is None else (last.year, last.month)
        return team.service_id not in every_cycle, month, tickets.of("team", team.id)

    return sorted(teams, key=turn)


def latest_audits(practitioners: Iterable[Practitioner]) -> dict[str, date]:
    """The latest audit of any practitioner of a team, by team; teams never audited are not there."""
    latest: dict[str, date] = {}
    for practitioner in practitioners:
        last = practitioner.last_audited_on
        if last is not None and last > latest.get(practitioner.team_id, date.min):
            latest[practitioner.team_id] = last
    return latest


def share_seats(
    turns: list[str],
    eligible: Mapping[str, int],
    tickets: Tickets,
    size: int,
    admit: Callable[[str, int], bool],
) -> Seats:
    """Gives up to `size` seats: one to each team in turn, then each to the team with the largest quotient.

    `eligible` counts each team's eligible practitioners, `admit(team_id, n)` tries to find an auditor for its n-th
    practitioner (from 0). A team for which it fails is stopped. The quotient is eligible ÷ (2 × seats + 1)
    (Webster, Sainte-Laguë), ties go by the team's ticket.
    """
    seats = Seats(dict.fromkeys(eligible, 0))
    for team_id in turns:
        if seats.given < size and eligible[team_id]:
            _try_seat(seats, team_id, admit)
    waiting = [
        (_behind(eligible[team_id], held), tickets.of("team", team_id), team_id)
        for team_id, held in seats.by_team.items()
        if 0 < held < eligible[team_id]
    ]
    heapify(waiting)
    while waiting and seats.given < size:
        _, ticket, team_id = waiting[0]
        may_go_on = _try_seat(seats, team_id, admit) and seats.by_team[team_id] < eligible[team_id]
        if may_go_on:
            heapreplace(waiting, (_behind(eligible[team_id], seats.by_team[team_id]), ticket, team_id))
        else:
            heappop(waiting)
    return seats


def _try_seat(seats: Seats, team_id: str, admit: Callable[[str, int], bool]) -> bool:
    if admit(team_id, seats.by_team[team_id]):
        seats.by_team[team_id] += 1
        seats.given += 1
        return True
    return False


def _behind(eligible: int, held: int) -> int:
    """Smaller for a larger quotient. Two different quotients never fall on the same whole number."""
    return -(eligible * _FINE // (2 * held + 1))
