"""Strengths and concerns that belong to an earlier practitioner or team: written apart, and given to them (L8)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import earlier_feedback
from db.queries.earlier_feedback import FeedbackKept
from db.queries.reaches import Relation
from db.tables.audit_contents import EarlierFeedback
from db.tables.audits import Audit as AuditRow
from rules.draft_readers import Part
from rules.errors import InvalidFacts, Problem
from rules.matrix import NoticeEvent
from usecases.audit_contents import refuse_unless_written
from usecases.audit_notices import AuditNews, EarlierWork, owe_audit_notices
from usecases.errors import AlreadyDifferent, NotAllowedNow, NotFound
from usecases.held_audits import hold_audit
from usecases.staff_on_the_day import staff_today
from usecases.trail import Entry, record
from usecases.work import Work


@dataclass(frozen=True, slots=True)
class FeedbackWritten:
    """What is said to whom, by reference: to a person, to a team, or to both. `kind` is strength or concern."""

    kind: str
    text: str
    to_person: str | None = None
    to_team: str | None = None


def write_feedback(work: Work, audit_id: uuid.UUID, written: FeedbackWritten) -> FeedbackKept:
    """Adds a draft, which nobody but the auditor reads before it is given.

    Raises NotFound, NotAllowedNow once the report is with the audit team, and InvalidFacts for feedback to nobody, to
    somebody unknown, or to the practitioner whose work the audit grades.
    """
    audit = _held(work, audit_id)
    row = EarlierFeedback(audit_id=audit.id, version=0)
    _write(work, audit, row, written)
    return _there(work, audit, row.id)


def change_feedback(
    work: Work, audit_id: uuid.UUID, feedback_id: uuid.UUID, written: FeedbackWritten, *, version: int
) -> FeedbackKept:
    """Writes a draft anew. Raises as `write_feedback`, and AlreadyDifferent for one that somebody saved meanwhile."""
    audit = _held(work, audit_id)
    row = _draft(work, audit, feedback_id, version)
    _write(work, audit, row, written)
    return _there(work, audit, row.id)


def drop_feedback(work: Work, audit_id: uuid.UUID, feedback_id: uuid.UUID, *, version: int) -> None:
    """Takes a draft back. Raises NotFound, NotAllowedNow for what was given, and AlreadyDifferent."""
    audit = _held(work, audit_id)
    row = _draft(work, audit, feedback_id, version)
    work.session.delete(row)
    work.session.flush()
    record(work, _entry(audit, row, "earlier_feedback_dropped"))


def give_the_rest(work: Work, audit: AuditRow) -> list[dict[str, str]]:
    """Gives all that was written and not given yet: the report is issued, and what is said to others goes with it.

    Those it is for, and their manager, are told that it is there. Answers who could not be told, as
    `{"rule", "sentence"}`. The audit is held by whoever issues it.
    """
    drafts = [kept for kept in earlier_feedback.feedback_of(work.session, audit.id) if kept.row.given_at is None]
    for kept in drafts:
        kept.row.given_at = work.now
    work.session.flush()
    record(work, *(_entry(audit, kept.row, "earlier_feedback_given") for kept in drafts))
    return [shortfall for kept in drafts for shortfall in _tell(work, audit, kept)]


def read_what_was_given(work: Work, limit: int, after: uuid.UUID | None) -> Sequence[FeedbackKept]:
    """A page of what was given to those within reach, the newest first; who read it is kept (C4)."""
    found = earlier_feedback.feedback_given(work.session, work.reach, limit, after)
    record(
        work,
        *(
            Entry(("audit", str(kept.row.audit_id)), "feedback_read", rule="C4", details={"feedback": str(kept.row.id)})
            for kept in found
        ),
    )
    return found


def _held(work: Work, audit_id: uuid.UUID) -> AuditRow:
    audit = hold_audit(work, audit_id, as_own=(Relation.AS_AUDITOR,)).row
    refuse_unless_written(work, audit, Part.EARLIER_FEEDBACK)
    return audit


def _there(work: Work, audit: AuditRow, feedback_id: uuid.UUID) -> FeedbackKept:
    kept = earlier_feedback.one_feedback(work.session, audit.id, feedback_id)
    if kept is None:
        raise NotFound(f"{audit.reference} has no feedback {feedback_id}: read its list.")
    return kept


def _draft(work: Work, audit: AuditRow, feedback_id: uuid.UUID, version: int) -> EarlierFeedback:
    row = _there(work, audit, feedback_id).row
    if row.given_at is not None:
        raise NotAllowedNow("This feedback was given, and stays as it was read: write another.", rule="L8")
    if row.version != version:
        raise AlreadyDifferent(f"This feedback was saved meanwhile by {row.saved_by}, as version {row.version}.")
    return row


def _write(work: Work, audit: AuditRow, row: EarlierFeedback, written: FeedbackWritten) -> None:
    row.to_person_id, row.to_team_id = _addressed(work, audit, written)
    row.kind, row.text = written.kind, written.text
    row.version, row.saved_at, row.saved_by = row.version + 1, work.now, work.actor
    work.session.add(row)
    work.session.flush()
    record(work, _entry(audit, row, "earlier_feedback_written"))


def _addressed(work: Work, audit: AuditRow, written: FeedbackWritten) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    problems = []
    person = team = None
    if written.to_person is not None:
        person = earlier_feedback.person_with(work.session, written.to_person)
        if person is None:
            problems.append(_unknown("/to_person", "person", written.to_person))
    if written.to_team is not None:
        team = earlier_feedback.team_with(work.session, written.to_team)
        if team is None:
            problems.append(_unknown("/to_team", "team", written.to_team))
    if written.to_person is None and written.to_team is None:
        sentence = "Say for whom it is: an earlier practitioner, an earlier team, or both."
        problems.append(Problem("/to_person", sentence, rule="L8"))
    if person is not None and person == audit.practitioner_id:
        sentence = "That is the practitioner whose work is graded: what is theirs belongs in the grading."
        problems.append(Problem("/to_person", sentence, written.to_person, "L8"))
    if problems:
        raise InvalidFacts(problems)
    return person, team


def _unknown(pointer: str, what: str, reference: str) -> Problem:
    sentence = f"There is no {what} with the reference {reference!r:.60}: give one that is on record."
    return Problem(pointer, sentence, reference[:60], "L8")


def _tell(work: Work, audit: AuditRow, kept: FeedbackKept) -> list[dict[str, str]]:
    """The earlier practitioner and whoever manages that team, or them, today (section 9)."""
    staff, row = staff_today(work), kept.row
    of_person = staff.line_of(row.to_person_id) if row.to_person_id else None
    own_team = uuid.UUID(of_person.team_id) if of_person and of_person.team_id else audit.team_id
    team_id = row.to_team_id or own_team
    service_id = staff.line_of_team(team_id).service_id or audit.service_id
    about = EarlierWork(row.to_person_id, team_id, service_id)
    news = AuditNews(occurrence=str(row.id), about=about)
    return owe_audit_notices(work, NoticeEvent.FEEDBACK_GIVEN, audit, extra=news)


def _entry(audit: AuditRow, row: EarlierFeedback, action: str) -> Entry:
    details = {"feedback": str(row.id), "kind": row.kind, "version": row.version}
    return Entry(("audit", str(audit.id)), action, rule="L8", details=details)
