"""Who is told of an event or of a duty: from roles to people, each with the reason (section 9, A5, L13, N1).

Which roles are told is policy (`rules/matrix.py`); who they are follows from posts, deputies and absences on the day
(`post_holders`). Open duties follow today's managers too: whoever holds the post on the day is reminded.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rules.decisions import Reason
from rules.matrix import EventFacts, NoticeEvent, RoleTold, roles_told
from rules.names_in_words import words_of
from rules.policy.notice_shapes import Channel
from rules.policy.shape import Policy
from rules.post_holders import Line, Post, StaffOnTheDay, Taken, Vacancy, who_takes
from rules.reminders import Crossing
from rules.roles import Role


@dataclass(frozen=True, slots=True)
class AuditConcerned:
    """An audit as the matrix sees it: the one audited and the one who audits, each with the line above them.

    The practitioner's team and service are those of the audit; the auditor's are those that they audit for.
    `earlier_auditor` had it before them, and is told beside them that it changed hands. `moderator` is who looks at it
    again, where it is told of that.
    """

    practitioner: Line
    auditor: Line
    earlier_auditor: str | None = None
    moderator: str | None = None

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


def told_to(roles: Sequence[RoleTold], audit: AuditConcerned, staff: StaffOnTheDay, policy: Policy) -> Told:
    """Who gets a message that is for these roles, as a ladder names them, by who holds the posts today."""
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
        elif role is Role.MODERATOR and self.audit.moderator is not None:
            self._add(role, role, [self.audit.moderator], reasons)
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


# Who owes a duty as the person they are to the audit, and not in a post.
THEMSELVES = (Role.PRACTITIONER, Role.AUDITOR, Role.MODERATOR)


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
    reason = policy.reason(crossing.rule, f"The {words_of(role)} owes this duty.")
    reasons = (reason,) if taken.because is None else (reason, taken.because)
    for person in taken.people:
        yield Recipient(person, role, over, reasons)
