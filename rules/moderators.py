"""Who moderates which audit: never one in which they are concerned, of their own service only if nobody else can (M2).

The same exact assignment as a cycle's (rules/assignments.py): fewest audits of the moderator's own service first, then
level load, that is the least sum of squared numbers of audits given. Of several optima always the same one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.assignments import Assignment, Wanted
from rules.decisions import Reason
from rules.moderation_frames import AuditToModerate, Moderator
from rules.policy.moderation_shapes import ModerationConflict
from rules.policy.shape import Policy
from rules.tickets import Tickets

_EVERYBODY = "moderators"
_WHY_NOT = {
    ModerationConflict.AUDITOR: "that they did",
    ModerationConflict.PRACTITIONER: "of their own work",
    ModerationConflict.EARLIER_AUDITOR: "that they began",
    ModerationConflict.PRACTITIONERS_MANAGER: "of the work of somebody whom they manage",
    ModerationConflict.AUDITORS_MANAGER: "by somebody whom they manage",
    ModerationConflict.QUALITY_CHECKER: "whose report they accepted or returned",
}


@dataclass(frozen=True, slots=True)
class Barred:
    """A moderator who may not take an audit, by which conflict, and the reason."""

    moderator_id: str
    conflict: ModerationConflict
    reason: Reason


@dataclass(frozen=True, slots=True)
class Moderating:
    """Who moderates an audit, None for nobody, with the reason for either; and which moderators could not."""

    moderator_id: str | None
    reason: Reason
    is_own_service: bool = False
    barred: tuple[Barred, ...] = ()


def why_may_not_moderate(audit: AuditToModerate, moderator_id: str, policy: Policy) -> Barred | None:
    """By which conflict somebody may not moderate an audit, the gravest first; None for everybody else."""
    theirs = {it.kind for it in audit.conflicts if it.person_id == moderator_id}
    own = {ModerationConflict.AUDITOR: audit.auditor_id, ModerationConflict.PRACTITIONER: audit.practitioner_id}
    theirs |= {kind for kind, person_id in own.items() if person_id == moderator_id}
    for kind, words in _WHY_NOT.items():
        if kind in theirs and kind in policy.moderation.never_moderated_by:
            return Barred(moderator_id, kind, policy.reason("M2", f"Nobody moderates an audit {words}."))
    return None


def moderators_for(
    audits: Sequence[AuditToModerate], moderators: Sequence[Moderator], policy: Policy, tickets: Tickets
) -> list[Moderating]:
    """A moderator for each audit, in the order of the audits: with too few places the last ones go without."""
    in_turn = sorted(moderators, key=lambda it: tickets.of("moderator", it.id))
    most = len(audits)
    capacities = [most if it.capacity is None else it.capacity for it in in_turn]
    assignment = Assignment(capacities, {_EVERYBODY: range(len(in_turn))}, load_weight=1)
    # More than all load together can cost, which is at most the square of the audits.
    own_service = (most + 1) ** 2
    place_of: dict[str, int] = {}
    for audit in audits:
        if assignment.admit(_wanted(audit, in_turn, own_service, policy)):
            place_of[audit.id] = len(assignment.auditor_of) - 1
    found = [
        _given(audit, in_turn[assignment.auditor_of[place_of[audit.id]]], policy)
        if audit.id in place_of
        else Moderating(None, _why_nobody(audit, in_turn, policy))
        for audit in audits
    ]
    return [replace(it, barred=_barred(audit, moderators, policy)) for audit, it in zip(audits, found, strict=True)]


def _barred(audit: AuditToModerate, moderators: Sequence[Moderator], policy: Policy) -> tuple[Barred, ...]:
    asked = (why_may_not_moderate(audit, it.id, policy) for it in moderators)
    return tuple(it for it in asked if it is not None)


def _wanted(audit: AuditToModerate, in_turn: Sequence[Moderator], own_service: int, policy: Policy) -> Wanted:
    barred = {number for number, it in enumerate(in_turn) if why_may_not_moderate(audit, it.id, policy) is not None}
    dearer = {
        number: own_service
        for number, it in enumerate(in_turn)
        if audit.service_id in it.service_ids and number not in barred
    }
    return Wanted(_EVERYBODY, barred, dearer)


def _given(audit: AuditToModerate, moderator: Moderator, policy: Policy) -> Moderating:
    is_own = audit.service_id in moderator.service_ids
    sentence = (
        f"The moderator belongs to {audit.service_id}: nobody of another service could take it."
        if is_own
        else f"The moderator is not concerned in this audit and does not belong to {audit.service_id}."
    )
    return Moderating(moderator.id, policy.reason("M2", sentence), is_own)


def named_by_hand(audit: AuditToModerate, moderator: Moderator, policy: Policy) -> Moderating:
    """Somebody whom the audit team names: why they may, and whether it is an audit of their own service (M2)."""
    is_own = audit.service_id in moderator.service_ids
    sentence = (
        f"Named by the audit team, although the moderator belongs to {audit.service_id}."
        if is_own
        else f"Named by the audit team: not concerned in this audit, and not of {audit.service_id}."
    )
    return Moderating(moderator.id, policy.reason("M2", sentence), is_own)


def _why_nobody(audit: AuditToModerate, moderators: Sequence[Moderator], policy: Policy) -> Reason:
    if not moderators:
        why = "there are no moderators"
    elif all(why_may_not_moderate(audit, it.id, policy) for it in moderators):
        why = "everybody who moderates is concerned in it"
    else:
        why = "nobody who may moderate it has room for one more"
    return policy.reason("M2", f"Nobody moderates audit {audit.id}: {why}.")
