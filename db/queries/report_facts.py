"""What the head of a report says of an audit: who, which case, which cycle, by reference (L7)."""

import uuid
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.queries.aliases import current_person
from db.queries.programme import cycle_of_audit
from db.tables.audits import Audit
from db.tables.organisation import Person, Service, Team
from db.tables.programme import AuditCycle, ExtraCycle, PlannedCycle

_practitioner, _auditor = aliased(Person), aliased(Person)


class ReportFacts(NamedTuple):
    """References as they are known now, names of team and service, and the edition that the cycle is pinned to."""

    practitioner: str
    auditor: str | None
    team: str
    team_title: str
    service_title: str
    cycle: str
    topic: str | None
    edition_id: str | None
    edition_version: str | None


def report_facts(session: Session, audit_id: uuid.UUID) -> ReportFacts:
    """In one statement. A themed cycle's topic is its programme's, or its own as an extra one."""
    row = session.execute(
        select(
            _practitioner.reference,
            _auditor.reference,
            Team.reference,
            Team.name,
            Service.name,
            cycle_of_audit,
            func.coalesce(ExtraCycle.topic, PlannedCycle.topic),
            AuditCycle.edition_id,
            AuditCycle.edition_version,
        )
        .select_from(Audit)
        .join(_practitioner, _practitioner.id == current_person(Audit.practitioner_id))
        .outerjoin(_auditor, _auditor.id == current_person(Audit.auditor_id))
        .join(Team, Team.id == Audit.team_id)
        .join(Service, Service.id == Audit.service_id)
        .outerjoin(AuditCycle, AuditCycle.id == Audit.cycle_id)
        .outerjoin(ExtraCycle, ExtraCycle.cycle_id == AuditCycle.id)
        .outerjoin(PlannedCycle, PlannedCycle.month == AuditCycle.month)
        .where(Audit.id == audit_id)
    ).one()
    return ReportFacts(*row)
