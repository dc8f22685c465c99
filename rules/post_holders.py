"""Who holds a post on a day, and who instead when nobody can (FRAMEWORK section 9, last paragraph; Words).

A post that nobody holds, or whose holders are all away, goes to the deputy, else to the next role up. Whoever the audit
itself concerns never stands in as a manager over it: then the next role up takes it, and the deputy does not.
"""

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rules.dates_in_words import listed
from rules.decisions import Reason
from rules.names_in_words import words_of
from rules.policy.shape import Policy
from rules.roles import SERVICE_POSTS, TEAM_POSTS, Role

# A role, and the id of the team or service that it is for.
Post = tuple[str, str]
WHOLE_COUNCIL = ""


@dataclass(frozen=True, slots=True)
class PostHolder:
    """Somebody in a post, and who stands in for them."""

    person_id: str
    deputy_id: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Those above one person: the line manager on record, and whose managers answer for them: a team's, a service's."""

    person_id: str
    team_id: str | None = None
    service_id: str | None = None
    line_manager_id: str | None = None


@dataclass(frozen=True, slots=True)
class StaffOnTheDay:
    """Posts and absences of one day.

    `holders` is by role and by what the post is for: the id of a team or a service, or WHOLE_COUNCIL.
    `away` holds everybody who can't act that day: absent, left, or not there yet.
    `names` says what teams and services are called, by id.
    `stand_ins` says whom an absence names to stand in: they come before the deputy of a post.
    """

    holders: Mapping[Post, Sequence[PostHolder]]
    away: frozenset[str] = frozenset()
    names: Mapping[str, str] = field(default_factory=dict)
    stand_ins: Mapping[str, str] = field(default_factory=dict)

    def called(self, post: Post) -> str:
        """ "team manager of CART", "director"."""
        role, scope = post
        words = words_of(role)
        if scope == WHOLE_COUNCIL:
            return words
        return f"{words} {'in' if role == Role.LINE_MANAGER else 'of'} {self.names.get(scope, scope)}"


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post in which nobody could act on the day, and the warning that says who is told instead."""

    post: Post
    reason: Reason


@dataclass(frozen=True, slots=True)
class Taken:
    """Who takes a role on the day. `people` is empty when nobody is found all the way up.

    `post` is the post in which they take it; `because` says why it isn't the post that was asked for, if it isn't.
    """

    people: tuple[str, ...]
    post: Post | None
    because: Reason | None = None
    vacancies: tuple[Vacancy, ...] = ()


class _Obstacle(enum.Enum):
    """Why nobody takes a role at one step of the way up."""

    VACANT = "nobody holds the post of {}"
    AWAY = "the {} is away and has no deputy who can act"
    CONCERNED = "the {} is concerned themselves"


@dataclass(frozen=True, slots=True)
class _Acting:
    """Who acts in a post, as its holders or as their deputies."""

    people: tuple[str, ...]
    as_deputies: bool = False


def who_takes(role: str, line: Line, concerned: frozenset[str], staff: StaffOnTheDay, policy: Policy) -> Taken:
    """Who takes the role over `line` on the day: its holders who can act, else their deputies, else the next role up.

    `concerned` are the people whose own work the audit is, as practitioner or as auditor. A role for which `line` has
    neither person, team nor service on record is passed over without a warning: a line manager defaults to the team's.
    """
    passed: list[tuple[Post, _Obstacle]] = []
    step: str | None = role
    while step is not None:
        post = _post(step, line, staff)
        if post is not None:
            found = _available(_holders(post, line, staff), concerned, staff)
            if isinstance(found, _Acting):
                return _taken(found, post, passed, staff, policy)
            if not _says_the_same_as_next(post, line, staff):
                passed.append((post, found))
        step = policy.notices.next_role_up.get(step)
    return _taken(_Acting(()), None, passed, staff, policy)


def _post(role: str, line: Line, staff: StaffOnTheDay) -> Post | None:
    """The post that the role means for this line; None when nothing is on record that it could be for."""
    scope: str | None = WHOLE_COUNCIL
    if role == Role.LINE_MANAGER:
        scope = (line.team_id or WHOLE_COUNCIL) if line.line_manager_id else None
    elif role in TEAM_POSTS:
        scope = line.team_id
    elif role in SERVICE_POSTS:
        scope = _scope_of_service_post(role, line, staff)
    return None if scope is None else (role, scope)


def _scope_of_service_post(role: str, line: Line, staff: StaffOnTheDay) -> str | None:
    """The service; or the council, where nobody holds the post for the service and somebody does for the whole."""
    if line.service_id and (role, line.service_id) in staff.holders:
        return line.service_id
    return WHOLE_COUNCIL if (role, WHOLE_COUNCIL) in staff.holders else line.service_id


def _says_the_same_as_next(post: Post, line: Line, staff: StaffOnTheDay) -> bool:
    """Whether it is as their team's manager that somebody is line manager, so that one warning is enough."""
    managers = staff.holders.get((Role.TEAM_MANAGER, line.team_id or WHOLE_COUNCIL), ())
    return post[0] == Role.LINE_MANAGER and line.line_manager_id in {holder.person_id for holder in managers}


def _holders(post: Post, line: Line, staff: StaffOnTheDay) -> Sequence[PostHolder]:
    if post[0] == Role.LINE_MANAGER and line.line_manager_id is not None:
        return (PostHolder(line.line_manager_id),)
    return staff.holders.get(post, ())


def _available(holders: Sequence[PostHolder], concerned: frozenset[str], staff: StaffOnTheDay) -> _Acting | _Obstacle:
    if not holders:
        return _Obstacle.VACANT
    unable = concerned | staff.away
    present = _once_each(holder.person_id for holder in holders if holder.person_id not in unable)
    if present:
        return _Acting(present)
    # A deputy would act for their own manager's audit, so only deputies of those who are away stand in.
    absent = [holder for holder in holders if holder.person_id not in concerned]
    deputies = _once_each(_deputy(holder, unable, staff) for holder in absent)
    if deputies:
        return _Acting(deputies, as_deputies=True)
    return _Obstacle.AWAY if absent else _Obstacle.CONCERNED


def _deputy(holder: PostHolder, unable: frozenset[str], staff: StaffOnTheDay) -> str | None:
    """Whom the absence names, if they can act; else the deputy of the post, if they can."""
    named = (staff.stand_ins.get(holder.person_id), holder.deputy_id)
    return next((person for person in named if person is not None and person not in unable), None)


def _once_each(people: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(person for person in people if person is not None))


def _taken(
    acting: _Acting,
    post: Post | None,
    passed: Sequence[tuple[Post, _Obstacle]],
    staff: StaffOnTheDay,
    policy: Policy,
) -> Taken:
    causes = [obstacle.value.format(staff.called(earlier)) for earlier, obstacle in passed]
    taker = f"the {staff.called(post)}" if post else "nobody"
    if acting.as_deputies:
        causes.append(f"{taker} is away")
        taker = "the deputy"
    because = policy.reason("N1", f"{_capital(listed(causes))}, so {taker} is told instead.") if causes else None
    # That somebody is concerned leaves no post empty, unless nobody at all is left to take the duty.
    vacancies = tuple(
        Vacancy(earlier, policy.reason("N1", _warning(obstacle.value.format(staff.called(earlier)), post, staff)))
        for earlier, obstacle in passed
        if obstacle is not _Obstacle.CONCERNED or post is None
    )
    return Taken(acting.people, post, because, vacancies)


def _warning(cause: str, post: Post | None, staff: StaffOnTheDay) -> str:
    if post is None:
        return f"{_capital(cause)}, and nobody any post above it: name a holder or a deputy."
    return f"{_capital(cause)}: the {staff.called(post)} is told instead. Name a holder or a deputy."


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
