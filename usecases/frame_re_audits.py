"""Re-audits in the sampling frame of a cycle: the list, those held over, and those to be decided (S7, S2, P2)."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from db.queries.audits_to_follow import ReAuditRow
from rules.absences import leaves_before_close
from rules.decisions import Reason
from rules.extra_cycles import why_re_audit_goes_first
from rules.policy.shape import Policy
from rules.programme import AuditCycle
from rules.re_audits import calls_for_re_audit, re_audit_due_on
from rules.sampling_frames import DueReAudit
from usecases.frame_facts import FrameFacts

_ANOTHER_CASE = "choose another case of the same practitioner for it"
_CLOSE = "close the audit with a reason"
_WAITS_FOR_DISPUTE = "The re-audit of {} waits: a dispute on the audit is open."


@dataclass(frozen=True, slots=True)
class FrameReAudits:
    """The re-audits on the list (S7), why others are held over, and why others wait for the audit team, by audit."""

    listed: tuple[DueReAudit, ...]
    held_over: tuple[Reason, ...]
    to_decide: Mapping[uuid.UUID, Reason]


def re_audits_of(policy: Policy, cycle: AuditCycle, facts: FrameFacts) -> FrameReAudits:
    """What becomes of each re-audit in a cycle. An extra cycle allocates none (P2)."""
    listed: list[DueReAudit] = []
    held_over: list[Reason] = []
    to_decide: dict[uuid.UUID, Reason] = {}
    open_cases = {row.case_reference for row in facts.cases}
    for row in () if cycle.is_extra else _called_for(policy, facts):
        if row.is_disputed:
            held_over.append(policy.reason("S7", _WAITS_FOR_DISPUTE.format(row.audit_reference)))
        elif (sentence := _why_held_over(cycle, facts, row)) is not None:
            held_over.append(policy.reason("S2", sentence))
        elif (sentence := _why_to_decide(cycle, facts, row, open_cases)) is not None:
            to_decide[row.audit_id] = policy.reason("S7", sentence)
        else:
            listed.append(_due(policy, facts, row))
    return FrameReAudits(tuple(listed), tuple(held_over), to_decide)


def with_known_auditors(re_audits: Iterable[DueReAudit], auditors: Collection[str]) -> tuple[DueReAudit, ...]:
    """A first auditor who no longer audits can't be given the re-audit, so need not be kept from it."""
    return tuple(it if it.first_auditor_id in auditors else replace(it, first_auditor_id=None) for it in re_audits)


def re_audits_left_to_the_programme(policy: Policy, cycle: AuditCycle, facts: FrameFacts) -> Iterator[ReAuditRow]:
    """The re-audits that an extra cycle leaves to the programme's, and must not get in the way of (P2, S2, S6)."""
    if cycle.is_extra:
        yield from _called_for(policy, facts)


def who_waits_for_re_audit(policy: Policy, cycle: AuditCycle, left: Iterable[ReAuditRow]) -> dict[str, Reason]:
    """Whom a re-audit keeps out of an extra cycle, by practitioner."""
    found = {}
    for row in left:
        why = why_re_audit_goes_first(policy, cycle, row.practitioner, row.audit_reference, row.counts_from)
        if why is not None:
            found[row.practitioner] = why
    return found


def _called_for(policy: Policy, facts: FrameFacts) -> Iterator[ReAuditRow]:
    for row in facts.without_re_audit:
        if row.is_ordered or calls_for_re_audit(policy, row.grade, row.sequence):
            yield row


def _due(policy: Policy, facts: FrameFacts, row: ReAuditRow) -> DueReAudit:
    return DueReAudit(
        id=row.audit_reference,
        case_id=row.case_reference,
        practitioner_id=row.practitioner,
        team_id=facts.holders[row.practitioner].team,
        grade=row.grade,
        due_on=re_audit_due_on(policy, row.counts_from),
        previous_issued_on=row.issued_on,
        first_auditor_id=row.first_auditor,
        ordered_on=row.ordered_on,
    )


def _why_held_over(cycle: AuditCycle, facts: FrameFacts, row: ReAuditRow) -> str | None:
    holder = facts.holders.get(row.practitioner)
    if holder is not None and holder.last_audited_on == cycle.first_on:
        return (
            f"The re-audit of {row.audit_reference} is held over: practitioner {row.practitioner} has an audit in this "
            "month, and nobody has two."
        )
    return None


def _why_to_decide(cycle: AuditCycle, facts: FrameFacts, row: ReAuditRow, open_cases: Collection[str]) -> str | None:
    waits = f"The re-audit of {row.audit_reference} waits for the audit team's decision"
    holder = facts.holders.get(row.practitioner)
    if row.case_reference not in open_cases:
        return f"{waits}: case {row.case_reference} is not open. Either {_ANOTHER_CASE}, or {_CLOSE}."
    if holder is None or leaves_before_close(cycle, holder.left_on):
        return f"{waits}: practitioner {row.practitioner} leaves or has left: {_CLOSE}."
    return None
