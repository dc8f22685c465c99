"""Checks a draw's certificate: that no other assignment of the same audits costs less, and what could not be done.

The certificate gives each auditor a price. With these three, whatever the assignment was made by, it is optimal:

1. the price of an auditor is not below the cost of the last audit that they were given, nor, where they have room,
   above the cost of one more;
2. each audit is with an auditor who may do it and for whom its own cost plus their price is least;
3. nobody has more than their capacity.

Whoever was refused an auditor finds all that may do it among the exhausted: full, with audits that nobody outside
may do. Who may audit what is read from the frame again; nothing is taken from the search that made the assignment.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.assignments import BARRED, Wanted
from rules.draw_answers import Draw, DrawnCase, Objective, Reserve
from rules.eligible_auditors import EligibleAuditors
from rules.policy.shape import Policy
from rules.programme import cycle_with_id
from rules.sampling_frames import SamplingFrame
from rules.tickets import Tickets
from rules.working_days import WorkingDayCalendar


@dataclass(frozen=True, slots=True)
class _Given:
    """One audit of the draw with who got it, and what it is called in a sentence."""

    called: str
    wanted: Wanted
    auditor: int


def check_certificate(
    answer: Draw, frame: SamplingFrame, policy: Policy, calendar: WorkingDayCalendar
) -> tuple[str, ...]:
    """Every way in which the assignment is not allowed, not optimal, or not what it says it costs; none if it is."""
    return tuple(_Check(answer, frame, policy, calendar).faults())


class _Check:
    def __init__(self, answer: Draw, frame: SamplingFrame, policy: Policy, calendar: WorkingDayCalendar) -> None:
        opens_on = cycle_with_id(policy, calendar, frame.cycle).opens_on
        self.answer, self.frame = answer, frame
        self.weights = answer.certificate.weights
        self.eligible = EligibleAuditors(frame, policy.eligibility, opens_on, Tickets(answer.seed))
        self.price_of = {row.auditor_id: row.price for row in answer.certificate.prices}
        self.exhausted = set(answer.certificate.exhausted)
        self.refused = [it for it in answer.re_audits if it.auditor_id is None and not it.held_over]

    def faults(self) -> Iterator[str]:
        strangers = self._strangers()
        if strangers:
            yield f"The draw names {strangers[0]}, who or which is not in the frame."
            return
        unknown = self.price_of.keys() ^ {it.id for it in self.frame.auditors if it.capacity > 0}
        if unknown:
            yield f"The certificate has not one price for each auditor with capacity: see {min(unknown)}."
            return
        audits = list(self._audits())
        given: list[list[_Given]] = [[] for _ in self.eligible.auditors]
        for audit in audits:
            given[audit.auditor].append(audit)
        yield from self._weights(len(audits))
        yield from self._loads(given)
        yield from self._cheapest(audits)
        yield from self._objective(given)
        yield from self._refusals(given)

    def _strangers(self) -> list[str]:
        """Ids that the answer uses and the frame does not know."""
        answer, frame = self.answer, self.frame
        rows: list[DrawnCase | Reserve] = [*answer.drawn, *answer.reserves]
        auditors = [it.auditor_id for it in answer.drawn]
        auditors += [it.auditor_id for it in answer.re_audits if it.auditor_id is not None]
        named = {
            "re_audits": [it.id for it in answer.re_audits],
            "practitioners": [it.practitioner_id for it in rows],
            "teams": [*(it.team_id for it in rows), *(it.team_id for it in answer.quotas)],
            "auditors": [*auditors, *answer.certificate.exhausted],
        }
        known = {name: {row.id for row in getattr(frame, name)} for name in named}
        return sorted(it for name, ids in named.items() for it in ids if it not in known[name])

    def _audits(self) -> Iterator[_Given]:
        number_of = self.eligible.number_of
        re_audits = {it.id: it for it in self.frame.re_audits}
        for row in self.answer.re_audits:
            if row.auditor_id is not None:
                wanted = self.eligible.for_re_audit(
                    re_audits[row.id], self.weights.first_auditors, self.weights.repeats
                )
                yield _Given(f"Re-audit {row.id}", wanted, number_of[row.auditor_id])
        for drawn in self.answer.drawn:
            wanted = self.eligible.for_audit(drawn.case_id, drawn.practitioner_id, drawn.team_id, self.weights.repeats)
            yield _Given(f"The audit of {drawn.practitioner_id}", wanted, number_of[drawn.auditor_id])

    def _weights(self, audits: int) -> Iterator[str]:
        step = self.weights.first_auditors
        if step <= audits or self.weights != Objective(step**2, step, 1):
            yield f"The weights {self.weights} do not put each level above all of the next among {audits} audits."

    def _loads(self, given: list[list[_Given]]) -> Iterator[str]:
        for auditor, audits in zip(self.eligible.auditors, given, strict=True):
            load, price = len(audits), self.price_of.get(auditor.id, 0)
            if load > auditor.capacity:
                yield f"{auditor.id} has {load} audits and capacity for {auditor.capacity}."
            elif load and price < self.weights.load * (2 * load - 1):
                yield f"The price of {auditor.id} is below the cost of their last audit."
            elif load < auditor.capacity and price > self.weights.load * (2 * load + 1):
                yield f"The price of {auditor.id} is above the cost of one more audit."

    def _cheapest(self, audits: list[_Given]) -> Iterator[str]:
        """Walks each group from its cheapest auditor: the first who may do an audit sets what it should cost."""
        by_price = {name: self._from_the_cheapest(members) for name, members in self.eligible.groups.items()}
        for audit in audits:
            wanted = audit.wanted
            extra = wanted.apart.get(audit.auditor, 0)
            if not self._may(audit.auditor, wanted) or self._name(audit.auditor) not in self.price_of:
                yield f"{audit.called} is with {self._name(audit.auditor)}, who may not do it."
                continue
            cost = extra + self._price(audit.auditor)
            plain = (it for it in by_price[wanted.group] if it not in wanted.team and it not in wanted.apart)
            rivals = [it for it, more in wanted.apart.items() if more != BARRED and self._name(it) in self.price_of]
            cheapest = min([*rivals, next(plain, audit.auditor)], key=lambda it: self._cost(it, wanted))
            if self._cost(cheapest, wanted) < cost:
                yield f"{audit.called} is with {self._name(audit.auditor)}, but {self._name(cheapest)} costs less."

    def _from_the_cheapest(self, members: list[int]) -> list[int]:
        return sorted((it for it in members if self._name(it) in self.price_of), key=self._price)

    def _objective(self, given: list[list[_Given]]) -> Iterator[str]:
        cost = sum(self.weights.load * len(audits) ** 2 for audits in given)
        cost += sum(audit.wanted.apart.get(audit.auditor, 0) for audits in given for audit in audits)
        if cost != self.answer.objective.weighed(self.weights):
            yield f"The assignment costs {cost}, not what its objective {self.answer.objective} comes to."

    def _refusals(self, given: list[list[_Given]]) -> Iterator[str]:
        for auditor_id in sorted(self.exhausted):
            auditor = self.eligible.number_of[auditor_id]
            if len(given[auditor]) < self.eligible.auditors[auditor].capacity:
                yield f"The certificate calls {auditor_id} exhausted, who has room."
            for audit in given[auditor]:
                if not self._only_exhausted(audit.wanted):
                    yield f"{audit.called} could go to somebody who is not exhausted."
        for called, wanted in self._unassigned():
            if not self._only_exhausted(wanted):
                yield f"{called} could go to somebody who is not exhausted."

    def _unassigned(self) -> Iterator[tuple[str, Wanted]]:
        """Due re-audits without an auditor, and the next of each team that got fewer seats than it could fill."""
        re_audits = {it.id: it for it in self.frame.re_audits}
        for row in self.refused:
            yield f"Re-audit {row.id}", self.eligible.for_re_audit(re_audits[row.id], 0, 0)
        if self.answer.size_drawn < self.answer.size_asked:
            seats = {quota.team_id: quota.seats for quota in self.answer.quotas}
            for reserve in self.answer.reserves:
                if reserve.order == seats[reserve.team_id] + 1:
                    wanted = self.eligible.for_audit(reserve.case_id, reserve.practitioner_id, reserve.team_id, 0)
                    yield f"The audit of {reserve.practitioner_id}", wanted

    def _only_exhausted(self, wanted: Wanted) -> bool:
        group = self.eligible.groups[wanted.group]
        with_capacity = (it for it in group if self._name(it) in self.price_of)
        return all(self._name(it) in self.exhausted or not self._may(it, wanted) for it in with_capacity)

    def _may(self, auditor: int, wanted: Wanted) -> bool:
        in_group = auditor in self.eligible.members(wanted.group)
        return in_group and auditor not in wanted.team and wanted.apart.get(auditor, 0) != BARRED

    def _cost(self, auditor: int, wanted: Wanted) -> int:
        return wanted.apart.get(auditor, 0) + self._price(auditor)

    def _price(self, auditor: int) -> int:
        return self.price_of[self._name(auditor)]

    def _name(self, auditor: int) -> str:
        return self.eligible.auditors[auditor].id
