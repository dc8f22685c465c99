"""Who is told of a reminder, of a duty that is overdue, and of its escalation (L13, L6, L11).

Open duties follow today's managers: whoever holds the post on the day is told, or who stands in for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.policy.shape import Policy
from rules.post_holders import Line, StaffOnTheDay, Taken, Vacancy, who_takes
from rules.recipients import HEAR_OF_ALL, AuditConcerned, Recipient, Told
from rules.reminders import Crossing
from rules.roles import Role

# Who owes a duty as the person they are to the audit, and not in a post.
THEMSELVES = (Role.PRACTITIONER, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as to who owes it: the role, and the person of whom it is asked if no post is."""

    by_role: str
    by_person: str


def told_of_crossing(
    crossing: Crossing, owed: Owed, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy
) -> Told:
    """Each person once, as what they are told first, and the posts in which nobody can act.

    Where no post on the way up is filled either, the audit team is told instead.
    """
    escalation = crossing.escalation
    roles = escalation.told if escalation else (owed.by_role,)
    over = Role(escalation.over) if escalation else Role.PRACTITIONER
    posts = _Posts(audit, over, staff, policy)
    found: dict[str, Recipient] = {}
    vacancies: dict[tuple[str, str], Vacancy] = {}
    for role in roles:
        taken = _themselves(role, owed, audit) if role in THEMSELVES else posts.takes(role)
        vacancies.update((vacancy.post, vacancy) for vacancy in taken.vacancies)
        for recipient in _recipients(role, over, crossing, taken, policy):
            found.setdefault(recipient.person_id, recipient)
    return Told(tuple(found.values()), tuple(vacancies.values()))


def _themselves(role: str, owed: Owed, audit: AuditConcerned) -> Taken:
    """The person of whom the duty is asked, if it is theirs; else who the audit says it is."""
    line = audit.practitioner if role == Role.PRACTITIONER else audit.auditor
    return Taken((owed.by_person if role == owed.by_role else line.person_id,), None)


@dataclass(frozen=True, slots=True)
class _Posts:
    """The posts over one side of an audit."""

    audit: AuditConcerned
    over: Role
    staff: StaffOnTheDay
    policy: Policy

    def takes(self, role: str) -> Taken:
        """Who takes the role, the audit team in place of nobody."""
        line = self.audit.auditor if self.over is Role.AUDITOR else self.audit.practitioner
        concerned = frozenset[str]() if role in HEAR_OF_ALL else self.audit.people
        taken = who_takes(role, line, concerned, self.staff, self.policy)
        if taken.people or role == Role.AUDIT_TEAM:
            return taken
        instead = who_takes(Role.AUDIT_TEAM, Line(""), frozenset(), self.staff, self.policy)
        return Taken(instead.people, instead.post, taken.because, taken.vacancies)


def _recipients(role: str, over: Role, crossing: Crossing, taken: Taken, policy: Policy) -> Iterator[Recipient]:
    whose = role if role in THEMSELVES else over
    reason = policy.reason(crossing.rule, f"What is said of this duty goes to the {role.replace('_', ' ')}.")
    reasons = (reason,) if taken.because is None else (reason, taken.because)
    for person in taken.people:
        yield Recipient(person, role, whose, reasons)
