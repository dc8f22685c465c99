"""The open cases: who holds which since when, with the spread of a real caseload."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from samples.chance import Chance
from samples.people import SamplePerson
from samples.services_and_teams import TEAMS

OPEN_CASES = 2500
_RESTRICTED_SHARE = 0.012
_TOOK_OVER_SHARE = 0.35
_PART_TIME_SHARE = 0.2
_LONGEST_DAYS = 3650
_UNSTARTED_DAYS = 900


@dataclass(frozen=True, slots=True)
class SampleCase:
    """An open case. `began_on` is earlier than `allocated_on` where it was taken over from somebody else."""

    reference: str
    holder: str
    team: str
    allocated_on: date
    began_on: date
    restricted: bool = False


def make_cases(practitioners: Sequence[SamplePerson], as_of: date, seed: str) -> list[SampleCase]:
    """2,500 open cases; the oldest have the lowest numbers, as in a case system."""
    chance = Chance(seed, "cases")
    counts = _caseloads(practitioners, chance)
    cases = [
        _case(person, as_of, chance) for person, count in zip(practitioners, counts, strict=True) for _ in range(count)
    ]
    cases.sort(key=lambda case: (case.began_on, case.holder, case.allocated_on))
    return [replace(case, reference=f"SYN-{number:06}") for number, case in enumerate(cases, 1)]


def _caseloads(practitioners: Sequence[SamplePerson], chance: Chance) -> list[int]:
    """How many cases each holds: part-timers fewer, everybody somewhat differently, 2,500 in all."""
    weights = []
    for person in practitioners:
        usual = next(team.usual_caseload for team in TEAMS if team.id == person.team)
        part = 0.5 if chance.happens(_PART_TIME_SHARE) else 1.0
        weights.append(usual * part * (0.7 + 0.6 * chance.share()))
    exact = [OPEN_CASES * weight / sum(weights) for weight in weights]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (counts[at] - exact[at], at))
    for at in by_remainder[: OPEN_CASES - sum(counts)]:
        counts[at] += 1
    return counts


def _case(person: SamplePerson, as_of: date, chance: Chance) -> SampleCase:
    usual_days = next(team.usual_days for team in TEAMS if team.id == person.team)
    allocated_on = as_of - timedelta(min(_days_held(usual_days, chance), _longest(person, as_of)))
    took_over = chance.happens(_TOOK_OVER_SHARE)
    began_on = allocated_on - timedelta(chance.between(20, 700)) if took_over else allocated_on
    restricted = chance.happens(_RESTRICTED_SHARE)
    return SampleCase("", person.id, person.team or "", allocated_on, began_on, restricted)


def _days_held(usual_days: int, chance: Chance) -> int:
    """Half of the cases are younger than the team's usual days; the older half has a long tail."""
    share = chance.share()
    if share < 0.5:
        return 1 + int(usual_days * share * 2)
    return min(int(usual_days * (1 + 3 * ((share - 0.5) * 2) ** 2)), _LONGEST_DAYS)


def _longest(person: SamplePerson, as_of: date) -> int:
    """Nobody holds a case from before they started."""
    return (as_of - person.started_on).days if person.started_on else _UNSTARTED_DAYS
