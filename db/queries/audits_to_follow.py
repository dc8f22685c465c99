"""Audits that something has still to follow: a re-audit (S7), or their own end in a later cycle (Q3)."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    ScalarSelect,
    Text,
    and_,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, aliased

from db.queries.aliases import current_case, current_person
from db.tables.audit_life import AuditStep, ReportCorrection
from db.tables.audits import Audit
from db.tables.disputes import Dispute
from db.tables.organisation import Person
from rules.audit_events import Event

UNFINISHED = ("allocated", "under_way", "discussed", "submitted", "returned", "accepted")


class ReAuditRow(NamedTuple):
    """An audit that awaits its re-audit; `case_reference` is the case that this is to look at.

    `counts_from` is the day from which it falls due: that of the issue, or the later one on which the grade became one
    that calls for it (D7). While a dispute is open it waits.
    """

    audit_reference: str
    case_reference: str
    practitioner: str
    grade: str
    sequence: int
    issued_on: date
    first_auditor: str | None
    ordered_on: date | None
    audit_id: uuid.UUID
    counts_from: date
    is_disputed: bool

    @property
    def is_ordered(self) -> bool:
        """Whether somebody decided that it follows, beyond those that are due by themselves (R2)."""
        return self.ordered_on is not None


class CarriedOverRow(NamedTuple):
    audit_reference: str
    practitioner: str
    auditor: str | None
    service_id: str


def audits_without_re_audit(session: Session, grades: Collection[str]) -> list[ReAuditRow]:
    """Issued audits of these grades that no re-audit has followed yet, withdrawn ones aside (S7).

    One that was closed here still awaits its re-audit if that was withdrawn since; one that was recorded as closed, or
    of which somebody decided that none follows, awaits nothing. `ordered_on` is the day on
    which the director decided that one follows (R2).
    """
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            Audit.reference,
            current_case(func.coalesce(Audit.re_audit_case_reference, Audit.case_reference)),
            practitioner.reference,
            type_coerce(Audit.overall_grade, Text),
            Audit.sequence,
            type_coerce(Audit.issued_on, Date),
            auditor.reference,
            _last_day_of(Event.FURTHER_RE_AUDIT_ORDERED),
            Audit.id,
            func.coalesce(grade_calls_since(grades), Audit.issued_on),
            is_disputed(),
        )
        .select_from(Audit)
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .outerjoin(auditor, auditor.id == current_person(Audit.auditor_id))
        .where(awaits_re_audit(grades))
    )
    return [ReAuditRow(*row) for row in rows]


def unfinished_audits(session: Session, before_month: date) -> list[CarriedOverRow]:
    """Audits of earlier cycles that are neither issued nor withdrawn (Q3)."""
    auditor, practitioner = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Audit.reference, practitioner.reference, auditor.reference, Audit.service_id)
        .select_from(Audit)
        .join(practitioner, practitioner.id == current_person(Audit.practitioner_id))
        .outerjoin(auditor, auditor.id == current_person(Audit.auditor_id))
        .where(Audit.month < before_month, Audit.state.in_(UNFINISHED))
    )
    return [CarriedOverRow(*row) for row in rows]


def awaits_re_audit(grades: Collection[str]) -> ColumnElement[bool]:
    """Whether a re-audit of an audit of these grades is neither allocated nor waived (S7)."""
    follower = aliased(Audit)
    return and_(
        or_(Audit.state == "issued", and_(Audit.state == "closed", has_step(Event.AUDIT_CLOSED))),
        Audit.re_audit_waived_because.is_(None),
        Audit.overall_grade.in_(grades),
        Audit.issued_on.is_not(None),
        ~select(follower.id).where(follower.re_audit_of == Audit.id, follower.state != "withdrawn").exists(),
    )


def is_disputed() -> ColumnElement[bool]:
    """Whether a dispute about an audit is open."""
    return select(Dispute.id).where(Dispute.audit_id == Audit.id, Dispute.state == "open").exists()


def waits() -> ColumnElement[bool]:
    """Whether a re-audit waits: it is not begun, and a dispute about the report before it is open (S7)."""
    before = select(Dispute.id).where(Dispute.audit_id == Audit.re_audit_of, Dispute.state == "open").exists()
    return and_(Audit.state == "allocated", before)


def disputed_cases(session: Session) -> dict[str, str]:
    """The cases whose audits are in dispute, with the audit's reference (S6)."""
    rows = session.execute(
        select(current_case(Audit.case_reference), Audit.reference)
        .join(Dispute, Dispute.audit_id == Audit.id)
        .where(Dispute.state == "open")
        .order_by(Audit.reference)
    )
    return dict(rows.all())


def grade_calls_since(grades: Collection[str]) -> ScalarSelect[date]:
    """The day on which an issued audit got one of these grades by a change of it; none where it had one before."""
    return (
        select(func.max(AuditStep.happened_on))
        .join(ReportCorrection, ReportCorrection.step_id == AuditStep.id)
        .where(
            ReportCorrection.audit_id == Audit.id,
            AuditStep.state.in_(("issued", "closed")),
            ReportCorrection.grade_after.in_(grades),
            func.coalesce(ReportCorrection.grade_before.not_in(grades), True),
        )
        .scalar_subquery()
    )


def grade_called_on(session: Session, audit_id: uuid.UUID, grades: Collection[str]) -> date | None:
    """The same of one audit."""
    return session.scalar(select(grade_calls_since(grades)).select_from(Audit).where(Audit.id == audit_id))


def has_step(event: Event) -> ColumnElement[bool]:
    """Whether this happened to an audit."""
    return select(AuditStep.id).where(AuditStep.audit_id == Audit.id, AuditStep.event == event).exists()


def _last_day_of(event: Event) -> ScalarSelect[date]:
    """The day on which this happened to an audit, the last time; none where it never did."""
    happened = select(func.max(AuditStep.happened_on)).where(AuditStep.audit_id == Audit.id, AuditStep.event == event)
    return happened.scalar_subquery()
