"""The auditors of one draw: who is given which audit, exactly and in the order of the objective (A1–A3).

Level load comes first (the least sum of squared numbers of audits per auditor), then the fewest re-audits by their
first auditor, then the fewest pairs who met lately. The weights are chosen so that no number of later ones outweighs
one of an earlier.
"""

from datetime import date

from rules.assignments import Assignment, Wanted
from rules.draw_answers import AuditorPrice, Certificate, Objective
from rules.eligible_auditors import EligibleAuditors
from rules.policy.shape import Policy
from rules.sampling_frames import DueReAudit, SamplingFrame
from rules.tickets import Tickets


def weights_for(most_audits: int) -> Objective:
    """What one unit of load, one first auditor and one repeated pair count among at most so many audits."""
    return Objective((most_audits + 1) ** 2, most_audits + 1, 1)


class AuditAllocations:
    """Admits audits one at a time as long as all of them can be assigned together."""

    def __init__(
        self, frame: SamplingFrame, most_audits: int, opens_on: date, policy: Policy, tickets: Tickets
    ) -> None:
        self.weights = weights_for(most_audits)
        self.eligible = EligibleAuditors(frame, policy.eligibility, opens_on, tickets)
        self._assignment = Assignment(
            [auditor.capacity for auditor in self.eligible.auditors], self.eligible.groups, self.weights.load
        )
        self._re_audits: dict[str, tuple[int, DueReAudit]] = {}
        self._audits: dict[str, int] = {}

    def admit_re_audit(self, re_audit: DueReAudit) -> str | None:
        """None when the re-audit is admitted, else the rule in the way: A1, A2, S10 or A3."""
        wanted = self.eligible.for_re_audit(re_audit, self.weights.first_auditors, self.weights.repeats)
        refused = self._admit(wanted)
        if refused is None:
            self._re_audits[re_audit.id] = len(self._assignment.audits) - 1, re_audit
        return refused

    def admit_audit(self, case_id: str, practitioner_id: str, team_id: str) -> str | None:
        """The same for a new audit of a practitioner's case."""
        refused = self._admit(self.eligible.for_audit(case_id, practitioner_id, team_id, self.weights.repeats))
        if refused is None:
            self._audits[practitioner_id] = len(self._assignment.audits) - 1
        return refused

    def auditor_of_re_audit(self, re_audit_id: str) -> str | None:
        """Who does an admitted re-audit; None for any other."""
        if re_audit_id not in self._re_audits:
            return None
        return self._auditor_of(self._re_audits[re_audit_id][0])

    def auditor_of_audit(self, practitioner_id: str) -> str:
        """Who audits a practitioner that was admitted."""
        return self._auditor_of(self._audits[practitioner_id])

    def have_met(self, auditor_id: str, practitioner_id: str) -> bool:
        """Whether the two met less than the policy's months before (A2)."""
        return self.eligible.have_met(self.eligible.number_of[auditor_id], practitioner_id)

    def objective(self) -> Objective:
        """What the assignment comes to."""
        auditor_of = self._assignment.auditor_of
        by_first = repeats = 0
        for audit, re_audit in self._re_audits.values():
            by_first += self._auditor_of(audit) == re_audit.first_auditor_id
            repeats += self.eligible.have_met(auditor_of[audit], re_audit.practitioner_id)
        for practitioner_id, audit in self._audits.items():
            repeats += self.eligible.have_met(auditor_of[audit], practitioner_id)
        return Objective(sum(len(given) ** 2 for given in self._assignment.given), by_first, repeats)

    def certificate(self) -> Certificate:
        """The prices that prove it (rules/certificates.py checks them)."""
        auditors = self.eligible.auditors
        prices = [
            AuditorPrice(auditor.id, price)
            for auditor, price in zip(auditors, self._assignment.prices(), strict=True)
            if auditor.capacity > 0
        ]
        exhausted = sorted(auditors[number].id for number in self._assignment.exhausted)
        return Certificate(self.weights, tuple(sorted(prices, key=lambda it: it.auditor_id)), tuple(exhausted))

    def _admit(self, wanted: Wanted) -> str | None:
        return None if self._assignment.admit(wanted) else self.eligible.why_nobody(wanted)

    def _auditor_of(self, audit: int) -> str:
        return self.eligible.auditors[self._assignment.auditor_of[audit]].id
