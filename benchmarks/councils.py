"""A made-up council of any size for the draw's benchmarks: the same one every time, told by numbers and no names.

One size has 10 teams in seven services, 400 practitioners with 20 cases each, 80 auditors in nine services, 16 due
re-audits and a year of pairings.
"""

import random
from datetime import date, timedelta

from rules.policy.load import load_edition
from rules.programme import cycle_of
from rules.sampling_frames import Auditor, Case, DueReAudit, Pairing, Practitioner, SamplingFrame, Team
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
CYCLE = cycle_of(POLICY, CALENDAR, "2026-10")
SEED = "benchmark"

_SERVICES = (
    *("mash", "home_first", "care_management", "community_learning_disability"),
    *("review", "send", "nelft"),
)
_AUDITING = (*_SERVICES, "quality_assurance", "care_and_support")
_ROLES: tuple[tuple[str, ...], ...] = ((), ("manager",), ("senior_manager",))


def council(times: int, cases_each: int = 20) -> SamplingFrame:
    """The council so many times over, 160 new audits each, with its lists in order."""
    seeded = random.Random(2026)
    teams = [Team(f"team-{number:04}", _SERVICES[number % len(_SERVICES)]) for number in range(10 * times)]
    practitioners = [_practitioner(seeded, number, teams) for number in range(400 * times)]
    cases = [
        _case(seeded, f"case-{number:07}", practitioners[number % len(practitioners)].id)
        for number in range(len(practitioners) * cases_each)
    ]
    auditors = [_auditor(seeded, number, teams, practitioners) for number in range(80 * times)]
    re_audits = [
        _re_audit(seeded, number, person, cases[int(person.id[1:])], auditors)
        for number, person in enumerate(seeded.sample(practitioners, 16 * times))
    ]
    pairings = [
        Pairing(seeded.choice(auditors).id, seeded.choice(practitioners).id, _ago(seeded, 600))
        for _ in range(1_200 * times)
    ]
    return SamplingFrame(
        cycle=CYCLE.month,
        size=160 * times,
        teams=tuple(teams),
        practitioners=tuple(practitioners),
        cases=tuple(cases),
        auditors=tuple(auditors),
        re_audits=tuple(re_audits),
        pairings=tuple(pairings),
    ).in_order()


def _ago(seeded: random.Random, most: int, least: int = 1) -> date:
    return CYCLE.opens_on - timedelta(seeded.randint(least, most))


def _practitioner(seeded: random.Random, number: int, teams: list[Team]) -> Practitioner:
    last = None if seeded.random() < 0.2 else _ago(seeded, 300, 20)
    started = None if seeded.random() < 0.1 else _ago(seeded, 3_000, 60)
    return Practitioner(f"p{number:05}", seeded.choice(teams).id, last, started, seeded.random() < 0.03)


def _case(seeded: random.Random, identifier: str, practitioner_id: str) -> Case:
    allocated_on = _ago(seeded, 400)
    last = _ago(seeded, 900) if seeded.random() < 0.1 else None
    return Case(identifier, practitioner_id, allocated_on, allocated_on - timedelta(seeded.randrange(200)), last)


def _auditor(seeded: random.Random, number: int, teams: list[Team], people: list[Practitioner]) -> Auditor:
    return Auditor(
        id=f"a{number:05}",
        service_id=seeded.choice(_AUDITING),
        roles=seeded.choice(_ROLES),
        team_ids=(seeded.choice(teams).id,) if seeded.random() < 0.7 else (),
        practitioner_id=seeded.choice(people).id if seeded.random() < 0.2 else None,
        line_manages=tuple(seeded.choice(people).id for _ in range(3)),
        capacity=seeded.choice((2, 3, 3, 4)),
    )


def _re_audit(
    seeded: random.Random, number: int, person: Practitioner, case: Case, auditors: list[Auditor]
) -> DueReAudit:
    return DueReAudit(
        id=f"r{number:04}",
        case_id=case.id,
        practitioner_id=person.id,
        team_id=person.team_id,
        grade=seeded.choice(("inadequate", "requires_improvement")),
        due_on=_ago(seeded, 30),
        previous_issued_on=_ago(seeded, 90, 31),
        first_auditor_id=seeded.choice(auditors).id if seeded.random() < 0.9 else None,
    )
