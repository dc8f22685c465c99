"""What is somebody's own to do: four statements, however much it is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, case, func, or_, select, true
from sqlalchemy.orm import Session

from db.queries.programme import cycle_of_audit
from db.queries.reaches import Reach, Relation, Standing
from db.queries.safety_alerts import alert_called
from db.queries.shared_posts import is_of_a_shared_post
from db.queries.within_reach import teams_within
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.deadlines import Deadline
from db.tables.disputes import Dispute
from db.tables.organisation import Team
from db.tables.programme import AuditCycle
from db.tables.safety_alerts import SafetyAlert

_ENDED = ("closed", "withdrawn")
MOST = 200


def open_audits_of(session: Session, who: Standing) -> Sequence[Row[*tuple[Any, ...]]]:
    """The audits of their work and those given to them that have not ended, the next report due first."""
    is_auditor = Audit.auditor_id.in_(who.selves)
    question = (
        select(
            Audit.id,
            Audit.reference,
            Audit.kind,
            Audit.state,
            cycle_of_audit.label("cycle"),
            Audit.report_due_on,
            case((is_auditor, "auditor"), else_="practitioner").label("mine_as"),
        )
        .outerjoin(AuditCycle, AuditCycle.id == Audit.cycle_id)
        .where(or_(is_auditor, Audit.practitioner_id.in_(who.selves)), Audit.state.not_in(_ENDED))
        .order_by(Audit.report_due_on, Audit.id)
        .limit(MOST)
    )
    return session.execute(question).all()


def deadlines_owed_by(session: Session, who: Standing) -> Sequence[Row[*tuple[Any, ...]]]:
    """What they owe, running or overdue, the next due first; of a shared post each holder owes it."""
    question = (
        select(
            Deadline.audit_id,
            Deadline.dispute_id,
            Deadline.safety_alert_id,
            Deadline.moderated_audit_id,
            Audit.reference.label("audit"),
            func.coalesce(alert_called(), Dispute.reference, Audit.reference).label("about"),
            Deadline.time_limit,
            Deadline.due_on,
            Deadline.state,
            Deadline.rule,
            Deadline.clause,
            Deadline.sentence,
        )
        .outerjoin(Audit, Audit.id == Deadline.audit_id)
        .outerjoin(Dispute, Dispute.id == Deadline.dispute_id)
        .outerjoin(SafetyAlert, SafetyAlert.id == Deadline.safety_alert_id)
        .where(
            or_(Deadline.owed_by_id.in_(who.selves), is_of_a_shared_post(who)),
            Deadline.state.in_(("running", "overdue")),
        )
        .order_by(Deadline.due_on, Deadline.id)
        .limit(MOST)
    )
    return session.execute(question).all()


def reports_to_file(session: Session, who: Standing, *, of_everybody: bool) -> Sequence[Row[*tuple[Any, ...]]]:
    """What is left to them to do in the case system by hand, the longest owed first; or to anybody (C2, L7)."""
    question = (
        select(
            CaseSystemCommand.id,
            CaseSystemCommand.audit_id,
            Audit.reference.label("audit"),
            CaseSystemCommand.kind,
            CaseSystemCommand.report_version,
            CaseSystemCommand.created_at,
        )
        .join(Audit, Audit.id == CaseSystemCommand.audit_id)
        .where(CaseSystemCommand.state == "manual", true() if of_everybody else Audit.auditor_id.in_(who.selves))
        .order_by(CaseSystemCommand.id)
        .limit(MOST)
    )
    return session.execute(question).all()


def teams_of(session: Session, who: Standing) -> Sequence[Row[*tuple[Any, ...]]]:
    """The team that they belong to and those that they manage, by reference."""
    own = Reach(frozenset({Relation.ONESELF, Relation.OWN_TEAM}), who)
    question = (
        select(Team.reference, Team.name, Team.id.in_(who.teams).label("is_managed"))
        .where(teams_within(own))
        .order_by(Team.reference)
    )
    return session.execute(question).all()
