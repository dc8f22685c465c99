"""Who is told of an event: from the roles of the matrix to people, each with the reason (section 9, A5, N1).

Which roles are told is policy (`rules/matrix.py`); who they are follows from posts, deputies and absences on the day
(`post_holders`).
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from rules.decisions import Reason
from rules.matrix import EventFacts, NoticeEvent, RoleTold, roles_told
from rules.policy.shape import Channel, Policy
from rules.post_holders import Line, Post, StaffOnTheDay, Taken, Vacancy, who_takes
from rules.roles import Role


@dataclass(frozen=True, slots=True)
class AuditConcerned:
    """An audit as the matrix sees it: the one audited and the one who audits, each with the line above them.

    The practitioner's team and service are those of the audit; the auditor's are those that they audit for.
    `earlier_auditor` had it before them, and is told beside them that it changed hands.
    """

    practitioner: Line
    auditor: Line
    earlier_auditor: str | None = None

    @property
    def people(self) -> frozenset[str]:
        """Whose own work it is or was: none of them stands in as a manager over it."""
        return frozenset((*self.auditors, self.practitioner.person_id))

    @property
    def auditors(self) -> tuple[str, ...]:
        """Who had it and who has it."""
        now = self.auditor.person_id
        return (now,) if self.earlier_auditor is None else (self.earlier_auditor, now)


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
_NO_AUDIT = AuditConcerned(Line(""), Line(""))
_NO_FACTS = EventFacts()


def told_of(event: NoticeEvent, facts: EventFacts, audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who gets a message about this event of this audit, by the facts and by who holds the posts today."""
    roles = roles_told(event, facts, policy)
    return _told(roles, roles, audit, staff, policy)


def told_of_no_audit(event: NoticeEvent, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who holds the posts of the whole council that hear of what concerns no single audit."""
    return told_of(event, _NO_FACTS, _NO_AUDIT, staff, policy)


def told_of_allocation(audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who is told on the day that this audit was allocated (A5)."""
    of_audit, of_all = told_of_audit(audit, staff, policy), told_of_every_audit(staff, policy)
    return Told((*of_audit.recipients, *of_all.recipients), (*of_audit.vacancies, *of_all.vacancies))


def told_of_audit(audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Those of them who are told because it is this audit."""
    all_told = _of_allocation(policy)
    return _told([told for told in all_told if told.role not in HEAR_OF_ALL], all_told, audit, staff, policy)


def told_of_every_audit(staff: StaffOnTheDay, policy: Policy) -> Told:
    """Those of them who are told of every audit of the cycle, whichever it is."""
    all_told = _of_allocation(policy)
    return _told([told for told in all_told if told.role in HEAR_OF_ALL], all_told, _NO_AUDIT, staff, policy)


def _of_allocation(policy: Policy) -> Sequence[RoleTold]:
    return roles_told(NoticeEvent.ALLOCATION, _NO_FACTS, policy)


def _told(
    roles: Iterable[RoleTold],
    told_anyway: Iterable[RoleTold],
    audit: AuditConcerned,
    staff: StaffOnTheDay,
    policy: Policy,
) -> Told:
    telling = _Telling(audit, staff, policy)
    for told in roles:
        if told.channel is Channel.MESSAGE:
            telling.tell(told.role, told.over, told.reasons)
    return telling.result({told.role for told in told_anyway})


@dataclass(slots=True)
class _Telling:
    """Gathers the recipients of one event in the order in which its roles are named."""

    audit: AuditConcerned
    staff: StaffOnTheDay
    policy: Policy
    recipients: dict[tuple[str, str, str], Recipient] = field(default_factory=dict)
    vacancies: dict[Post, Vacancy] = field(default_factory=dict)

    def tell(self, role: Role, over: Role, reasons: tuple[Reason, ...]) -> None:
        if role is Role.PRACTITIONER:
            self._add(role, role, [self.audit.practitioner.person_id], reasons)
        elif role is Role.AUDITOR:
            self._add(role, role, self.audit.auditors, reasons)
        else:
            taken = self._who_takes(role, over)
            self._add(role, over, taken.people, reasons if taken.because is None else (*reasons, taken.because))
            self.vacancies.update((vacancy.post, vacancy) for vacancy in taken.vacancies)

    def result(self, told_anyway: Collection[Role]) -> Told:
        if self.vacancies:
            reason = self.policy.reason("N1", "A post that nobody can act in is made known here too.")
            for role in map(Role, self.policy.notices.also_told_when_vacant):
                if role not in told_anyway:
                    taken = self._who_takes(role, Role.PRACTITIONER)
                    self._add(role, Role.PRACTITIONER, taken.people, (reason,))
        return Told(tuple(self.recipients.values()), tuple(self.vacancies.values()))

    def _who_takes(self, role: Role, over: Role) -> Taken:
        line = self.audit.auditor if over is Role.AUDITOR else self.audit.practitioner
        concerned = frozenset[str]() if role in HEAR_OF_ALL else self.audit.people
        return who_takes(role, line, concerned, self.staff, self.policy)

    def _add(self, role: str, over: str, people: Iterable[str], reasons: tuple[Reason, ...]) -> None:
        for person in people:
            self.recipients.setdefault((person, role, over), Recipient(person, role, over, reasons))
