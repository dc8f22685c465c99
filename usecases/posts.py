"""Posts and who stands in for their holders, who may audit how much, and who is away (A1–A3, S9)."""

import uuid
from dataclasses import dataclass
from datetime import date

from db.queries import organisation
from db.tables.organisation import Absence, AuditorAppointment, Post
from rules.errors import Problem
from rules.roles import AUDITOR_ROLES, COUNCIL_POSTS, SERVICE_POSTS, TEAM_POSTS
from usecases.errors import NotAllowedNow, NotFound
from usecases.organisation import known_person, order_problems, person_problems, refuse, service_problems
from usecases.work import Work

_SHOWN = 60
_POSTS = tuple(role.value for role in (*TEAM_POSTS, *SERVICE_POSTS, *COUNCIL_POSTS))


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post: its role, the team or the service it is held for (neither for the whole council), and the deputy."""

    role: str
    team_id: uuid.UUID | None = None
    service_id: str | None = None
    deputy_id: uuid.UUID | None = None
    began_on: date | None = None
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """For which service somebody audits, as what, and how many audits a cycle."""

    service_id: str
    capacity: int
    roles: tuple[str, ...] = ()
    began_on: date | None = None
    ended_on: date | None = None


def give_post(work: Work, person_id: uuid.UUID, facts: PostFacts) -> Post:
    """Somebody holds a post. Two people may hold the same one (job share); one person holds it once at a time."""
    known_person(work, person_id)
    _check_post(work, person_id, facts)
    post = Post(person_id=person_id)
    _write_post(post, facts)
    work.session.add(post)
    work.session.flush()
    return post


def change_post(work: Work, person_id: uuid.UUID, post_id: uuid.UUID, facts: PostFacts) -> Post:
    """Correct a post, end it, or name another deputy."""
    post = organisation.post(work.session, person_id, post_id)
    if post is None:
        raise NotFound(f"They hold no post {post_id}: GET /v1/people/{person_id} lists their posts.")
    _check_post(work, person_id, facts, post_id)
    _write_post(post, facts)
    work.session.flush()
    return post


def appoint_auditor(work: Work, person_id: uuid.UUID, facts: AppointmentFacts) -> AuditorAppointment:
    """Somebody audits for a service, one appointment at a time."""
    known_person(work, person_id)
    _check_appointment(work, person_id, facts)
    appointment = AuditorAppointment(person_id=person_id)
    _write_appointment(appointment, facts)
    work.session.add(appointment)
    work.session.flush()
    return appointment


def change_appointment(
    work: Work, person_id: uuid.UUID, appointment_id: uuid.UUID, facts: AppointmentFacts
) -> AuditorAppointment:
    """Change how much somebody audits, or end their appointment."""
    appointment = organisation.appointment(work.session, person_id, appointment_id)
    if appointment is None:
        raise NotFound(f"They have no appointment {appointment_id}: GET /v1/people/{person_id} lists them.")
    _check_appointment(work, person_id, facts, appointment_id)
    _write_appointment(appointment, facts)
    work.session.flush()
    return appointment


def record_absence(work: Work, person_id: uuid.UUID, first_on: date, last_on: date) -> Absence:
    """Somebody is away, both days included. Why is not asked."""
    known_person(work, person_id)
    refuse(order_problems(first_on, last_on, "/last_on"))
    if organisation.absence_on(work.session, person_id, first_on, last_on) is not None:
        raise NotAllowedNow("This absence is on record already, from the same day to the same day.")
    absence = Absence(person_id=person_id, first_on=first_on, last_on=last_on)
    work.session.add(absence)
    work.session.flush()
    return absence


def change_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID, first_on: date, last_on: date) -> Absence:
    """Somebody comes back earlier or later than was thought."""
    absence = _known_absence(work, person_id, absence_id)
    refuse(order_problems(first_on, last_on, "/last_on"))
    other = organisation.absence_on(work.session, person_id, first_on, last_on)
    if other is not None and other.id != absence_id:
        raise NotAllowedNow("This absence is on record already, from the same day to the same day.")
    absence.first_on, absence.last_on = first_on, last_on
    work.session.flush()
    return absence


def withdraw_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID) -> None:
    """Somebody was not away after all."""
    work.session.delete(_known_absence(work, person_id, absence_id))
    work.session.flush()


def _known_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID) -> Absence:
    absence = organisation.absence(work.session, person_id, absence_id)
    if absence is None:
        raise NotFound(f"They have no absence {absence_id}: GET /v1/people/{person_id} lists them.")
    return absence


def _check_post(work: Work, person_id: uuid.UUID, facts: PostFacts, post_id: uuid.UUID | None = None) -> None:
    problems = [
        *_scope_problems(facts),
        *_team_problems(work, facts.team_id),
        *service_problems(work, facts.service_id, "/service_id"),
        *person_problems(work, facts.deputy_id, "/deputy_id"),
        *order_problems(facts.began_on, facts.ended_on, "/ended_on"),
    ]
    if facts.deputy_id == person_id:
        sentence = "Nobody stands in for themselves: name somebody else, or nobody."
        problems.append(Problem("/deputy_id", sentence, str(person_id)))
    refuse(problems)
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


def _scope_problems(facts: PostFacts) -> list[Problem]:
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


def _team_problems(work: Work, team_id: uuid.UUID | None) -> list[Problem]:
    if team_id is None or organisation.team(work.session, team_id) is not None:
        return []
    return [Problem("/team_id", "There is no team of this id: GET /v1/teams lists them.", str(team_id))]


def _check_appointment(
    work: Work, person_id: uuid.UUID, facts: AppointmentFacts, appointment_id: uuid.UUID | None = None
) -> None:
    unknown = [role for role in facts.roles if role not in AUDITOR_ROLES]
    problems = [
        *service_problems(work, facts.service_id, "/service_id"),
        *order_problems(facts.began_on, facts.ended_on, "/ended_on"),
    ]
    if unknown:
        sentence = f"An auditor's roles are any of {', '.join(AUDITOR_ROLES)}, or none."
        problems.append(Problem("/roles", sentence, unknown[0][:_SHOWN], "A1"))
    if facts.capacity < 0:
        sentence = "The capacity is a number of audits a cycle: 0 or more."
        problems.append(Problem("/capacity", sentence, str(facts.capacity), "A3"))
    refuse(problems)
    if organisation.appointment_meanwhile(
        work.session, person_id, appointment_id, began_on=facts.began_on, ended_on=facts.ended_on
    ):
        raise NotAllowedNow(
            "They are appointed as auditor already at that time, and hold one appointment at a time: end that one "
            "first, or give other days.",
            rule="A3",
        )


def _write_post(post: Post, facts: PostFacts) -> None:
    post.role, post.team_id, post.service_id = facts.role, facts.team_id, facts.service_id
    post.deputy_id, post.began_on, post.ended_on = facts.deputy_id, facts.began_on, facts.ended_on


def _write_appointment(appointment: AuditorAppointment, facts: AppointmentFacts) -> None:
    appointment.service_id, appointment.capacity = facts.service_id, facts.capacity
    appointment.roles = sorted(set(facts.roles))
    appointment.began_on, appointment.ended_on = facts.began_on, facts.ended_on


def _text(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)
