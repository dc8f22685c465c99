"""What somebody could do with an audit now, and for what they cannot, why not (DESIGN §6)."""

import uuid
from collections.abc import Mapping

from db.queries.reaches import Reach
from db.tables.audits import Audit as AuditRow
from rules.audit_facts import Actor, AuditFacts
from rules.lifecycle_roles import roles_that_may
from rules.lifecycles import AllowedMove, allowed_moves
from rules.roles import Role
from usecases.audit_actors import actor_over
from usecases.audit_facts import facts_of
from usecases.held_audits import look_at_audit
from usecases.work import Work

_CONCERNED = frozenset({Role.PRACTITIONER, Role.AUDITOR})


def moves_allowed(
    work: Work, audit_id: uuid.UUID, reaches: Mapping[Role, Reach]
) -> tuple[AuditRow, tuple[AllowedMove, ...]]:
    """Every move of the audit's life for somebody whose permissions reach so far as each role. Raises NotFound."""
    held = look_at_audit(work, audit_id)
    actor = actor_over(work, held.row, reaches)
    facts = facts_of(work, held)
    if _is_really_concerned(held.row, reaches) or not actor.is_concerned:
        return held.row, _allowed(work, facts, actor)
    # Whoever may do everything acts in each role by itself, and judges nothing of their own.
    as_concerned = _allowed(work, facts, Actor(actor.roles & _CONCERNED))
    as_others = _allowed(work, facts, Actor(actor.roles - _CONCERNED))
    pairs = zip(as_concerned, as_others, strict=True)
    return held.row, tuple(
        one if set(roles_that_may(one.event, work.policy)) & _CONCERNED else other for one, other in pairs
    )


def _allowed(work: Work, facts: AuditFacts, actor: Actor) -> tuple[AllowedMove, ...]:
    return allowed_moves(facts, actor, on=work.today, policy=work.policy, calendar=work.calendar)


def _is_really_concerned(row: AuditRow, reaches: Mapping[Role, Reach]) -> bool:
    selves = {one for reach in reaches.values() for one in reach.standing.selves}
    return bool(selves & {row.practitioner_id, row.auditor_id})
