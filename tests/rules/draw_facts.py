"""Short ways to say what a draw is made from.

Unless a test says otherwise: October 2026, which opens on Thursday the 1st; practitioners of team "review-a" who have
waited a year, with one case held for years; auditors of another service.
"""

from datetime import date

from rules.draw_answers import Draw
from rules.draws import draw
from rules.policy.load import load_edition
from rules.policy.shape import Policy
from rules.sampling_frames import (
    Auditor,
    CarriedOver,
    Case,
    DueReAudit,
    Pairing,
    Practitioner,
    SamplingFrame,
    SetAside,
    Team,
)
from rules.tickets import Kind, Tickets
from rules.working_days import WorkingDayCalendar

POLICY = load_edition("waltham_forest_2023")
CALENDAR = WorkingDayCalendar.of_policy(POLICY.calendar)
SEED = "a seed"
OPENS_ON = date(2026, 10, 1)

REVIEW = Team("review-a", "review")


def on(text: str) -> date:
    return date.fromisoformat(text)


def day(text: str | None) -> date | None:
    return None if text is None else on(text)


def practitioner(
    identifier: str,
    team: str = "review-a",
    last: str | None = None,
    started: str | None = "2025-10-06",
    away: bool = False,
) -> Practitioner:
    return Practitioner(identifier, team, day(last), day(started), away)


def case(
    identifier: str,
    of: str,
    allocated: str = "2024-01-08",
    began: str = "2023-11-06",
    last: str | None = None,
    *,
    restricted: bool = False,
) -> Case:
    return Case(identifier, of, on(allocated), on(began), day(last), restricted)


def one_case_each(people: tuple[Practitioner, ...]) -> tuple[Case, ...]:
    return tuple(case(f"case of {person.id}", person.id) for person in people)


def auditor(
    identifier: str,
    service: str = "send",
    roles: tuple[str, ...] = (),
    *,
    teams: tuple[str, ...] = (),
    is_practitioner: str | None = None,
    manages: tuple[str, ...] = (),
    capacity: int = 5,
    cleared: bool = False,
) -> Auditor:
    return Auditor(
        id=identifier,
        service_id=service,
        roles=roles,
        team_ids=teams,
        practitioner_id=is_practitioner,
        line_manages=manages,
        capacity=capacity,
        is_cleared_for_restricted=cleared,
    )


def senior(
    identifier: str, service: str = "quality_assurance", capacity: int = 5, teams: tuple[str, ...] = ()
) -> Auditor:
    return auditor(identifier, service, ("senior_manager",), teams=teams, capacity=capacity)


def re_audit(
    identifier: str,
    of: str,
    case_id: str | None = None,
    *,
    team: str = "review-a",
    first: str | None = None,
    grade: str = "requires_improvement",
    due: str = "2026-09-20",
    issued: str = "2026-08-20",
) -> DueReAudit:
    return DueReAudit(identifier, case_id or f"case of {of}", of, team, grade, on(due), on(issued), first)


def frame(
    *practitioners: Practitioner,
    size: int = 1,
    teams: tuple[Team, ...] = (REVIEW,),
    cases: tuple[Case, ...] | None = None,
    auditors: tuple[Auditor, ...] = (auditor("xena"),),
    re_audits: tuple[DueReAudit, ...] = (),
    carried_over: tuple[CarriedOver, ...] = (),
    pairings: tuple[Pairing, ...] = (),
    set_aside: tuple[SetAside, ...] = (),
    cycle: str = "2026-10",
) -> SamplingFrame:
    work = one_case_each(practitioners) if cases is None else cases
    return SamplingFrame(
        cycle, size, teams, practitioners, work, auditors, re_audits, carried_over, pairings, set_aside
    )


def drawn(of: SamplingFrame, policy: Policy = POLICY, seed: str = SEED) -> Draw:
    return draw(of, seed, policy, CALENDAR)


def by_ticket(kind: Kind, *identifiers: str, seed: str = SEED) -> list[str]:
    """These in the order of their tickets."""
    tickets = Tickets(seed)
    return sorted(identifiers, key=lambda identifier: tickets.of(kind, identifier))


def people_drawn(answer: Draw) -> list[str]:
    return [row.practitioner_id for row in answer.drawn]


def people_in_order(answer: Draw) -> list[str]:
    """Everybody of the one team who could be drawn, in the team's order."""
    rows = [(row.order, row.practitioner_id) for row in answer.drawn]
    rows += [(row.order, row.practitioner_id) for row in answer.reserves]
    return [practitioner_id for _, practitioner_id in sorted(rows)]


def rule_for(answer: Draw, case_id: str) -> str | None:
    """The rule that kept a case out."""
    return next((row.rule for row in answer.excluded if row.case_id == case_id), None)


def shortfall_rules(answer: Draw) -> list[str]:
    return [shortfall.rule for shortfall in answer.shortfalls]
