"""The two gradings of an audit as they are written, saved whole each time (L2, L3)."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from db.tables.audit_contents import CheckResult, DomainGrade, Grading
from rules.gradings import CheckAnswer, CheckFound, DomainContent, GradingContent, LineAnswer, Stage

# In one statement, whatever of a row is left out.
_TOGETHER = {"render_nulls": True}


class GradingKept(NamedTuple):
    """One grading of an audit, with its row."""

    row: Grading
    content: GradingContent


def gradings_of(session: Session, audit_id: uuid.UUID) -> dict[Stage, GradingKept]:
    """What is written of an audit's two gradings; without a draft there is none."""
    rows = session.scalars(select(Grading).where(Grading.audit_id == audit_id)).all()
    ids = [row.id for row in rows]
    domains = _domains_of(session, ids)
    checks = _checks_of(session, ids)
    return {
        Stage(row.stage): GradingKept(row, _content(row, domains.get(row.id, ()), checks.get(row.id, ())))
        for row in rows
    }


def save_grading(
    session: Session, audit_id: uuid.UUID, stage: Stage, content: GradingContent, *, at: datetime, by: str
) -> Grading:
    """Writes a grading in place of what was there of it; its version counts up."""
    row = session.scalars(select(Grading).where(Grading.audit_id == audit_id, Grading.stage == stage)).one_or_none()
    if row is None:
        row = Grading(audit_id=audit_id, stage=stage, version=0)
        session.add(row)
    row.overall_grade, row.overall_because = content.overall, content.overall_because
    row.is_anyone_unsafe, row.added_by_discussion = content.is_anyone_unsafe, content.added_by_discussion
    row.changed_because = content.changed_because
    row.strengths, row.areas_to_improve = list(content.strengths), list(content.areas_to_improve)
    row.version, row.saved_at, row.saved_by = row.version + 1, at, by
    session.flush()
    _save_domains(session, row.id, content.domains)
    _save_checks(session, row.id, content.checks)
    return row


def _domains_of(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[DomainContent]]:
    found: dict[uuid.UUID, list[DomainContent]] = {}
    asked = select(DomainGrade).where(DomainGrade.grading_id.in_(ids)).order_by(DomainGrade.position)
    for row in session.scalars(asked, execution_options={"populate_existing": True}):
        lines = tuple(LineAnswer(**line) for line in row.lines)
        domain = DomainContent(row.domain, row.grade, row.evidence, row.is_applicable, lines, row.changed_because)
        found.setdefault(row.grading_id, []).append(domain)
    return found


def _checks_of(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[CheckFound]]:
    found: dict[uuid.UUID, list[CheckFound]] = {}
    asked = select(CheckResult).where(CheckResult.grading_id.in_(ids)).order_by(CheckResult.position)
    for row in session.scalars(asked, execution_options={"populate_existing": True}):
        answer = None if row.answer is None else CheckAnswer(row.answer)
        check = CheckFound(row.check_id, answer, row.done_on, row.note, row.started_on)
        found.setdefault(row.grading_id, []).append(check)
    return found


def _content(row: Grading, domains: Sequence[DomainContent], checks: Sequence[CheckFound]) -> GradingContent:
    return GradingContent(
        domains=tuple(domains),
        checks=tuple(checks),
        strengths=tuple(row.strengths),
        areas_to_improve=tuple(row.areas_to_improve),
        overall=row.overall_grade,
        overall_because=row.overall_because,
        is_anyone_unsafe=row.is_anyone_unsafe,
        added_by_discussion=row.added_by_discussion,
        changed_because=row.changed_because,
    )


def _save_domains(session: Session, grading_id: uuid.UUID, domains: Sequence[DomainContent]) -> None:
    session.execute(delete(DomainGrade).where(DomainGrade.grading_id == grading_id))
    rows = [
        {
            "grading_id": grading_id,
            "domain": domain.domain,
            "position": position,
            "grade": domain.grade,
            "evidence": domain.evidence,
            "is_applicable": domain.is_applicable,
            "changed_because": domain.changed_because,
            "lines": [
                {"line": line.line, "answer": line.answer, "is_applicable": line.is_applicable} for line in domain.lines
            ],
        }
        for position, domain in enumerate(domains)
    ]
    if rows:
        session.execute(insert(DomainGrade), rows, execution_options=_TOGETHER)


def _save_checks(session: Session, grading_id: uuid.UUID, checks: Sequence[CheckFound]) -> None:
    session.execute(delete(CheckResult).where(CheckResult.grading_id == grading_id))
    rows = [
        {
            "grading_id": grading_id,
            "check_id": check.check,
            "position": position,
            "answer": check.answer,
            "started_on": check.started_on,
            "done_on": check.on,
            "note": check.note,
        }
        for position, check in enumerate(checks)
    ]
    if rows:
        session.execute(insert(CheckResult), rows, execution_options=_TOGETHER)
