"""Who is told what: the matrix of FRAMEWORK section 9, from an event to people, each with the reason (A5, N1).

Which roles are told is policy; who they are follows from posts, deputies and absences on the day (`post_holders`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.post_holders import Line, StaffOnTheDay, Taken, Vacancy, who_takes
from rules.roles import Role


@dataclass(frozen=True, slots=True)
class AuditConcerned:
    """An audit as the matrix sees it: the one audited and the one who audits, each with the line above them.

    The practitioner's team and service are those of the audit; the auditor's are those that they audit for.
    """

    practitioner: Line
    auditor: Line

    @property
    def people(self) -> frozenset[str]:
        """Whose own work it is."""
        return frozenset((self.practitioner.person_id, self.auditor.person_id))


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told, as what, and why.

    `over` says whose manager a manager is to this audit: `practitioner` or `auditor`; for everyone else it is the role.
    """

    person_id: str
    role: str
    over: str
    reasons: tuple[Reason, ...]

    @property
    def stands_in(self) -> bool:
        """Whether they are told in place of the one who holds the post."""
        return len(self.reasons) > 1


@dataclass(frozen=True, slots=True)
class Told:
    """Everybody told of one event, each once per role, and the posts in which nobody could be."""

    recipients: tuple[Recipient, ...]
    vacancies: tuple[Vacancy, ...]


# Roles that hear of every audit of a cycle: they are the same people for each. To be one of them is not to manage an
# audit, so those concerned by one are told as well.
HEAR_OF_ALL = (Role.AUDIT_TEAM,)


def told_of_allocation(audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who is told on the day that this audit was allocated (A5)."""
    of_audit, of_all = told_of_audit(audit, staff, policy), told_of_every_audit(staff, policy)
    return Told((*of_audit.recipients, *of_all.recipients), (*of_audit.vacancies, *of_all.vacancies))


def told_of_audit(audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Those of them who are told because it is this audit."""
    told = _Telling(audit, staff, policy)
    for role in policy.notices.told_of_allocation:
        if role not in HEAR_OF_ALL:
            told.tell(role, Role.PRACTITIONER, policy.reason("A5", f"The allocation goes to the {_words(role)}."))
    for role in policy.notices.auditors_managers_told:
        told.tell(role, Role.AUDITOR, policy.reason("A5", f"The allocation goes to the auditor's {_words(role)}."))
    return told.result()


def told_of_every_audit(staff: StaffOnTheDay, policy: Policy) -> Told:
    """Those of them who are told of every audit of the cycle, whichever it is."""
    told = _Telling(_NO_AUDIT, staff, policy)
    for role in policy.notices.told_of_allocation:
        if role in HEAR_OF_ALL:
            told.tell(role, Role.PRACTITIONER, policy.reason("A5", f"The allocation goes to the {_words(role)}."))
    return told.result()


_NO_AUDIT = AuditConcerned(Line(""), Line(""))


class _Telling:
    """Gathers the recipients of one event in the order in which its roles are named."""

    def __init__(self, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> None:
        self._audit = audit
        self._staff = staff
        self._policy = policy
        self._recipients: dict[tuple[str, str, str], Recipient] = {}
        self._vacancies: dict[tuple[str, str], Vacancy] = {}

    def tell(self, role: str, over: Role, reason: Reason) -> None:
        if role in (Role.PRACTITIONER, Role.AUDITOR):
            person = self._audit.practitioner if role == Role.PRACTITIONER else self._audit.auditor
            self._add(role, role, [person.person_id], (reason,))
            return
        taken = self._who_takes(role, over)
        self._add(role, over, taken.people, (reason,) if taken.because is None else (reason, taken.because))
        self._vacancies.update((vacancy.post, vacancy) for vacancy in taken.vacancies)

    def result(self) -> Told:
        if self._vacancies:
            self._tell_of_vacancies()
        return Told(tuple(self._recipients.values()), tuple(self._vacancies.values()))

    def _tell_of_vacancies(self) -> None:
        reason = self._policy.reason("N1", "A post that nobody can act in is made known here too.")
        told_anyway = {role for role in self._policy.notices.told_of_allocation if role in HEAR_OF_ALL}
        for role in (role for role in self._policy.notices.also_told_when_vacant if role not in told_anyway):
            self._add(role, Role.PRACTITIONER, self._who_takes(role, Role.PRACTITIONER).people, (reason,))

    def _who_takes(self, role: str, over: Role) -> Taken:
        line = self._audit.auditor if over is Role.AUDITOR else self._audit.practitioner
        concerned = frozenset[str]() if role in HEAR_OF_ALL else self._audit.people
        return who_takes(role, line, concerned, self._staff, self._policy)

    def _add(self, role: str, over: str, people: Iterable[str], reasons: tuple[Reason, ...]) -> None:
        for person in people:
            self._recipients.setdefault((person, role, over), Recipient(person, role, over, reasons))


def _words(role: str) -> str:
    return role.replace("_", " ")
