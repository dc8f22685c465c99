"""Audits as the auditor's line sees them: what is to be done by whom and by when, nothing of whose work it is (A4)."""

import uuid
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, bindparam, select
from sqlalchemy.orm import Session

from db.queries.page_sizes import at_most
from db.queries.programme import cycle_of_audit
from db.queries.reaches import Reach, Relation, reach_of_asker
from db.queries.within_reach import audits_within
from db.tables.audits import Audit
from db.tables.organisation import Person, Team
from db.tables.programme import AuditCycle
from rules.programme import month_of_cycle

_SEEN: Select[*tuple[Any, ...]] = (
    select(
        Audit.id,
        Audit.reference,
        Audit.state,
        cycle_of_audit.label("cycle"),
        Team.reference.label("team"),
        Team.name.label("team_name"),
        Person.reference.label("auditor"),
        Person.name.label("auditor_name"),
        Audit.allocated_on,
        Audit.report_due_on,
        Audit.issued_on,
        Audit.version,
    )
    .join(Team, Team.id == Audit.team_id)
    .outerjoin(Person, Person.id == Audit.auditor_id)
    .outerjoin(AuditCycle, AuditCycle.id == Audit.cycle_id)
)


def audits_of_auditors(
    session: Session,
    limit: int,
    reach: Reach,
    *,
    after: uuid.UUID | None = None,
    cycle: str | None = None,
    auditor: str | None = None,
    state: str | None = None,
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of those within reach, the newest first; filters that are None are left out."""
    question = _seen(reach.counting).order_by(Audit.id.desc()).limit(at_most(limit))
    if after is not None:
        question = question.where(Audit.id < after)
    if cycle is not None:
        question = question.where(Audit.month == month_of_cycle(cycle), cycle_of_audit == cycle)
    if auditor is not None:
        question = question.where(Person.reference == auditor)
    if state is not None:
        question = question.where(Audit.state == state)
    return session.execute(question, reach.told).all()


def audit_of_auditor(session: Session, audit_id: uuid.UUID, reach: Reach) -> Row[*tuple[Any, ...]] | None:
    """One of them; None for one that is out of reach."""
    return session.execute(_one(reach.counting), {"audit_id": audit_id, **reach.told}).first()


@cache
def _one(counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    return _seen(counting).where(Audit.id == bindparam("audit_id", type_=Uuid))


@cache
def _seen(counting: frozenset[Relation]) -> Select[*tuple[Any, ...]]:
    """Made once for each kind of reach, because making it costs more than sending it."""
    return _SEEN.where(audits_within(reach_of_asker(counting)))
