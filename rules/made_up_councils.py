"""A council of a given size to play a year with, made up from nothing but numbers and the edition's own services.

It is a sampling frame, as a real council is one: whoever has real facts plays with those instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rules.errors import InvalidFacts, Problem
from rules.lengths import CalendarMonths
from rules.played_chances import Chances, Dice
from rules.policy.draw_shapes import WhoMayAudit
from rules.policy.shape import Policy
from rules.programme import month_of
from rules.sampling_frames import Auditor, Case, Practitioner, SamplingFrame, Team
from rules.service_names import services_named

# Of each ten auditors, these may re-audit and those audit the services that have auditors of their own.
_OF_TEN = 10
_RE_AUDITORS = (0, 3, 6)
_OWN_AUDITORS = (1, 5)
_PRACTITIONERS_A_TEAM = 20
_OTHER_SERVICE = "other"
_MOST = {"practitioners": 20_000, "auditors": 20_000, "teams": 2_000, "cases_each": 100, "capacity": 100}
_LONGEST_SERVICE_MONTHS = 60


@dataclass(frozen=True, slots=True)
class CouncilSize:
    """How large a council is. Without `teams` there is one for each twenty practitioners; without `capacity` an
    auditor takes as many audits a cycle as the edition reckons with, or one."""

    practitioners: int
    auditors: int
    teams: int | None = None
    cases_each: int = 12
    capacity: int | None = None

    def in_words(self) -> str:
        """The size in a phrase."""
        return f"a made-up council of {self.practitioners} practitioners and {self.auditors} auditors"


def made_up_council(policy: Policy, size: CouncilSize, year: int, chances: Chances, seed: str) -> SamplingFrame:
    """A council with nothing audited yet, in the first cycle of the year before, which serves to settle it.

    Raises `InvalidFacts` for numbers that no council has.
    """
    _refuse_impossible(size)
    first_on = date(year - 1, policy.programme.cycle_months[0], 1)
    dice = Dice(seed)
    teams = _teams(policy, size.teams or max(1, size.practitioners // _PRACTITIONERS_A_TEAM))
    practitioners = tuple(_practitioner(number, teams, first_on, dice) for number in range(1, size.practitioners + 1))
    frame = SamplingFrame(
        cycle=month_of(first_on),
        size=1,
        teams=teams,
        practitioners=practitioners,
        cases=tuple(
            _case(f"{practitioner.id}-{number}", practitioner, first_on, chances, dice)
            for practitioner in practitioners
            for number in range(1, size.cases_each + 1)
        ),
        auditors=_auditors(policy, size, teams),
    )
    return frame.in_order()


def with_auditors(frame: SamplingFrame, number: int) -> SamplingFrame:
    """The council with so many auditors who have room, in the same mix: the first of them, or all and further ones.

    Further ones belong to no team. More auditors always include those that fewer have; who falls away keeps their
    place in the history and gets no audit.
    """
    have = sorted((auditor for auditor in frame.auditors if auditor.capacity > 0), key=_place_in_mix)
    if not have:
        return frame
    dropped = {auditor.id for auditor in have[number:]}
    staying = [replace(it, capacity=0) if it.id in dropped else it for it in frame.auditors]
    further = [_one_more_like(have[place % len(have)], place // len(have)) for place in range(len(have), number)]
    return replace(frame, auditors=tuple(sorted((*staying, *further), key=lambda it: it.id)))


def _one_more_like(auditor: Auditor, times: int) -> Auditor:
    return replace(auditor, id=f"{auditor.id}+{times}", team_ids=(), practitioner_id=None, line_manages=())


def _place_in_mix(auditor: Auditor) -> tuple[int, str]:
    """Made-up auditors are numbered in their mix; real ones stand in an order that has nothing to do with who they
    are."""
    made_up = auditor.id.startswith("auditor-") and auditor.id[8:].isdigit()
    return (
        (int(auditor.id[8:]), "") if made_up else (0, str(Dice("").between(0, 10**12, "place", auditor.id)).zfill(13))
    )


def _teams(policy: Policy, number: int) -> tuple[Team, ...]:
    """One team for each service with a rule of its own, as far as the number goes; the others elsewhere."""
    own = sorted({*policy.programme.services_every_cycle, *policy.eligibility.auditors_of_services})
    others = sorted(services_named(policy) - set(own)) or [_OTHER_SERVICE]
    services = [*own, *(others[place % len(others)] for place in range(max(0, number - len(own))))][:number]
    return tuple(Team(f"team-{place:03}", service) for place, service in enumerate(services, 1))


def _practitioner(number: int, teams: Sequence[Team], first_on: date, dice: Dice) -> Practitioner:
    identifier = f"practitioner-{number:05}"
    months = dice.between(1, _LONGEST_SERVICE_MONTHS, "months in post", identifier)
    return Practitioner(identifier, teams[number % len(teams)].id, started_on=CalendarMonths(months).before(first_on))


def _case(identifier: str, practitioner: Practitioner, first_on: date, chances: Chances, dice: Dice) -> Case:
    months = dice.between(0, chances.most_months_open - 1, "months allocated", identifier)
    allocated_on = CalendarMonths(months).before(first_on)
    return Case(identifier, practitioner.id, allocated_on, allocated_on)


def _auditors(policy: Policy, size: CouncilSize, teams: Sequence[Team]) -> tuple[Auditor, ...]:
    sample = policy.selection.sample_size
    reckoned = sample.number if sample.kind in ("who_is_due", "per_auditor") else None
    capacity = size.capacity or reckoned or 1
    return tuple(_auditor(policy, number, teams, capacity) for number in range(size.auditors))


def _auditor(policy: Policy, number: int, teams: Sequence[Team], capacity: int) -> Auditor:
    eligibility = policy.eligibility
    place, round_of = number % _OF_TEN, number // _OF_TEN
    own = [who for _, who in sorted(eligibility.auditors_of_services.items())]
    identifier = f"auditor-{number + 1:05}"
    if place in _RE_AUDITORS:
        turn = round_of * len(_RE_AUDITORS) + _RE_AUDITORS.index(place)
        return _by(eligibility.auditors_of_re_audits, turn, identifier, capacity)
    if own and place in _OWN_AUDITORS:
        turn = round_of * len(_OWN_AUDITORS) + _OWN_AUDITORS.index(place)
        return _by(own[turn % len(own)], turn // len(own), identifier, capacity)
    team = teams[number % len(teams)]
    rest = _by(eligibility.auditors_of_the_rest, number, identifier, capacity)
    in_service = not eligibility.auditors_of_the_rest.services or team.service_id == rest.service_id
    return replace(rest, service_id=team.service_id, team_ids=(team.id,)) if in_service else rest


def _by(who: WhoMayAudit, turn: int, identifier: str, capacity: int) -> Auditor:
    service = who.services[turn % len(who.services)] if who.services else _OTHER_SERVICE
    return Auditor(identifier, service, roles=who.roles[:1], capacity=capacity)


def _refuse_impossible(size: CouncilSize) -> None:
    problems = []
    for name, most in _MOST.items():
        number, least = getattr(size, name), 0 if name == "auditors" else 1
        if number is not None and not least <= number <= most:
            sentence = f"{name} is {number}: give {least} to {most:,}."
            problems.append(Problem(f"/{name}", sentence, str(number)))
    if problems:
        raise InvalidFacts(problems)
