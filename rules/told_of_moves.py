"""Who is told when an audit gets another auditor, or is withdrawn or replaced (FRAMEWORK section 9: A4, S9).

The auditor stands for both: the one who had the audit and the one who has it now.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.post_holders import Line, Post, StaffOnTheDay, Vacancy, who_takes
from rules.recipients import HEAR_OF_ALL, AuditConcerned, Recipient, Told
from rules.roles import Role

_NO_AUDIT = AuditConcerned(Line(""), Line(""))


@dataclass(frozen=True, slots=True)
class Move:
    """A move by its rule (A4, S9), with the roles that the policy names for it."""

    rule: str
    roles: Sequence[str]


def told_of_move(
    move: Move, audit: AuditConcerned, earlier_auditor: str | None, staff: StaffOnTheDay, policy: Policy
) -> Told:
    """Who holds the roles to this audit today, each once per role, and the posts in which nobody could be told.

    Whoever is the practitioner or one of the auditors never stands in as a manager over the audit.
    """
    telling = _Telling(move, audit, frozenset(filter(None, (*audit.people, earlier_auditor))), staff, policy)
    for role in move.roles:
        if role == Role.AUDITOR:
            telling.tell_people(role, [person for person in (earlier_auditor, audit.auditor.person_id) if person])
        elif role == Role.PRACTITIONER:
            telling.tell_people(role, (audit.practitioner.person_id,))
        else:
            telling.tell_holders(role)
    return telling.result()


def told_of_no_audit(move: Move, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who holds these posts of the whole council today, told of what concerns no single audit."""
    return told_of_move(move, _NO_AUDIT, None, staff, policy)


@dataclass(slots=True)
class _Telling:
    """Gathers the recipients in the order in which the roles are named."""

    move: Move
    audit: AuditConcerned
    concerned: frozenset[str]
    staff: StaffOnTheDay
    policy: Policy
    recipients: dict[tuple[str, str], Recipient] = field(default_factory=dict)
    vacancies: dict[Post, Vacancy] = field(default_factory=dict)

    def tell_people(self, role: str, people: Iterable[str]) -> None:
        for person in people:
            self._add(person, role, role, (self._why(role),))

    def tell_holders(self, role: str) -> None:
        concerned = frozenset[str]() if role in HEAR_OF_ALL else self.concerned
        taken = who_takes(role, self.audit.practitioner, concerned, self.staff, self.policy)
        why = (self._why(role),) if taken.because is None else (self._why(role), taken.because)
        for person in taken.people:
            self._add(person, role, Role.PRACTITIONER, why)
        self.vacancies.update((vacancy.post, vacancy) for vacancy in taken.vacancies)

    def result(self) -> Told:
        if self.vacancies:
            for role in self.policy.notices.also_told_when_vacant:
                if role not in self.move.roles:
                    self.tell_holders(role)
        return Told(tuple(self.recipients.values()), tuple(self.vacancies.values()))

    def _why(self, role: str) -> Reason:
        return self.policy.reason(self.move.rule, f"The change goes to the {role.replace('_', ' ')}.")

    def _add(self, person: str, role: str, over: str, reasons: tuple[Reason, ...]) -> None:
        self.recipients.setdefault((person, role), Recipient(person, role, over, reasons))
