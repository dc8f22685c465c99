"""Who had a role over somebody, a team or a service on a day, who took it instead, and why (section 9)."""

import uuid
from dataclasses import dataclass
from datetime import date

from rules.decisions import Reason
from rules.errors import InvalidFacts, Problem
from rules.post_holders import WHOLE_COUNCIL, Line, PostHolder, who_takes
from rules.roles import COUNCIL_POSTS, SERVICE_POSTS, TEAM_POSTS, Role
from usecases.organisation_checks import known_person, known_service, known_team
from usecases.staff_on_the_day import Staff, staff_on
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Of whom the role is asked: of a person, of a team, of a service, or of nobody for a post of the whole council.

    `concerned` are people who must not take it, because it is over their own work; the person asked about is one.
    """

    person_id: uuid.UUID | None = None
    team_id: uuid.UUID | None = None
    service_id: str | None = None
    concerned: tuple[uuid.UUID, ...] = ()

    @property
    def never_takes_it(self) -> frozenset[str]:
        """Nobody owes a duty to themselves: a manager without a line manager on record is not their own."""
        whose = () if self.person_id is None else (self.person_id,)
        return frozenset(map(str, (*self.concerned, *whose)))


@dataclass(frozen=True, slots=True)
class HolderOnTheDay:
    """Somebody in the post; whether they could act, and who stands in: named by the absence, or as deputy."""

    person_id: str
    is_away: bool
    stands_in_id: str | None
    deputy_id: str | None


@dataclass(frozen=True, slots=True)
class RoleOnTheDay:
    """Who held the role, who took it, in which post, and why it was not the holders, if it wasn't."""

    holders: tuple[HolderOnTheDay, ...]
    taken_by: tuple[str, ...]
    taken_as: tuple[str, str] | None
    because: Reason | None
    warnings: tuple[Reason, ...]


def role_on_the_day(work: Work, role: Role, on: date, asked: AskedFor) -> RoleOnTheDay:
    """Who had that role on that day, by what is on record now, and who took its duties.

    Raises InvalidFacts when the role can't be asked of what is given, NotFound for what is not there.
    """
    _check(work, role, asked)
    staff = staff_on(work, on)
    line = _line(staff, asked)
    taken = who_takes(role, line, asked.never_takes_it, staff.on_the_day, work.policy)
    return RoleOnTheDay(
        holders=tuple(_holder(staff, it) for it in _holders(staff, role, line)),
        taken_by=taken.people,
        taken_as=taken.post if taken.people else None,
        because=taken.because,
        warnings=tuple(vacancy.reason for vacancy in taken.vacancies),
    )


def _line(staff: Staff, asked: AskedFor) -> Line:
    if asked.person_id is not None:
        return staff.line_of(asked.person_id)
    if asked.team_id is not None:
        return staff.line_of_team(asked.team_id)
    return Line("", None, asked.service_id)


def _holders(staff: Staff, role: Role, line: Line) -> list[PostHolder]:
    if role is Role.LINE_MANAGER:
        return [PostHolder(line.line_manager_id)] if line.line_manager_id else []
    scope = line.team_id if role in TEAM_POSTS else line.service_id if role in SERVICE_POSTS else WHOLE_COUNCIL
    return list(staff.on_the_day.holders.get((role, scope or WHOLE_COUNCIL), ()))


def _holder(staff: Staff, holder: PostHolder) -> HolderOnTheDay:
    day = staff.on_the_day
    return HolderOnTheDay(
        person_id=holder.person_id,
        is_away=holder.person_id in day.away,
        stands_in_id=day.stand_ins.get(holder.person_id),
        deputy_id=holder.deputy_id,
    )


def _check(work: Work, role: Role, asked: AskedFor) -> None:
    if asked.person_id is not None:
        known_person(work, asked.person_id)
    if asked.team_id is not None:
        known_team(work, asked.team_id)
    if asked.service_id is not None:
        known_service(work, asked.service_id)
    problem = _problem(role, asked)
    if problem is not None:
        raise InvalidFacts([problem])


def _problem(role: Role, asked: AskedFor) -> Problem | None:
    given = [it for it in (asked.person_id, asked.team_id, asked.service_id) if it is not None]
    if len(given) > 1:
        return Problem("/team_id", "Ask of one thing at a time: a person, a team or a service.")
    if role is Role.LINE_MANAGER and asked.person_id is None:
        return Problem("/person_id", "A line manager is somebody's: name the person.")
    if role in TEAM_POSTS and asked.team_id is None and asked.person_id is None:
        return Problem("/team_id", f"The post of {role} is held for a team: name it, or somebody in it.")
    if role in SERVICE_POSTS and not given:
        return Problem("/service_id", f"The post of {role} is held for a service: name it, a team or somebody in it.")
    if role not in (*TEAM_POSTS, *SERVICE_POSTS, *COUNCIL_POSTS, Role.LINE_MANAGER):
        return Problem("/role", f"{role} is no post: somebody is that to one audit.", role.value)
    return None
