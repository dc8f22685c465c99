"""Audits moved on by the use cases alone, for tests that need one in a later state and not how it came there."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from db.queries.audit_contents import save_grading
from db.tables.audits import Audit
from rules.gradings import Stage
from rules.lifecycles import Asked, Event
from tests.grading_contents import after_discussion, whole_grading
from tests.small_council import work_on
from usecases.audit_life import Move, move
from usecases.audit_tools import tool_read


def write_gradings(session: Session, audit: Audit, on: date, grade: str = "good") -> None:
    """Both gradings, ahead of their time, so that nothing is missing when it comes."""
    work = work_on(session, on)
    first = whole_grading(tool_read(work, audit), grade)
    second = after_discussion(first, grade)
    for stage, content in ((Stage.BEFORE_DISCUSSION, first), (Stage.AFTER_DISCUSSION, second)):
        save_grading(session, audit.id, stage, content, at=work.now, by="a test")


def issue(session: Session, audit_id: uuid.UUID, on: date) -> None:
    """Discussed, submitted, accepted and issued, all on that day."""
    write_gradings(session, session.get_one(Audit, audit_id), on)
    work = work_on(session, on)
    move(work, audit_id, Move(event=Event.DISCUSSION_HELD, asked=Asked(on_day=on)))
    for event in (Event.REPORT_SUBMITTED, Event.REPORT_ACCEPTED, Event.AUDIT_ISSUED):
        move(work, audit_id, Move(event=event))
