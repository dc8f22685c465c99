"""A further re-audit by decision of the director: by their own hand, or recorded in their name (R2)."""

import uuid
from collections.abc import Mapping
from datetime import date

from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from rules.audit_events import Event
from rules.audit_facts import Asked, Decider
from rules.errors import InvalidFacts, Problem
from rules.post_holders import who_takes
from rules.re_audit_orders import who_orders
from rules.roles import Role
from usecases.audit_life import Move, Moved, hold_for, move
from usecases.staff_on_the_day import Staff, staff_on
from usecases.work import Work


def order_re_audit(
    work: Work,
    audit_id: uuid.UUID,
    reason: str,
    *,
    decided_by_id: uuid.UUID | None = None,
    decided_on: date | None = None,
    reaches: Mapping[Role, Reach] | None = None,
    version: int | None = None,
) -> Moved:
    """Has a further re-audit follow, for a reason.

    Whoever decides it needs to say no more, and decides today; whoever records it for them names them and the day.
    Raises as `move`, and InvalidFacts for somebody unknown.
    """
    row = hold_for(work, audit_id, Event.FURTHER_RE_AUDIT_ORDERED, version).row
    staff = staff_on(work, min(decided_on or work.today, work.today))
    decider_id = decided_by_id or _oneself_as_decider(work, row, staff)
    decider = None if decider_id is None else _decider(work, row, decider_id, staff)
    wanted = Move(
        event=Event.FURTHER_RE_AUDIT_ORDERED,
        asked=Asked(reason=reason, has_text=True, on_day=decided_on, decider=decider),
        written={"reason": reason},
        decided_by_id=decider_id,
        reaches=reaches,
        version=version,
    )
    return move(work, audit_id, wanted)


def _oneself_as_decider(work: Work, row: AuditRow, staff: Staff) -> uuid.UUID | None:
    oneself = work.reach.standing.person_id
    return oneself if oneself is not None and str(oneself) in _who_decided(work, row, staff) else None


def _decider(work: Work, row: AuditRow, person_id: uuid.UUID, staff: Staff) -> Decider:
    member = staff.members.get(str(person_id))
    if member is None:
        raise InvalidFacts([Problem("/decided_by_id", f"Nobody has the id {person_id}: find it with GET /v1/people.")])
    held_by = _holders(work, staff)
    return Decider(
        member.reference,
        may_decide=str(person_id) in held_by | _who_decided(work, row, staff),
        stood_in=str(person_id) not in held_by,
        is_concerned=person_id in (row.practitioner_id, row.auditor_id),
    )


def _who_decided(work: Work, row: AuditRow, staff: Staff) -> frozenset[str]:
    """Who could decide it on the day: holders of the post, else a deputy, else the next role up."""
    line = staff.line_of_work(row.practitioner_id, row.team_id, row.service_id)
    concerned = frozenset(str(one) for one in (row.practitioner_id, row.auditor_id) if one is not None)
    return frozenset(who_takes(who_orders(work.policy), line, concerned, staff.on_the_day, work.policy).people)


def _holders(work: Work, staff: Staff) -> frozenset[str]:
    """Whose post it was on the day, also while they were away."""
    role = who_orders(work.policy)
    return frozenset(
        holder.person_id
        for (post, _), holders in staff.on_the_day.holders.items()
        if post == role
        for holder in holders
    )
