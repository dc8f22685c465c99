"""Who may audit how much, from day to day, and who is away and who stands in for them (A1, A3, S9).

An appointment counts in a cycle when it holds on the opening day and still on the day it closes: the work of an audit
fills the cycle. One that begins within it may take over an audit (A4), and one that ends within it gets none.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.queries import organisation, organisation_locks
from db.tables.organisation import EMPLOYMENTS, Absence, AuditorAppointment
from rules.errors import Problem
from rules.roles import AUDITOR_ROLES
from usecases.errors import NotAllowedNow, NotFound
from usecases.organisation_checks import (
    SHOWN,
    held_person,
    order_problems,
    person_problems,
    refuse,
    refuse_stale,
    service_problems,
    text_or_none,
)
from usecases.organisation_trail import entry_of_new, note, note_change
from usecases.restricted_audits import tell_of_uncleared
from usecases.trail import Entry, record
from usecases.work import Work

_OF_THE_COUNCIL = ("full_time", "part_time")


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """For which service somebody audits, as what, how many audits a cycle, and how they are employed.

    Whoever `is_cleared_for_restricted` may be given restricted records (S10).
    """

    service_id: str
    capacity: int
    roles: tuple[str, ...] = ()
    began_on: date | None = None
    ended_on: date | None = None
    employment: str = "full_time"
    employer: str | None = None
    is_cleared_for_restricted: bool = False


def appoint_auditor(work: Work, person_id: uuid.UUID, facts: AppointmentFacts) -> AuditorAppointment:
    """Somebody audits for a service, one appointment at a time."""
    held_person(work, person_id)
    _check_appointment(work, person_id, facts)
    appointment = AuditorAppointment(person_id=person_id)
    _write_appointment(appointment, facts)
    work.session.add(appointment)
    work.session.flush()
    record(work, entry_of_appointment(work, person_id, appointment.id, facts))
    tell_of_uncleared(work)
    return appointment


def entry_of_appointment(work: Work, person_id: uuid.UUID, appointment_id: uuid.UUID, facts: AppointmentFacts) -> Entry:
    """What the trail keeps of a new appointment."""
    told = {**as_saved(facts), "appointment": appointment_id}
    return entry_of_new(work, ("person", str(person_id)), "auditor_appointed", "A3", told)


def change_appointment(
    work: Work, person_id: uuid.UUID, appointment_id: uuid.UUID, facts: AppointmentFacts, *, version: int | None = None
) -> AuditorAppointment:
    """Change how much somebody audits, or end their appointment."""
    held_person(work, person_id)
    appointment = organisation_locks.held(work.session, AuditorAppointment, appointment_id)
    if appointment is None or appointment.person_id != person_id:
        raise NotFound(f"They have no appointment {appointment_id}: GET /v1/people/{person_id} lists them.")
    subject = ("auditor_appointment", str(appointment_id))
    refuse_stale(work, subject, appointment, version)
    _check_appointment(work, person_id, facts, appointment_id)
    before = _facts_of(appointment)
    _write_appointment(appointment, facts)
    work.session.flush()
    after = _facts_of(appointment)
    note_change(work, subject, "auditor_appointment", "A3", before=before, after=after, version=appointment.version)
    tell_of_uncleared(work)
    return appointment


def record_absence(
    work: Work, person_id: uuid.UUID, first_on: date, last_on: date, *, stands_in_id: uuid.UUID | None = None
) -> Absence:
    """Somebody is away, both days included, perhaps with who stands in for them. Why is not asked."""
    held_person(work, person_id)
    _check_absence(work, person_id, first_on, last_on, stands_in_id)
    absence = Absence(person_id=person_id, first_on=first_on, last_on=last_on, stands_in_id=stands_in_id)
    work.session.add(absence)
    work.session.flush()
    record(work, entry_of_absence(work, person_id, absence.id, _absence_facts(absence)))
    return absence


def entry_of_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID, facts: Mapping[str, Any]) -> Entry:
    """What the trail keeps of a new absence: `first_on`, `last_on` and `stands_in_id`."""
    return entry_of_new(work, ("person", str(person_id)), "absence_recorded", "S9", {**facts, "absence": absence_id})


def change_absence(
    work: Work,
    person_id: uuid.UUID,
    absence_id: uuid.UUID,
    first_on: date,
    last_on: date,
    *,
    stands_in_id: uuid.UUID | None = None,
    version: int | None = None,
) -> Absence:
    """Somebody comes back earlier or later than was thought, or somebody else stands in."""
    held_person(work, person_id)
    absence = _known_absence(work, person_id, absence_id)
    subject = ("absence", str(absence_id))
    refuse_stale(work, subject, absence, version)
    _check_absence(work, person_id, first_on, last_on, stands_in_id, besides=absence_id)
    before = _absence_facts(absence)
    absence.first_on, absence.last_on, absence.stands_in_id = first_on, last_on, stands_in_id
    work.session.flush()
    note_change(work, subject, "absence", "S9", before=before, after=_absence_facts(absence), version=absence.version)
    return absence


def withdraw_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID, *, version: int | None = None) -> None:
    """Somebody was not away after all."""
    held_person(work, person_id)
    absence = _known_absence(work, person_id, absence_id)
    refuse_stale(work, ("absence", str(absence_id)), absence, version)
    work.session.delete(absence)
    work.session.flush()
    note(work, ("person", str(person_id)), "absence_withdrawn", "S9", **_absence_facts(absence))


def _known_absence(work: Work, person_id: uuid.UUID, absence_id: uuid.UUID) -> Absence:
    absence = organisation_locks.held(work.session, Absence, absence_id)
    if absence is None or absence.person_id != person_id:
        raise NotFound(f"They have no absence {absence_id}: GET /v1/people/{person_id} lists them.")
    return absence


def _check_absence(
    work: Work,
    person_id: uuid.UUID,
    first_on: date,
    last_on: date,
    stands_in_id: uuid.UUID | None,
    *,
    besides: uuid.UUID | None = None,
) -> None:
    problems = problems_of_absence(person_id, first_on, last_on, stands_in_id)
    refuse([*problems, *person_problems(work, stands_in_id, "/stands_in_id")])
    other = organisation.absence_on(work.session, person_id, first_on, last_on)
    if other is not None and other.id != besides:
        raise NotAllowedNow("This absence is on record already, from the same day to the same day.")


def problems_of_absence(
    person_id: uuid.UUID, first_on: date, last_on: date, stands_in_id: uuid.UUID | None
) -> list[Problem]:
    """What can't be so, whoever else is known."""
    problems = order_problems(first_on, last_on, "/last_on")
    if stands_in_id == person_id:
        sentence = "Nobody stands in for themselves: name somebody else, or nobody."
        problems.append(Problem("/stands_in_id", sentence, str(person_id)))
    return problems


def _check_appointment(
    work: Work, person_id: uuid.UUID, facts: AppointmentFacts, appointment_id: uuid.UUID | None = None
) -> None:
    refuse([*service_problems(work, facts.service_id, "/service_id"), *problems_of_appointment(facts)])
    if organisation.appointment_meanwhile(
        work.session, person_id, appointment_id, began_on=facts.began_on, ended_on=facts.ended_on
    ):
        raise NotAllowedNow(
            "They are appointed as auditor already at that time, and hold one appointment at a time: end that one "
            "first, or give other days.",
            rule="A3",
        )


def problems_of_appointment(facts: AppointmentFacts) -> list[Problem]:
    """What can't be so, whatever else is known."""
    unknown = [role for role in facts.roles if role not in AUDITOR_ROLES]
    problems = order_problems(facts.began_on, facts.ended_on, "/ended_on")
    if unknown:
        sentence = f"An auditor's roles are any of {', '.join(AUDITOR_ROLES)}, or none."
        problems.append(Problem("/roles", sentence, unknown[0][:SHOWN], "A1"))
    if facts.capacity < 0:
        sentence = "The capacity is a number of audits a cycle: 0 or more."
        problems.append(Problem("/capacity", sentence, str(facts.capacity), "A3"))
    if facts.employment not in EMPLOYMENTS:
        sentence = f"Somebody is employed in one of these ways: {', '.join(EMPLOYMENTS)}."
        problems.append(Problem("/employment", sentence, facts.employment[:SHOWN], "A3"))
    elif facts.employment in _OF_THE_COUNCIL and text_or_none(facts.employer):
        sentence = (
            "An employer is named for agency staff and a partner's staff: leave it out, or say agency or partner."
        )
        problems.append(Problem("/employer", sentence, None, "A3"))
    return problems


def _write_appointment(appointment: AuditorAppointment, facts: AppointmentFacts) -> None:
    for name, value in as_saved(facts).items():
        setattr(appointment, name, value)


def as_saved(facts: AppointmentFacts) -> dict[str, Any]:
    """An appointment by the columns in which it is kept."""
    return {
        "service_id": facts.service_id,
        "roles": sorted(set(facts.roles)),
        "capacity": facts.capacity,
        "employment": facts.employment,
        "employer": text_or_none(facts.employer),
        "is_cleared_for_restricted": facts.is_cleared_for_restricted,
        "began_on": facts.began_on,
        "ended_on": facts.ended_on,
    }


def _facts_of(appointment: AuditorAppointment) -> dict[str, Any]:
    of_audits = ("service_id", "roles", "capacity", "is_cleared_for_restricted")
    names = (*of_audits, "employment", "employer", "began_on", "ended_on")
    return {name: getattr(appointment, name) for name in names}


def _absence_facts(absence: Absence) -> dict[str, Any]:
    return {name: getattr(absence, name) for name in ("first_on", "last_on", "stands_in_id")}
