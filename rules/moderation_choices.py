"""Which of the issued audits are moderated: grades first, then services in proportion, then auditors (M1).

The share of a service is its part of the draw, in proportion to its audits. Each place goes to the service that is
furthest below its share: without the audits taken for their grade, that is the method of largest remainders.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heapreplace

from rules.decisions import Reason
from rules.moderation_frames import AuditToModerate, ModerationFrame
from rules.policy.moderation_shapes import ModerationSpread
from rules.policy.shape import Policy
from rules.tickets import Tickets

_ALL = 100
_TOGETHER = "all services"


_Turn = tuple[int, bool, str]
_InTurn = tuple[_Turn, str]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An audit that is moderated, in the order of the draw, and why."""

    audit: AuditToModerate
    ticket: str
    reasons: tuple[Reason, ...]


def why_not_in_draw(audit: AuditToModerate, frame: ModerationFrame, policy: Policy) -> Reason | None:
    """Why an audit is not among those that are drawn from; None if it is."""
    if frame.last_drawn_on is not None and audit.issued_on < frame.last_drawn_on:
        sentence = (
            f"Issued on {audit.issued_on}, before the last draw on {frame.last_drawn_on}: it was among those then."
        )
        return policy.reason("M1", sentence)
    if audit.issued_on >= frame.drawn_on:
        sentence = f"Issued on {audit.issued_on}, not before the day of the draw: it is among those of the next."
        return policy.reason("M1", sentence)
    if audit.is_disputed:
        return policy.reason("M1", "Disputed on the day of the draw: disputed audits are left out.")
    if audit.grade is None:
        return policy.reason("P8", "It has compliance checks only, and no grade that could be moderated.")
    if audit.grade not in policy.gradings.grades:
        sentence = (
            f"Graded {audit.grade!r:.60}, which this edition does not have: a moderator could not grade it alike."
        )
        return policy.reason("M1", sentence)
    return None


def size_of_draw(frame: ModerationFrame, policy: Policy) -> int:
    """How many are asked for: a share of all issued since the last draw, rounded up, and no fewer than the least."""
    since = [it for it in frame.audits if _is_since_last_draw(it, frame)]
    rule = policy.moderation
    return max(rule.least_drawn, -(-len(since) * rule.share_drawn // _ALL))


def choose_audits(
    eligible: Sequence[AuditToModerate], size: int, frame: ModerationFrame, policy: Policy, tickets: Tickets
) -> list[Chosen]:
    """The audits to moderate, first chosen first; all of them where there are no more than `size`."""
    choice = _Choice(eligible, min(size, len(eligible)), frame.auditors_moderated, policy, tickets)
    choice.one_of_each_grade()
    choice.in_proportion()
    return choice.chosen


def _is_since_last_draw(audit: AuditToModerate, frame: ModerationFrame) -> bool:
    return (frame.last_drawn_on is None or audit.issued_on >= frame.last_drawn_on) and audit.issued_on < frame.drawn_on


class _Choice:
    """The choice while it is made."""

    def __init__(
        self,
        eligible: Sequence[AuditToModerate],
        size: int,
        moderated_before: Iterable[str],
        policy: Policy,
        tickets: Tickets,
    ) -> None:
        self.policy, self.tickets, self.size = policy, tickets, size
        self.spread = policy.moderation.spread_over
        self.left = {it.id: it for it in eligible}
        self.ticket_of = {it.id: tickets.of("audit", it.id) for it in eligible}
        self.moderated_before = frozenset(moderated_before)
        audits = Counter(map(self._service_of, eligible))
        self.share_of = {service: Fraction(size * count, len(eligible)) for service, count in audits.items()}
        self.of_service: Counter[str] = Counter()
        self.of_auditor: Counter[str] = Counter()
        self.chosen: list[Chosen] = []

    def one_of_each_grade(self) -> None:
        """One of each grade there is, the worst first, from a service that has not had its share where possible."""
        if ModerationSpread.GRADES not in self.spread:
            return
        for grade, title in reversed(list(self.policy.gradings.grades.items())):
            found = [it for it in self.left.values() if it.grade == grade]
            if found and len(self.chosen) < self.size:
                first = min(found, key=lambda it: (self._below_share(self._service_of(it)) <= 0, *self._turn(it)))
                self._take(first, f"One of each grade there is: {title}, {_of_how_many(len(found))}.")

    def in_proportion(self) -> None:
        """The other places, each to the service furthest below its share."""
        waiting: dict[str, list[_InTurn]] = {}
        for it in self.left.values():
            waiting.setdefault(self._service_of(it), []).append((self._turn(it), it.id))
        for rows in waiting.values():
            heapify(rows)
        ticket_of = {service: self.tickets.of("service", service) for service in waiting}
        while len(self.chosen) < self.size:
            services = (service for service, rows in waiting.items() if rows)
            service = min(services, key=lambda it: (-self._below_share(it), ticket_of[it]))
            sentence = self._why_service(service, len(waiting[service]))
            self._take(self._next_of(waiting[service]), sentence)

    def _next_of(self, rows: list[_InTurn]) -> AuditToModerate:
        """The first in turn. A turn only gets later, so whoever is first by one that still holds is first."""
        while True:
            turn, id_ = rows[0]
            now = self._turn(self.left[id_])
            if now == turn:
                heappop(rows)
                return self.left[id_]
            heapreplace(rows, (now, id_))

    def _service_of(self, audit: AuditToModerate) -> str:
        return audit.service_id if ModerationSpread.SERVICES in self.spread else _TOGETHER

    def _below_share(self, service: str) -> Fraction:
        return self.share_of[service] - self.of_service[service]

    def _turn(self, audit: AuditToModerate) -> _Turn:
        """Auditors with fewest audits in this draw first, then those not moderated before, then by ticket."""
        if ModerationSpread.AUDITORS not in self.spread:
            return 0, False, self.ticket_of[audit.id]
        auditor = audit.auditor_id
        return self.of_auditor[auditor], auditor in self.moderated_before, self.ticket_of[audit.id]

    def _take(self, audit: AuditToModerate, sentence: str) -> None:
        reasons = [self.policy.reason("M1", sentence)]
        if ModerationSpread.AUDITORS in self.spread and not self._turn(audit)[0]:
            known = "was moderated before" if self._turn(audit)[1] else "was not moderated yet"
            reasons.append(self.policy.reason("M1", f"Its auditor {known} and has no other audit in this draw so far."))
        self.chosen.append(Chosen(audit, self.ticket_of[audit.id], tuple(reasons)))
        self.of_service[self._service_of(audit)] += 1
        self.of_auditor[audit.auditor_id] += 1
        del self.left[audit.id]

    def _why_service(self, service: str, found: int) -> str:
        if ModerationSpread.SERVICES not in self.spread:
            return f"One of the other places: {_of_how_many(found)}."
        share, so_far = self.share_of[service], self.of_service[service]
        return (
            f"{service} was furthest below its share, with {so_far} of {float(share):.2f} in a draw of {self.size}: "
            f"{_of_how_many(found)}."
        )


def _of_how_many(found: int) -> str:
    return "the only one left" if found == 1 else f"the first in turn of {found}"
