"""Which re-audits have their turn in a cycle, in what order they are admitted, and why others wait (S2, S7, P7, A3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.dates_in_words import day_in_words
from rules.decisions import Reason
from rules.policy.shape import Policy
from rules.programme import AuditCycle, why_re_audit_waits
from rules.sampling_frames import DueReAudit
from rules.tickets import Tickets


@dataclass(frozen=True, slots=True)
class ReAuditTurns:
    """`due` have their turn, first to be admitted first; `held_over` gives the reasons of the others, by id."""

    due: tuple[DueReAudit, ...]
    held_over: dict[str, tuple[Reason, ...]]


def re_audit_turns(
    re_audits: Sequence[DueReAudit], cycle: AuditCycle, policy: Policy, tickets: Tickets
) -> ReAuditTurns:
    """Parts the list: not yet due, in a moderation month, or second of one practitioner waits; the rest is due."""
    held_over = {re_audit.id: reasons for re_audit in re_audits if (reasons := _why_not_yet(re_audit, cycle, policy))}
    turns = [re_audit for re_audit in re_audits if re_audit.id not in held_over]
    ticket = {re_audit.id: tickets.of("re_audit", re_audit.id) for re_audit in turns}
    goes_first = policy.eligibility.admitted_first

    first_of: dict[str, DueReAudit] = {}
    for re_audit in sorted(turns, key=lambda it: (it.due_on, it.grade not in goes_first, ticket[it.id])):
        first = first_of.setdefault(re_audit.practitioner_id, re_audit)
        if first is not re_audit:
            held_over[re_audit.id] = (_waits_for(first, re_audit, policy),)
    due = sorted(first_of.values(), key=lambda it: (it.grade not in goes_first, it.due_on, ticket[it.id]))
    return ReAuditTurns(tuple(due), held_over)


def _why_not_yet(re_audit: DueReAudit, cycle: AuditCycle, policy: Policy) -> tuple[Reason, ...]:
    if re_audit.due_on > cycle.opens_on:
        sentence = (
            f"Due on {day_in_words(re_audit.due_on)}, after this cycle opens on {day_in_words(cycle.opens_on)}: "
            "it waits for a later cycle."
        )
        return (policy.reason("S7", sentence),)
    moderation = why_re_audit_waits(policy, cycle, re_audit.grade)
    return () if moderation is None else (moderation,)


def _waits_for(first: DueReAudit, re_audit: DueReAudit, policy: Policy) -> Reason:
    sentence = (
        f"Practitioner {re_audit.practitioner_id} has another re-audit in this cycle, {first.id}, which goes first "
        f"(due on {day_in_words(first.due_on)}, {policy.gradings.grades[first.grade]}): nobody has two in a month."
    )
    return policy.reason("S2", sentence)
