"""Posts: who holds which, for a team, a service or the whole council, from day to day (P4, section 9)."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import organisation
from db.tables.organisation import Post, PostDeputy
from rules.errors import Problem
from rules.roles import COUNCIL_POSTS, SERVICE_POSTS, TEAM_POSTS
from usecases.errors import NotAllowedNow
from usecases.organisation_checks import (
    held_person,
    held_post,
    order_problems,
    person_problems,
    refuse,
    refuse_stale,
    service_problems,
    team_problems,
)
from usecases.organisation_trail import entry_of_new, note_change
from usecases.trail import Entry, record
from usecases.work import Work

_SHOWN = 60
_POSTS = tuple(role.value for role in (*TEAM_POSTS, *SERVICE_POSTS, *COUNCIL_POSTS))


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post: its role, and the team or the service it is held for (neither for the whole council).

    `deputy_id` stands in from the first day of a post that is given; later deputies are named from a day on.
    """

    role: str
    team_id: uuid.UUID | None = None
    service_id: str | None = None
    deputy_id: uuid.UUID | None = None
    began_on: date | None = None
    ended_on: date | None = None


def give_post(work: Work, person_id: uuid.UUID, facts: PostFacts) -> Post:
    """Somebody holds a post. Two people may hold the same one (job share); one person holds it once at a time."""
    held_person(work, person_id)
    _check_post(work, person_id, facts)
    post = Post(person_id=person_id)
    _write_post(post, facts)
    work.session.add(post)
    work.session.flush()
    if facts.deputy_id is not None:
        work.session.add(PostDeputy(post_id=post.id, person_id=facts.deputy_id, began_on=facts.began_on))
        work.session.flush()
    record(work, entry_of_post(work, person_id, post.id, facts))
    return post


def entry_of_post(work: Work, person_id: uuid.UUID, post_id: uuid.UUID, facts: PostFacts) -> Entry:
    """What the trail keeps of a post that was given."""
    told = {**as_saved(facts), "deputy": facts.deputy_id, "post": post_id}
    return entry_of_new(work, ("person", str(person_id)), "post_given", "P4", told)


def change_post(
    work: Work, person_id: uuid.UUID, post_id: uuid.UUID, facts: PostFacts, *, version: int | None = None
) -> Post:
    """Correct a post, or end it. Who stands in is changed by `deputies.name_deputy`."""
    held_person(work, person_id)
    post = held_post(work, person_id, post_id)
    subject = ("post", str(post_id))
    refuse_stale(work, subject, post, version)
    if facts.deputy_id is not None:
        sentence = "A deputy is named from a day on: POST /v1/people/{person_id}/posts/{post_id}/deputies."
        refuse([Problem("/deputy_id", sentence, str(facts.deputy_id))])
    _check_post(work, person_id, facts, post_id)
    before = _facts_of(post)
    _write_post(post, facts)
    work.session.flush()
    note_change(work, subject, "post", "P4", before=before, after=_facts_of(post), version=post.version)
    return post


def _check_post(work: Work, person_id: uuid.UUID, facts: PostFacts, post_id: uuid.UUID | None = None) -> None:
    unknown = [
        *team_problems(work, facts.team_id),
        *service_problems(work, facts.service_id, "/service_id"),
        *person_problems(work, facts.deputy_id, "/deputy_id"),
    ]
    refuse([*scope_problems(facts), *unknown, *_problems_of_holder(person_id, facts)])
    if organisation.same_post_meanwhile(
        work.session,
        person_id,
        post_id,
        role=facts.role,
        team_id=facts.team_id,
        service_id=facts.service_id,
        began_on=facts.began_on,
        ended_on=facts.ended_on,
    ):
        raise NotAllowedNow(
            f"They hold the post of {facts.role} there already at that time: change that one, or give other days."
        )


def problems_of_post(person_id: uuid.UUID, facts: PostFacts) -> list[Problem]:
    """What can't be so, whoever and whatever else is known."""
    return [*scope_problems(facts), *_problems_of_holder(person_id, facts)]


def _problems_of_holder(person_id: uuid.UUID, facts: PostFacts) -> list[Problem]:
    problems = order_problems(facts.began_on, facts.ended_on, "/ended_on")
    if facts.deputy_id == person_id:
        sentence = "Nobody stands in for themselves: name somebody else, or nobody."
        problems.append(Problem("/deputy_id", sentence, str(person_id)))
    return problems


def scope_problems(facts: PostFacts) -> list[Problem]:
    """Each role is held for a team, for a service or for the whole council, and for nothing else."""
    if facts.role not in _POSTS:
        sentence = f"There is no post of this role: it is one of {', '.join(_POSTS)}."
        return [Problem("/role", sentence, facts.role[:_SHOWN])]
    for_team, for_service = facts.role in TEAM_POSTS, facts.role in SERVICE_POSTS
    problems = []
    if (facts.team_id is not None) is not for_team:
        sentence = f"The post of {facts.role} is held for a team: name it." if for_team else _not_for(facts, "a team")
        problems.append(Problem("/team_id", sentence, _text(facts.team_id)))
    if (facts.service_id is not None) is not for_service:
        needed = f"The post of {facts.role} is held for a service: name it."
        sentence = needed if for_service else _not_for(facts, "a service")
        problems.append(Problem("/service_id", sentence, facts.service_id))
    return problems


def _not_for(facts: PostFacts, scope: str) -> str:
    return f"The post of {facts.role} is not held for {scope}: leave it out."


def _write_post(post: Post, facts: PostFacts) -> None:
    for name, value in as_saved(facts).items():
        setattr(post, name, value)


def as_saved(facts: PostFacts) -> dict[str, Any]:
    """A post by the columns in which it is kept; its deputies have rows of their own."""
    return {
        "role": facts.role,
        "team_id": facts.team_id,
        "service_id": facts.service_id,
        "began_on": facts.began_on,
        "ended_on": facts.ended_on,
    }


def _facts_of(post: Post) -> dict[str, Any]:
    names = ("role", "team_id", "service_id", "began_on", "ended_on")
    return {name: getattr(post, name) for name in names}


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
