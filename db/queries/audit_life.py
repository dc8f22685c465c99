"""What happened in an audit's life, what it is compared with, and the clocks of its moves (L1 to L15)."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased

from db.queries.reaches import NOTHING, Reach, Relation, reach_of_asker
from db.queries.step_texts import add_texts, texts_by_step
from db.queries.within_reach import audits_within
from db.tables.audit_life import (
    AuditStep,
    AuditStepText,
    CaseNoteCheck,
    FindingsDiscussion,
    PlannedMeeting,
    QualityCheck,
    ReflectiveDiscussion,
    ReportCorrection,
)
from db.tables.audits import Audit
from db.tables.case_system import CaseSystemCommand
from db.tables.report_versions import ReportVersion


class EarlierAudit(NamedTuple):
    """An audit that a re-audit follows, however far back."""

    id: uuid.UUID
    reference: str
    sequence: int
    overall_grade: str | None
    issued_on: date | None


def steps_of(session: Session, audit_id: uuid.UUID) -> Sequence[AuditStep]:
    """Each step of an audit, the oldest first."""
    return session.scalars(select(AuditStep).where(AuditStep.audit_id == audit_id).order_by(AuditStep.version)).all()


def texts_of(session: Session, audit_id: uuid.UUID) -> dict[uuid.UUID, dict[str, str]]:
    """What was written with each step of an audit, by name."""
    return texts_by_step(session, AuditStepText, select(AuditStep.id).where(AuditStep.audit_id == audit_id))


def planned_meeting(session: Session, audit_id: uuid.UUID) -> PlannedMeeting | None:
    """The meeting as it is arranged now."""
    question = select(PlannedMeeting).where(PlannedMeeting.audit_id == audit_id)
    return session.scalars(question.order_by(PlannedMeeting.step_id.desc()).limit(1)).first()


def planned_meetings(session: Session, audits: Collection[uuid.UUID]) -> dict[uuid.UUID, PlannedMeeting]:
    """The meetings of these audits as they stand, by audit; those without one are left out."""
    newest = (
        select(PlannedMeeting)
        .where(PlannedMeeting.audit_id.in_(audits))
        .ext(distinct_on(PlannedMeeting.audit_id))
        .order_by(PlannedMeeting.audit_id, PlannedMeeting.step_id.desc())
    )
    return {meeting.audit_id: meeting for meeting in session.scalars(newest)}


def reflective_discussion(session: Session, audit_id: uuid.UUID) -> ReflectiveDiscussion | None:
    """The reflective discussion, held or not, as it was recorded last."""
    question = select(ReflectiveDiscussion).where(ReflectiveDiscussion.audit_id == audit_id)
    return session.scalars(question.order_by(ReflectiveDiscussion.step_id.desc()).limit(1)).first()


def quality_checks(session: Session, audit_id: uuid.UUID) -> Sequence[QualityCheck]:
    """Each check of a submission, the newest first."""
    question = select(QualityCheck).where(QualityCheck.audit_id == audit_id)
    return session.scalars(question.order_by(QualityCheck.step_id.desc())).all()


def findings_discussions(session: Session, audit_id: uuid.UUID) -> Sequence[FindingsDiscussion]:
    """Each recorded discussion of the findings, the newest first."""
    question = select(FindingsDiscussion).where(FindingsDiscussion.audit_id == audit_id)
    return session.scalars(question.order_by(FindingsDiscussion.step_id.desc())).all()


def case_note_checks(session: Session, audit_id: uuid.UUID) -> Sequence[CaseNoteCheck]:
    """Each look for the case note of the discussion, the newest first."""
    question = select(CaseNoteCheck).where(CaseNoteCheck.audit_id == audit_id)
    return session.scalars(question.order_by(CaseNoteCheck.step_id.desc())).all()


def corrections(session: Session, audit_id: uuid.UUID) -> Sequence[ReportCorrection]:
    """Each correction of the issued report, the oldest first."""
    question = select(ReportCorrection).where(ReportCorrection.audit_id == audit_id)
    return session.scalars(question.order_by(ReportCorrection.step_id)).all()


def grades_issued_before(session: Session, audit_id: uuid.UUID) -> tuple[str, ...]:
    """The grades of an audit's issued reports that were corrected since, by which people were told of them."""
    issued = ("issued", "closed")
    grades = (
        select(ReportCorrection.grade_before)
        .join(AuditStep, AuditStep.id == ReportCorrection.step_id)
        .where(ReportCorrection.audit_id == audit_id, AuditStep.state.in_(issued))
        .order_by(ReportCorrection.step_id)
    )
    return tuple(dict.fromkeys(grade for grade in session.scalars(grades) if grade is not None))


def earlier_audits(session: Session, audit_id: uuid.UUID) -> list[EarlierAudit]:
    """What a re-audit follows: the audit just before it first, the original last; nothing for an audit."""
    chain = select(Audit.re_audit_of.label("id")).where(Audit.id == audit_id).cte("chain", recursive=True)
    before = aliased(Audit)
    chain = chain.union(select(before.re_audit_of).join(chain, chain.c.id == before.id))
    rows = session.execute(
        select(Audit.id, Audit.reference, Audit.sequence, Audit.overall_grade, Audit.issued_on)
        .join(chain, chain.c.id == Audit.id)
        .order_by(Audit.sequence.desc())
    )
    return [EarlierAudit(*row) for row in rows]


def re_audit_allocated_on(session: Session, audit_id: uuid.UUID) -> date | None:
    """When the re-audit of it was allocated that was not withdrawn."""
    follower = select(func.max(Audit.allocated_on)).where(Audit.re_audit_of == audit_id, Audit.state != "withdrawn")
    return session.scalar(follower)


def add_step(session: Session, step: AuditStep, texts: Mapping[str, str | None], *facts: Any) -> AuditStep:
    """Saves a step with what was written and what else it says; texts that are None or blank are left out."""
    session.add(step)
    session.flush()
    add_texts(session, AuditStepText, step.id, texts)
    for fact in facts:
        fact.step_id = step.id
    session.add_all(facts)
    session.flush()
    return step


def reached_by(session: Session, audit_id: uuid.UUID, reaches: Sequence[Reach]) -> list[bool]:
    """Which of these reaches of one asker reach an audit, in their order, in one statement."""
    (standing,) = {reach.standing for reach in reaches}
    question = _reached(tuple(reach.counting for reach in reaches))
    row = session.execute(question, {"audit_id": audit_id, **Reach(NOTHING.relations, standing).told}).first()
    return [bool(found) for found in row] if row else [False] * len(reaches)


@cache
def _reached(counting: tuple[frozenset[Relation], ...]) -> Select[*tuple[Any, ...]]:
    """Made once for each row of reaches, because making it costs more than sending it."""
    columns = (audits_within(reach_of_asker(each)).label(f"reach_{number}") for number, each in enumerate(counting))
    return select(*columns).select_from(Audit).where(Audit.id == bindparam("audit_id", type_=Uuid))


def is_work_of(session: Session, audit_id: uuid.UUID, selves: Collection[uuid.UUID]) -> bool:
    """Whether an audit is of the work of somebody, by any id of theirs."""
    own = select(Audit.id).where(Audit.id == audit_id, Audit.practitioner_id.in_(selves))
    return session.scalar(select(own.exists())) is True


def re_audits_of(session: Session, audit_id: uuid.UUID) -> Sequence[Audit]:
    """Every re-audit that follows an audit directly, withdrawn ones too."""
    return session.scalars(select(Audit).where(Audit.re_audit_of == audit_id).order_by(Audit.id)).all()


def unfinished_re_audits_of(session: Session, audit_id: uuid.UUID) -> Sequence[Audit]:
    """The re-audits of an audit that are still under way."""
    ended = ("issued", "closed", "withdrawn")
    return session.scalars(select(Audit).where(Audit.re_audit_of == audit_id, Audit.state.not_in(ended))).all()


def filed(session: Session, audit_id: uuid.UUID) -> Sequence[CaseSystemCommand]:
    """What the case system, or somebody by hand, has done for an audit, the oldest first."""
    done = select(CaseSystemCommand).where(
        CaseSystemCommand.audit_id == audit_id,
        CaseSystemCommand.state == "done",
        CaseSystemCommand.moderated_audit_id.is_(None),
    )
    return session.scalars(done.order_by(CaseSystemCommand.settled_at, CaseSystemCommand.id)).all()


def commands_of(session: Session, audit_id: uuid.UUID) -> Sequence[CaseSystemCommand]:
    """Everything that is or was owed to the case system of an audit's report, the oldest first."""
    owed = select(CaseSystemCommand).where(
        CaseSystemCommand.audit_id == audit_id, CaseSystemCommand.moderated_audit_id.is_(None)
    )
    return session.scalars(owed.order_by(CaseSystemCommand.report_version, CaseSystemCommand.id)).all()


def changed_versions(session: Session, audit_id: uuid.UUID, because: Collection[str]) -> Sequence[ReportVersion]:
    """The issued versions of a report that one of these events made, the oldest first."""
    made = select(ReportVersion).where(
        ReportVersion.audit_id == audit_id, ReportVersion.is_issued, ReportVersion.because.in_(because)
    )
    return session.scalars(made.order_by(ReportVersion.number)).all()


def uploaded_at(session: Session, audit_id: uuid.UUID) -> datetime | None:
    """When the newest version of the report that was owed to the case system was uploaded; None while it was not."""
    row = session.execute(
        select(CaseSystemCommand.state, CaseSystemCommand.settled_at)
        .where(
            CaseSystemCommand.audit_id == audit_id,
            CaseSystemCommand.kind == "upload_document",
            CaseSystemCommand.moderated_audit_id.is_(None),
        )
        .order_by(CaseSystemCommand.report_version.desc(), CaseSystemCommand.id.desc())
        .limit(1)
    ).first()
    return row[1] if row is not None and row[0] == "done" else None


def case_note_is_owed(session: Session, audit_id: uuid.UUID) -> bool:
    """Whether the note or an alert of the newest version was neither done nor done without by whoever settled it."""
    newest = select(func.max(CaseSystemCommand.report_version)).where(CaseSystemCommand.audit_id == audit_id)
    owed = select(CaseSystemCommand.id).where(
        CaseSystemCommand.audit_id == audit_id,
        CaseSystemCommand.kind != "upload_document",
        CaseSystemCommand.report_version == newest.scalar_subquery(),
        CaseSystemCommand.settled_at.is_(None),
    )
    return session.scalar(select(owed.exists())) or False
