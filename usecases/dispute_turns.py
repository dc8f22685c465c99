"""Whose turn it is in a dispute, each person once: those who owe its clocks are those who are asked (D7, section 9)."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.decisions import Reason
from rules.ladders import Standing
from rules.names_in_words import words_of
from rules.roles import Role
from usecases.dispute_actors import DisputeKnown, involved_in, owed_by, taken_by
from usecases.staff_on_the_day import Staff, StaffMember, staff_today
from usecases.work import Work

_IN_PERSON = (Role.PRACTITIONER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody whose turn it is: as what, and why it is them where the post is another's."""

    person_id: str
    member: StaffMember
    roles: tuple[str, ...]
    because: tuple[str, ...]


def turns_at(work: Work, known: DisputeKnown, standing: Standing, staff: Staff | None = None) -> tuple[Turn, ...]:
    """Everybody whose turn it is, all holders of a post that is shared; the role that they take first stands first.

    `staff` is the staff of today, for those who ask of many disputes at once.
    """
    staff = staff or staff_today(work)
    found: dict[str, list[tuple[str, Reason | None]]] = {}
    for role in standing.owed_by:
        for person, because in _takes(work, known, standing, role, staff):
            found.setdefault(person, []).append((role, because))
    return tuple(
        Turn(
            person,
            staff.members[person],
            tuple(role for role, _ in taken),
            tuple(dict.fromkeys(because.sentence for _, because in taken if because is not None)),
        )
        for person, taken in found.items()
    )


def _takes(
    work: Work, known: DisputeKnown, standing: Standing, role: str, staff: Staff
) -> Iterator[tuple[str, Reason | None]]:
    audit, judged = known.audit, standing.rung.is_judgement
    if role in _IN_PERSON:
        person = audit.practitioner_id if role == Role.PRACTITIONER else audit.auditor_id
        yield str(person or audit.practitioner_id), None
        return
    involved = involved_in(work, known)
    taken = taken_by(work, audit, role, staff, is_judgement=judged, involved=involved)
    yield from ((person, taken.because) for person in taken.people)
    if not taken.people:
        nobody = work.policy.reason("N1", f"Nobody can act as {words_of(role)} today, so it comes to you.")
        yield str(owed_by(work, audit, role, staff, is_judgement=judged, involved=involved)), nobody
