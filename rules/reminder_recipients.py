"""Who is told of a reminder, of a duty that is overdue, and of its escalation (L13, L6, L11, section 9).

Open duties follow today's managers: whoever holds the post on the day is told, or who stands in for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.matrix import EventFacts, NoticeEvent
from rules.policy.shape import Policy
from rules.post_holders import Line, StaffOnTheDay, Taken, who_takes
from rules.recipients import HEAR_OF_ALL, AuditConcerned, Recipient, Told, told_of
from rules.reminders import Crossing
from rules.roles import Role

# Who owes a duty as the person they are to the audit, and not in a post.
THEMSELVES = (Role.PRACTITIONER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as to who owes it: the role, and the person of whom it is asked if that is no post."""

    by_role: str
    by_person: str


def told_of_crossing(
    crossing: Crossing, owed: Owed, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy
) -> Told:
    """Each person once, as what they are told first, and the posts in which nobody can act.

    Where nobody owes a duty because no post on the way up is filled, the audit team is told instead.
    """
    if crossing.escalation is not None:
        told = told_of(NoticeEvent(crossing.escalation.event), EventFacts(), audit, staff, policy)
        return Told(tuple(_once_each(told.recipients)), told.vacancies)
    if owed.by_role in THEMSELVES:
        return told_themselves(crossing, owed, policy)
    taken = _takes(owed.by_role, audit, staff, policy)
    return Told(tuple(_recipients(owed.by_role, crossing, taken, policy)), taken.vacancies)


def told_themselves(crossing: Crossing, owed: Owed, policy: Policy) -> Told:
    """The practitioner or auditor who owes a duty in person: whose audit it is makes no difference."""
    return Told(tuple(_recipients(owed.by_role, crossing, Taken((owed.by_person,), None), policy)), ())


def _once_each(recipients: tuple[Recipient, ...]) -> Iterator[Recipient]:
    heard: set[str] = set()
    for recipient in recipients:
        if recipient.person_id not in heard:
            heard.add(recipient.person_id)
            yield recipient


def _takes(role: str, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Taken:
    """Who takes a duty of the practitioner's managers or of the audit team, the audit team in place of nobody."""
    concerned = frozenset[str]() if role in HEAR_OF_ALL else audit.people
    taken = who_takes(role, audit.practitioner, concerned, staff, policy)
    if taken.people or role == Role.AUDIT_TEAM:
        return taken
    instead = who_takes(Role.AUDIT_TEAM, Line(""), frozenset(), staff, policy)
    return Taken(instead.people, instead.post, taken.because, taken.vacancies)


def _recipients(role: str, crossing: Crossing, taken: Taken, policy: Policy) -> Iterator[Recipient]:
    over = role if role in THEMSELVES else Role.PRACTITIONER
    reason = policy.reason(crossing.rule, f"The {role.replace('_', ' ')} owes this duty.")
    reasons = (reason,) if taken.because is None else (reason, taken.because)
    for person in taken.people:
        yield Recipient(person, role, over, reasons)
